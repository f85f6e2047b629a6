//! Hostile input: each kind of nonsense gets a problem that names the field and the rule, and changes nothing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Citizen, House, json_of, refused};

async fn send(
    house: &House,
    method: Method,
    path: &str,
    kind: &str,
    body: impl Into<reqwest::Body>,
) -> reqwest::Response {
    house.request(method, path).header("content-type", kind).body(body).send().await.unwrap()
}

async fn post(house: &House, path: &str, body: impl Into<reqwest::Body>) -> reqwest::Response {
    send(house, Method::POST, path, "application/json", body).await
}

const VERIFY: &str = "/v1/verify";

/// The router reads escapes; scopes, the pages that may call, metrics and the audit log go by the text.
#[actix_web::test]
async fn an_address_in_disguise_leads_nowhere() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let status = async |path: &str| {
        // Past the test client, which reads an address as its text is, too.
        let request = reqwest::Client::new().get(house.api.join(path).unwrap());
        request.bearer_auth(&citizen.access).send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("/v1/services").await, 200);
    assert_ne!(status("/v1/applications/prefill").await, 404);
    for disguised in [
        "/v1/%73ervices",
        "/%76%31/services",
        "/v1/service%73",
        "/v1/applications/%70refill",
        "/v1/applications/prefil%6C",
        "/v1/%7e",
        "/oauth/%61uthorize",
    ] {
        assert_eq!(status(disguised).await, 404, "{disguised}");
    }
}

#[actix_web::test]
async fn invalid_json_says_where_parsing_stopped() {
    let house = House::start().await;
    for body in [
        "",
        "{",
        "{\"cnp\":}",
        "nonsense",
        "{\"registration_number\":\"x\"} {}",
        "\u{feff}{}",
        "{\"cnp\":\"\u{1}\"}",
        // A number that no reader of JSON holds.
        "{\"registration_number\":1e999}",
    ] {
        let problem = refused(post(&house, VERIFY, body).await, 400, "malformed_json").await;
        assert!(problem["line"].is_u64() && problem["column"].is_u64(), "{problem}");
    }
    refused(post(&house, VERIFY, vec![0xff, 0xfe]).await, 400, "malformed_json").await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let status = post(&house, VERIFY, deep).await.status();
    assert!(status == 400 || status == 422, "{status}");
}

#[actix_web::test]
async fn each_field_that_is_wrong_is_pointed_at() {
    let house = House::start().await;
    for (body, pointer, code) in [
        (r#"{"registration_number":7,"cnp":"1"}"#, "/registration_number", "wrong_type"),
        (r#"{"registration_number":null}"#, "/registration_number", "wrong_type"),
        (r#"{"registration_number":["x"]}"#, "/registration_number", "wrong_type"),
        (r#"{"registration_number":123456789012345678901234567890}"#, "/registration_number", "wrong_type"),
        (r#"{}"#, "/registration_number", "missing"),
        (r#"{"registration_number":"x","x/y":1}"#, "/x~1y", "unknown_field"),
        (
            r#"{"registration_number":"x","registration_number":"y"}"#,
            "/registration_number",
            "duplicate_field",
        ),
        (r#"[]"#, "", "wrong_type"),
        (r#""text""#, "", "wrong_type"),
    ] {
        let problem = refused(post(&house, VERIFY, body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], code, "{body}: {problem}");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}: {problem}");
    }
}

#[actix_web::test]
async fn all_broken_rules_are_reported_together_in_the_callers_language() {
    let house = House::start().await;
    let body = json!({"email": "no address", "password": "short", "phone": "0712"});
    let request = house.request(Method::POST, "/v1/accounts").header("accept-language", "en").json(&body);
    let english = refused(request.send().await.unwrap(), 422, "invalid_input").await;
    let pointers: Vec<&Value> = english["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
    assert_eq!(pointers, ["/email", "/password", "/phone"]);
    let romanian = refused(house.post("/v1/accounts", &body).await, 422, "invalid_input").await;
    assert_ne!(english["title"], romanian["title"]);
    assert_ne!(english["errors"][0]["message"], romanian["errors"][0]["message"]);
    assert_eq!(english["errors"][0]["code"], romanian["errors"][0]["code"]);
}

#[actix_web::test]
async fn addresses_and_passwords_keep_their_rules() {
    let house = House::start().await;
    for email in ["", "a", "@b.ro", "a@", "a b@c.ro", "a\u{0}@b.ro", "a@b.ro,c@d.ro", "a@-b.ro"] {
        let body = json!({"email": email, "password": "o parolă destul de lungă"});
        let problem = refused(house.post("/v1/accounts", &body).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], "/email", "{email:?}: {problem}");
    }
    for password in ["", "123456789", &"a".repeat(129), "ana@example.ro"] {
        let body = json!({"email": "ana@example.ro", "password": password});
        let problem = refused(house.post("/v1/accounts", &body).await, 422, "invalid_input").await;
        assert!(!problem.to_string().contains("123456789"), "a password is never repeated: {problem}");
    }
}

#[actix_web::test]
async fn bodies_have_a_size_and_a_type() {
    let house = House::start().await;
    let large = format!("{{\"registration_number\":\"{}\"}}", "x".repeat(70_000));
    refused(post(&house, VERIFY, large).await, 413, "payload_too_large").await;
    let body = r#"{"registration_number":"x"}"#;
    for kind in
        ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx", ";"]
    {
        let answer = send(&house, Method::POST, VERIFY, kind, body).await;
        refused(answer, 415, "unsupported_media_type").await;
    }
    let without = house.request(Method::POST, VERIFY).body(body).send().await.unwrap();
    refused(without, 415, "unsupported_media_type").await;
    let with_charset = send(&house, Method::POST, VERIFY, "application/json; charset=utf-8", body).await;
    refused(with_charset, 422, "invalid_input").await;
}

#[actix_web::test]
async fn addresses_that_do_not_exist_and_methods_that_do_not_fit() {
    let house = House::start().await;
    for path in ["/", "/v1", "/v2/accounts", "/v1/accounts/", "/v1/accounts/1/2", "/%00", "/v1/../etc/passwd"]
    {
        refused(house.get(path).await, 404, "not_found").await;
    }
    for (method, path, allowed) in [
        (Method::GET, "/v1/accounts", "POST"),
        (Method::PUT, "/v1/accounts/me", "GET, HEAD, PATCH, DELETE"),
        (Method::DELETE, "/v1/verify", "POST"),
        (Method::HEAD, "/v1/verify", "POST"),
        (Method::POST, "/health/live", "GET, HEAD"),
        (Method::GET, "/v1/sessions/exchange", "POST"),
        (Method::DELETE, "/v1/sessions/exchange", "POST"),
        (Method::PATCH, "/v1/certificates/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/payload", "GET, HEAD"),
        (Method::GET, "/oauth/token", "POST"),
        (Method::PUT, "/oauth/authorize", "GET, HEAD, POST"),
        (Method::POST, "/oauth/log-in/ghiseul", "GET, HEAD"),
        (Method::TRACE, "/.well-known/openid-configuration", "GET, HEAD"),
    ] {
        let answer = house.request(method.clone(), path).send().await.unwrap();
        assert_eq!(
            (answer.status(), &answer.headers()["allow"]),
            (405.try_into().unwrap(), &allowed.parse().unwrap()),
            "{method} {path}"
        );
        if method != Method::HEAD {
            refused(answer, 405, "method_not_allowed").await;
        }
        let options = house.request(Method::OPTIONS, path).send().await.unwrap();
        assert_eq!(
            (options.status().as_u16(), &options.headers()["allow"]),
            (204, &allowed.parse().unwrap()),
            "{path}"
        );
    }
    refused(house.request(Method::OPTIONS, "/v1/nothing").send().await.unwrap(), 404, "not_found").await;
}

#[actix_web::test]
async fn ids_cursors_and_queries_are_read_strictly() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for path in ["/v1/certificates/x", "/v1/certificates/1800101221144", "/v1/applications/%00"] {
        refused(citizen.get(path).await, 404, "not_found").await;
    }
    for (query, pointer) in [
        ("?limit=0", "?limit"),
        ("?limit=101", "?limit"),
        ("?limit=99999999999999999999", "?limit"),
        ("?limit=x", "?limit"),
        ("?limit=1&limit=2", "?limit"),
        ("?unknown=1", "?unknown"),
        ("?cursor=x", "?cursor"),
    ] {
        let problem =
            refused(citizen.get(&format!("/v1/certificates{query}")).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}: {problem}");
    }
    let unknown =
        citizen.get("/v1/certificates/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/signature?format=x").await;
    refused(unknown, 422, "invalid_input").await;
}

#[actix_web::test]
async fn request_ids_are_taken_over_when_they_are_sane() {
    let house = House::start().await;
    let with_id = async |id: &str| {
        let answer =
            house.request(Method::GET, "/health/live").header("x-request-id", id).send().await.unwrap();
        answer.headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(with_id("checkout-42-abc").await, "checkout-42-abc");
    for odd in ["x", "with space 123", "1800101221144"] {
        assert_ne!(with_id(odd).await, odd);
    }
}

#[actix_web::test]
async fn every_problem_is_explained_at_its_address() {
    let house = House::start().await;
    for code in cazier::error::Code::ALL {
        let page = json_of(house.get(&format!("/problems/{}", code.as_str())).await, 200).await;
        assert_eq!(
            (&page["code"], &page["status"]),
            (&json!(code.as_str()), &json!(cazier::http::status_of(*code).as_u16()))
        );
    }
    refused(house.get("/problems/unknown").await, 404, "not_found").await;
}

#[actix_web::test]
async fn every_rule_of_the_contract_is_explained_in_both_languages() {
    let house = House::start().await;
    let romanian = json_of(house.get("/problems").await, 200).await;
    let english = house.request(Method::GET, "/problems").header("accept-language", "en").send().await;
    let english = json_of(english.unwrap(), 200).await;
    let codes = |catalogue: &Value| {
        let rules = catalogue["rules"].as_array().unwrap().iter();
        rules.map(|rule| rule["code"].clone()).collect::<Vec<_>>()
    };
    let contract: Value = serde_json::from_str(&cazier::server::openapi::contract_json()).unwrap();
    let listed = &contract["components"]["schemas"]["RuleCode"]["enum"];
    assert_eq!((&json!(codes(&romanian)), &json!(codes(&english))), (listed, listed));
    let rules = |catalogue: &Value| catalogue["rules"].as_array().unwrap().clone();
    for (ro, en) in rules(&romanian).iter().zip(rules(&english)) {
        assert_ne!(ro["message"], en["message"], "{en}");
    }
    let general = "The year must be between 1850 and 2199";
    assert!(
        rules(&english).contains(&json!({"code": "date_range", "message": general})),
        "not one place's words"
    );
}

#[actix_web::test]
async fn only_known_front_ends_may_call_from_a_browser() {
    let house = House::start().await;
    let preflight = async |origin: &str| {
        let request = house.request(Method::OPTIONS, "/v1/sessions").header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        let headers = "content-type, authorization, accept-language, idempotency-key, if-match, if-none-match, \
                       last-event-id, traceparent, tracestate, x-request-id";
        request.header("access-control-request-headers", headers).send().await.unwrap()
    };
    let known = preflight("http://localhost:5173").await;
    assert_eq!(known.status(), 200);
    assert_eq!(known.headers()["access-control-allow-origin"], "http://localhost:5173");
    let unknown = preflight("https://evil.example").await;
    assert!(!unknown.headers().contains_key("access-control-allow-origin"), "{:?}", unknown.headers());
}

#[actix_web::test]
async fn a_page_of_a_front_end_can_read_problems() {
    let house = House::start().await;
    let request = house.request(Method::GET, "/v1/accounts/me").header("origin", "http://localhost:5173");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "http://localhost:5173");
    let vary = answer.headers()["vary"].to_str().unwrap().to_lowercase();
    assert!(
        ["origin", "accept-language", "accept"].iter().all(|name| vary.split(", ").any(|on| on == *name)),
        "{vary}"
    );
    refused(answer, 401, "unauthenticated").await;
}

#[actix_web::test]
async fn head_is_get_without_the_content() {
    let house = House::start().await;
    let answer = house.request(Method::HEAD, "/v1/services").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(answer.bytes().await.unwrap().is_empty());
    let missing = house.request(Method::HEAD, "/v1/nothing").send().await.unwrap();
    assert_eq!(missing.status(), 404);
}
