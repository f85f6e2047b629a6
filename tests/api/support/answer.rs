//! Answers, and what they must be.

use reqwest::{Response, StatusCode};
use serde_json::Value;

/// The JSON of an answer that must have this status.
pub async fn json_of(response: Response, status: u16) -> Value {
    let got = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(got, StatusCode::from_u16(status).unwrap(), "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The problem of a refusal that must have this status and code; its form is checked too.
pub async fn refused(response: Response, status: u16, code: &str) -> Value {
    let headers = response.headers().clone();
    let problem = json_of(response, status).await;
    assert_eq!(headers["content-type"], "application/problem+json", "{problem}");
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], format!("/problems/{code}"));
    let id = headers["x-request-id"].to_str().unwrap();
    assert_eq!(problem["instance"], format!("/requests/{id}"), "{problem}");
    problem
}
