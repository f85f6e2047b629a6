//! The client of the houses: every answer of an operation is compared with the contract.

mod document;
mod links;
mod met;
mod quotas;
mod rules;

use http::Extensions;
use reqwest::header::{CONTENT_TYPE, TRANSFER_ENCODING};
use reqwest::{Request, Response, ResponseBuilderExt};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next, Result};

use super::browsers::Browsers;
use document::{DOCUMENT, Documented, essence};
use met::PROBLEMS;
use serde_json::{Value, json};

const PROBLEM: &str = "application/problem+json";

/// Wraps a client so that an answer which the contract does not describe fails the test, and gives each redirect a browser.
pub fn conforming(client: reqwest::Client) -> ClientWithMiddleware {
    ClientBuilder::new(client).with(Browsers::default()).with(Conformity).build()
}

/// Fails unless an event of a stream is as the contract says: the lines between two empty ones, with data.
pub fn check_event(operation: &str, lines: &str) {
    let field = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        let value = if name == "retry" { json!(value.parse::<u64>().unwrap()) } else { json!(value) };
        (name.to_owned(), value)
    };
    DOCUMENT.check_event(operation, &lines.lines().map(field).collect());
}

struct Conformity;

#[async_trait::async_trait]
impl Middleware for Conformity {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = next.run(request, extensions).await?;
        checked(DOCUMENT.operation(&method, &path), &path, response).await
    }
}

/// The same answer, once it was compared. What is sent while it is made is compared without its content: it may have no
/// end, or be cut.
async fn checked(operation: Option<&Documented>, path: &str, response: Response) -> Result<Response> {
    let status = response.status().as_u16();
    let media_type =
        response.headers().get(CONTENT_TYPE).map(|value| essence(value.to_str().unwrap()).to_owned());
    if let Some(operation) = operation {
        operation.check_head(status, media_type.as_deref(), response.headers());
        quotas::check(operation.id(), status, response.headers());
    }
    let is_problem = media_type.as_deref() == Some(PROBLEM);
    if response.headers().contains_key(TRANSFER_ENCODING) || (operation.is_none() && !is_problem) {
        return Ok(response);
    }
    let mut copy = http::Response::builder().status(status).version(response.version());
    copy.headers_mut().unwrap().clone_from(response.headers());
    let copy = copy.url(response.url().clone());
    let content = response.bytes().await?;
    if let Some(operation) = operation {
        operation.check_content(status, media_type.as_deref(), &content);
        operation.check_links(status, path, &content);
    }
    // An answer to HEAD has no content.
    if is_problem && !content.is_empty() {
        let problem: Value = serde_json::from_slice(&content).unwrap();
        PROBLEMS.note(problem["code"].as_str().unwrap());
    }
    Ok(copy.body(content).unwrap().into())
}
