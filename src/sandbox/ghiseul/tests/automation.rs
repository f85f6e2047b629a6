//! `/authorize`: what it refuses, and the outcomes of `login_hint`.

use actix_web::test::{self, TestRequest};
use serde_json::Value;

use super::{
    ISSUER, TestClock, a_code, authorize_uri, claims, exchange, hinted, location, post_token, returned,
    simulator, started,
};

/// Changes to a valid request; `None` removes a parameter.
type Changes<'a> = &'a [(&'a str, Option<&'a str>)];

#[actix_web::test]
async fn success_is_a_code_with_state_and_issuer() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let back = hinted(&app, "clean:success").await;
    assert_eq!(returned(&back, "state").as_deref(), Some("state-1"));
    assert_eq!(returned(&back, "iss").as_deref(), Some(ISSUER));
    assert_eq!(returned(&back, "from").as_deref(), Some("ghiseul"), "the address's own query stays");
    assert!(returned(&back, "code").is_some() && returned(&back, "error").is_none());
}

#[actix_web::test]
async fn failures_are_access_denied_with_a_stable_code() {
    let app = started(simulator(&TestClock::at_noon())).await;
    for outcome in ["abandoned", "card_refused", "three_d_secure_failed"] {
        let back = hinted(&app, &format!("clean:{outcome}")).await;
        assert_eq!(returned(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!(returned(&back, "error_description").as_deref(), Some(outcome));
        assert_eq!(returned(&back, "state").as_deref(), Some("state-1"));
        assert_eq!(returned(&back, "code"), None);
    }
}

#[actix_web::test]
async fn replay_gives_a_token_with_another_nonce() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let (status, body) = post_token(&app, &exchange(&a_code(&app, "replay").await)).await;
    assert_eq!(status, 200);
    assert_ne!(claims(&body["id_token"])["nonce"], "nonce-1");
}

#[actix_web::test]
async fn expired_gives_a_token_that_has_expired() {
    let clock = TestClock::at_noon();
    let app = started(simulator(&clock)).await;
    let (status, body) = post_token(&app, &exchange(&a_code(&app, "expired").await)).await;
    let claims = claims(&body["id_token"]);
    assert_eq!((status, &claims["nonce"]), (200, &"nonce-1".into()));
    assert!(claims["exp"].as_i64().unwrap() < clock.now().timestamp());
}

#[actix_web::test]
async fn a_wrong_client_or_address_is_a_page_and_never_a_redirect() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let cases: [(Changes<'_>, &str); 5] = [
        (&[("client_id", Some("nobody"))], "unknown_client"),
        (&[("client_id", None)], "malformed_request"),
        (&[("redirect_uri", None)], "malformed_request"),
        (&[("redirect_uri", Some("https://hub.test/callback"))], "unregistered_redirect_uri"),
        (&[("redirect_uri", Some("https://other.test/callback"))], "unregistered_redirect_uri"),
    ];
    for (changes, code) in cases {
        let request = TestRequest::get().uri(&authorize_uri(changes)).to_request();
        let response = test::call_service(&app, request).await;
        assert_eq!(response.status(), 400, "{changes:?}");
        let body = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
        assert!(body.contains(code) && !body.contains("<b>"), "{changes:?}");
    }
}

#[actix_web::test]
async fn an_unknown_name_is_answered_with_the_known_ones_to_programs_and_to_people() {
    let app = started(simulator(&TestClock::at_noon())).await;
    for (hint, known) in [("nobody:success", "clean"), ("clean:perhaps", "card_refused"), ("<b>", "minor")] {
        let uri = authorize_uri(&[("login_hint", Some(hint))]);
        let response = test::call_service(&app, TestRequest::get().uri(&uri).to_request()).await;
        assert_eq!(response.status(), 422, "{hint}");
        let problem: Value = test::read_body_json(response).await;
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&"?login_hint".into(), &"unknown_value".into()));
        assert!(error["known"].as_array().unwrap().contains(&known.into()), "{error}");
        let page = TestRequest::get().uri(&uri).insert_header(("accept", "text/html")).to_request();
        let response = test::call_service(&app, page).await;
        assert_eq!(response.status(), 400, "{hint}");
        let page = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
        assert!(page.contains(&format!("<code>{known}</code>")) && !page.contains("<b>"), "{hint}");
    }
}

#[actix_web::test]
async fn a_repeated_or_oversized_parameter_is_refused() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let good = authorize_uri(&[]);
    for uri in [format!("{good}&state=2"), format!("{good}&x={}", "y".repeat(5000))] {
        let response = test::call_service(&app, TestRequest::get().uri(&uri).to_request()).await;
        assert_eq!(response.status(), 400);
    }
}

#[actix_web::test]
async fn the_client_is_told_what_its_request_lacks() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let cases: [(Changes<'_>, &str); 12] = [
        (&[("response_type", Some("token"))], "unsupported_response_type"),
        (&[("response_type", None)], "unsupported_response_type"),
        (&[("response_mode", Some("fragment"))], "invalid_request"),
        (&[("scope", Some("profile"))], "invalid_scope"),
        (&[("state", None)], "invalid_request"),
        (&[("nonce", Some(""))], "invalid_request"),
        (&[("code_challenge", None)], "invalid_request"),
        (&[("code_challenge", Some("too-short"))], "invalid_request"),
        (&[("code_challenge_method", Some("plain"))], "invalid_request"),
        (&[("prompt", Some("none"))], "login_required"),
        (&[("request", Some("e30"))], "request_not_supported"),
        (&[("request_uri", Some("https://hub.test/r"))], "request_uri_not_supported"),
    ];
    for (changes, error) in cases {
        let changes: Vec<_> =
            changes.iter().copied().chain([("login_hint", Some("clean:success"))]).collect();
        let request = TestRequest::get().uri(&authorize_uri(&changes)).to_request();
        let response = test::call_service(&app, request).await;
        assert_eq!(returned(&location(&response), "error").as_deref(), Some(error), "{changes:?}");
    }
}
