//! What every response tells browsers (OWASP ASVS 5.0, 3.4 and 14.3.2), whoever made it.

use reqwest::header::HeaderMap;
use reqwest::{Method, Response};

use crate::support::{Citizen, House};

const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Returns the content security policy of a response that has the other headers.
fn policy(headers: &HeaderMap, what: &str) -> String {
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ] {
        assert_eq!(headers.get(name).map(|value| value.to_str().unwrap()), Some(value), "{what}: {name}");
    }
    let policies: Vec<_> = headers.get_all("content-security-policy").iter().collect();
    assert_eq!(policies.len(), 1, "{what}");
    policies[0].to_str().unwrap().to_owned()
}

fn is_never_stored(answer: &Response) -> bool {
    answer.headers().get_all("cache-control").iter().eq(["no-store"])
}

#[actix_web::test]
async fn every_response_tells_browsers_to_load_frame_and_keep_nothing() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let document = format!("/v1/certificates/{}/document", certificate["id"].as_str().unwrap());
    for (what, answer, status) in [
        ("JSON", house.get("/v1/services").await, 200),
        ("a problem", house.get("/v1/accounts/me").await, 401),
        ("no route", house.get("/v1/nothing").await, 404),
        (
            "no method",
            house.request(Method::from_bytes(b"TRACE").unwrap(), "/v1/services").send().await.unwrap(),
            405,
        ),
        ("a paper", citizen.get(&document).await, 200),
    ] {
        assert_eq!(answer.status(), status, "{what}");
        assert_eq!(policy(answer.headers(), what), NOTHING, "{what}");
        assert!(is_never_stored(&answer) || what == "JSON", "{what}: {:?}", answer.headers());
    }
}

#[actix_web::test]
async fn a_preflight_answer_has_the_headers_too() {
    let house = House::start().await;
    let request = house.request(Method::OPTIONS, "/v1/sessions").header("origin", "http://localhost:5173");
    let answer = request.header("access-control-request-method", "POST").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(policy(answer.headers(), "preflight"), NOTHING);
}

#[actix_web::test]
async fn pages_load_only_what_is_theirs_and_are_never_framed() {
    let house = House::start().await;
    let problem = house.request(Method::GET, "/nothing").header("accept", "text/html");
    for (what, answer) in [
        ("docs", house.get("/docs/").await),
        ("docs' script", house.get("/docs/swagger-ui-bundle.js").await),
        ("verification", house.get("/verify").await),
        ("a problem", problem.send().await.unwrap()),
    ] {
        let policy = policy(answer.headers(), what);
        assert!(policy.starts_with("default-src 'none'; "), "{what}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
        let scripts = policy.split("; ").find(|rule| rule.starts_with("script-src"));
        assert!(scripts.is_none_or(|rule| rule == "script-src 'self'"), "{what}: {policy}");
    }
}
