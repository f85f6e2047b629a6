//! The portal and the handoff, as a browser and a program use them.

use actix_web::Error;
use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{self, TestRequest};
use serde_json::Value;

use super::{ISSUER, NOON, Request, TestClock, claims, cookie, location, simulator, started};
use crate::sandbox::ghiseul::PASSWORD;

const PORTAL: &str = "/oidc/";

/// Returns an answer's head and text.
async fn answered<B: MessageBody>(
    app: &impl Service<Request, Response = ServiceResponse<B>, Error = Error>,
    request: TestRequest,
) -> (ServiceResponse<()>, String) {
    let (request, response) = test::call_service(app, request.to_request()).await.into_parts();
    let (head, body) = response.into_parts();
    let Ok(body) = to_bytes(body).await else { panic!("the body cannot be read") };
    (ServiceResponse::new(request, head), String::from_utf8(body.to_vec()).unwrap())
}

fn post(form: &[(&str, &str)]) -> TestRequest {
    TestRequest::post().uri(PORTAL).set_form(form)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).expect(start).1.split_once(end).expect(end).0
}

fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    between(page, &format!("name=\"{name}\" value=\""), "\"")
}

#[actix_web::test]
async fn a_log_in_shows_the_button_and_a_mistake_is_explained() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let (_, page) = answered(&app, TestRequest::get().uri(PORTAL)).await;
    assert!(page.contains("name=\"password\""));
    let wrong = [("step", "log_in"), ("person", "clean"), ("cnp", ""), ("password", "guess")];
    let (head, page) = answered(&app, post(&wrong)).await;
    assert_eq!(head.status(), 422);
    assert!(page.contains("href=\"#password\"") && page.contains("<option value=\"clean\" selected>"));
    let right = [("step", "log_in"), ("person", "clean"), ("cnp", ""), ("password", PASSWORD)];
    let (head, _) = answered(&app, post(&right)).await;
    assert_eq!((head.status().as_u16(), location(&head).as_str()), (303, PORTAL));
    let own = cookie(&head);
    let (_, page) =
        answered(&app, TestRequest::get().uri(PORTAL).insert_header(("Cookie", own.clone()))).await;
    assert!(page.contains("Munteanu") && page.contains("Cazier judiciar"));
    let token = hidden(&page, "form_token").to_owned();
    let leave = [("step", "log_out"), ("form_token", token.as_str())];
    answered(&app, post(&leave).insert_header(("Cookie", own.clone()))).await;
    let (_, page) = answered(&app, TestRequest::get().uri(PORTAL).insert_header(("Cookie", own))).await;
    assert!(page.contains("name=\"password\""), "logged out");
}

#[actix_web::test]
async fn the_button_leads_to_a_page_that_posts_to_the_hub_and_names_its_origin() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let log_in = [("step", "log_in"), ("person", "clean"), ("cnp", ""), ("password", PASSWORD)];
    let own = cookie(&answered(&app, post(&log_in)).await.0);
    let (_, page) =
        answered(&app, TestRequest::get().uri(PORTAL).insert_header(("Cookie", own.clone()))).await;
    let front_end = between(&page, "<option value=\"", "\"").to_owned();
    assert_eq!(front_end, "hub https://hub.test/returned");
    let token = hidden(&page, "form_token").to_owned();
    let press = [("step", "criminal_record"), ("form_token", &token), ("front_end", &front_end)];
    let (head, page) = answered(&app, post(&press).insert_header(("Cookie", own))).await;
    let header = |name: &str| head.headers().get(name).expect(name).to_str().unwrap();
    let policy = header("Content-Security-Policy");
    assert!(
        policy.contains("form-action https://hub.test") && policy.contains("script-src 'sha256-"),
        "{policy}"
    );
    assert_eq!(header("Referrer-Policy"), "strict-origin");
    assert_eq!(between(&page, "action=\"", "\""), "https://hub.test/handoff");
    let claims = claims(&Value::from(hidden(&page, "assertion")));
    for (name, value) in [("iss", ISSUER), ("aud", "https://hub.test/handoff"), ("client_id", "hub")] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(NOON), Some(NOON + 300)));
}

#[actix_web::test]
async fn a_form_of_somebody_else_hands_nobody_over() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let press = [("step", "criminal_record"), ("form_token", "guess"), ("front_end", "hub https://x.test/")];
    assert_eq!(answered(&app, post(&press)).await.0.status(), 303);
    let log_in = [("step", "log_in"), ("person", "clean"), ("cnp", ""), ("password", PASSWORD)];
    let own = cookie(&answered(&app, post(&log_in)).await.0);
    let (head, _) = answered(&app, post(&press).insert_header(("Cookie", own))).await;
    assert_eq!((head.status().as_u16(), location(&head).as_str()), (303, PORTAL));
}

#[actix_web::test]
async fn a_program_gets_the_form_as_json_and_each_assertion_has_its_own_id() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let form = async |hint: &str| {
        let request = TestRequest::get().uri(&format!("/oidc/handoff?login_hint={hint}&client_id=x"));
        let (head, body) = answered(&app, request).await;
        (head.status().as_u16(), serde_json::from_str::<Value>(&body).unwrap_or_default())
    };
    let (status, good) = form("clean:success").await;
    assert_eq!((status, &good["client_id"]), (200, &"x".into()));
    let (_, next) = form("clean:success").await;
    let (_, replayed) = form("clean:replay").await;
    let id = |form: &Value| claims(&form["assertion"])["jti"].clone();
    assert_ne!(id(&good), id(&next));
    assert_eq!(id(&next), id(&replayed));
    for hint in ["nobody:success", "clean:abandoned", "clean:other_azp", ""] {
        assert_eq!(form(hint).await.0, 422, "{hint}");
    }
}
