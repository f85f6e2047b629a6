//! The pages, as a person's browser uses them.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{self, TestRequest};

use super::{
    Request, TestClock, authorize_uri, claims, cookie, exchange, location, post_token, returned, simulator,
    started,
};
use crate::sandbox::ghiseul::{CARD_FAILING_3DS, CARD_REFUSED, CARD_WORKING, PASSWORD};

/// A browser in the middle of a flow.
struct Browser<'a, S> {
    app: &'a S,
    path: String,
    cookie: String,
}

/// The answer to a form.
struct Answer {
    status: u16,
    location: Option<String>,
    body: String,
}

impl<'a, S, B> Browser<'a, S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    async fn begin(app: &'a S, changes: &[(&str, Option<&str>)]) -> Self {
        let request = TestRequest::get().uri(&authorize_uri(changes)).to_request();
        let response = test::call_service(app, request).await;
        assert_eq!(response.status(), 303);
        Self { app, path: location(&response), cookie: cookie(&response) }
    }

    async fn send(&self, request: TestRequest) -> Answer {
        let request = request.insert_header(("Cookie", self.cookie.clone())).to_request();
        let response = test::call_service(self.app, request).await;
        let location = response.headers().get("Location").map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = String::from_utf8(test::read_body(response).await.to_vec()).unwrap();
        Answer { status, location, body }
    }

    async fn page(&self) -> String {
        let answer = self.send(TestRequest::get().uri(&self.path)).await;
        assert_eq!(answer.status, 200);
        answer.body
    }

    /// Presses a button of the current page, with its form filled in.
    async fn press(&self, step: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.page().await;
        let token = between(&page, "name=\"form_token\" value=\"", "\"");
        let form: Vec<_> =
            [("form_token", token), ("step", step)].into_iter().chain(fields.iter().copied()).collect();
        self.send(TestRequest::post().uri(&self.path).set_form(form)).await
    }

    async fn log_in(&self) {
        let answer = self.press("login", &[("person", "clean-3"), ("cnp", ""), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.location.as_deref()), (303, Some(&*self.path)));
    }

    async fn use_card(&self, card: &str) -> Answer {
        self.press("card", &[("consent", "yes"), ("card", card)]).await
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).expect(start).1.split_once(end).expect(end).0
}

fn error_of(answer: &Answer) -> (Option<String>, Option<String>) {
    let location = answer.location.as_deref().expect("a redirect");
    (returned(location, "error"), returned(location, "error_description"))
}

fn denied(code: &str) -> (Option<String>, Option<String>) {
    (Some("access_denied".to_owned()), Some(code.to_owned()))
}

#[actix_web::test]
async fn a_person_confirms_with_the_card_and_the_code() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[]).await;
    browser.log_in().await;
    let page = browser.page().await;
    assert!(page.contains("Țîrlea-Brâncoveanu") && page.contains("hub.test"));
    let answer = browser.use_card("4111 1111-1111 1111").await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(&*browser.path)));
    let page = browser.page().await;
    assert_eq!(browser.press("code", &[("code", "wrong")]).await.status, 422);
    let sms = between(&page, "<figcaption>", "</figure>");
    let answer = browser.press("code", &[("code", between(sms, "<strong>", "</strong>"))]).await;
    assert_eq!(answer.status, 303);
    let back = answer.location.unwrap();
    assert_eq!(returned(&back, "state").as_deref(), Some("state-1"));
    let (status, body) = post_token(&app, &exchange(&returned(&back, "code").unwrap())).await;
    assert_eq!((status, &claims(&body["id_token"])["cnp"]), (200, &"6010823222031".into()));
    assert_eq!(browser.send(TestRequest::get().uri(&browser.path)).await.status, 410, "the flow is over");
}

#[actix_web::test]
async fn the_hint_preselects_and_nothing_more() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[("login_hint", Some("with-entries"))]).await;
    assert!(browser.page().await.contains("<option value=\"with-entries\" selected>"));
}

#[actix_web::test]
async fn a_typed_cnp_wins_over_the_list() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[]).await;
    let fields = [("person", "clean"), ("cnp", "1820317162551"), ("password", PASSWORD)];
    assert_eq!(browser.press("login", &fields).await.status, 303);
    assert!(browser.page().await.contains("Stoica"));
}

#[actix_web::test]
async fn a_wrong_login_is_explained_and_keeps_what_was_typed() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[("ui_locales", Some("en"))]).await;
    for (person, cnp, password, field) in [
        ("", "", PASSWORD, "person"),
        ("nobody", "", PASSWORD, "person"),
        ("clean", "\"><b>1", PASSWORD, "cnp"),
        ("clean", "", "guess", "password"),
    ] {
        let answer =
            browser.press("login", &[("person", person), ("cnp", cnp), ("password", password)]).await;
        assert_eq!(answer.status, 422, "{field}");
        assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{field}");
        assert!(answer.body.contains("<title>Error: Log in"), "{field}");
        assert!(!answer.body.contains("<b>"), "{field}");
    }
    assert!(browser.page().await.contains("<option value=\"clean\" selected>"));
}

#[actix_web::test]
async fn consent_and_a_test_card_are_required() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[]).await;
    browser.log_in().await;
    let answer = browser.press("card", &[("card", CARD_WORKING)]).await;
    assert!(answer.status == 422 && answer.body.contains("href=\"#consent\""));
    let answer = browser.use_card("4242424242424242").await;
    assert!(answer.status == 422 && answer.body.contains("href=\"#card\""));
    assert!(!answer.body.contains("4242424242424242"), "a card number is never repeated");
}

#[actix_web::test]
async fn a_refused_card_goes_back_at_once() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[]).await;
    browser.log_in().await;
    assert_eq!(error_of(&browser.use_card(CARD_REFUSED).await), denied("card_refused"));
}

#[actix_web::test]
async fn three_wrong_codes_are_a_failure() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[]).await;
    browser.log_in().await;
    browser.use_card(CARD_FAILING_3DS).await;
    for _ in 0..2 {
        let page = browser.page().await;
        let sms = between(&page, "<figcaption>", "</figure>");
        let answer = browser.press("code", &[("code", between(sms, "<strong>", "</strong>"))]).await;
        assert_eq!(answer.status, 422, "with this card even the right code is wrong");
    }
    assert_eq!(error_of(&browser.press("code", &[("code", "")]).await), denied("three_d_secure_failed"));
}

#[actix_web::test]
async fn every_step_can_be_cancelled() {
    let app = started(simulator(&TestClock::at_noon())).await;
    for steps in 0..3 {
        let browser = Browser::begin(&app, &[]).await;
        if steps > 0 {
            browser.log_in().await;
        }
        if steps > 1 {
            browser.use_card(CARD_WORKING).await;
        }
        assert_eq!(error_of(&browser.press("cancel", &[("card", "")]).await), denied("abandoned"), "{steps}");
    }
}

#[actix_web::test]
async fn a_form_of_another_step_changes_nothing() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[]).await;
    let answer = browser.press("code", &[("code", "000000")]).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(&*browser.path)));
    assert!(browser.page().await.contains("name=\"password\""));
}

#[actix_web::test]
async fn a_flow_belongs_to_its_browser_its_form_and_its_time() {
    let clock = TestClock::at_noon();
    let app = started(simulator(&clock)).await;
    let browser = Browser::begin(&app, &[]).await;
    let stranger = Browser { app: &app, path: browser.path.clone(), cookie: "ghiseul_flow=guess".to_owned() };
    assert_eq!(stranger.send(TestRequest::get().uri(&stranger.path)).await.status, 410);
    let forged = [("form_token", "guess"), ("step", "cancel")];
    assert_eq!(browser.send(TestRequest::post().uri(&browser.path).set_form(forged)).await.status, 410);
    let nonsense = [("form_token", "guess"), ("step", "win")];
    assert_eq!(browser.send(TestRequest::post().uri(&browser.path).set_form(nonsense)).await.status, 400);
    clock.pass(15 * 60);
    assert_eq!(browser.send(TestRequest::get().uri(&browser.path)).await.status, 410);
}

#[actix_web::test]
async fn pages_speak_the_language_asked_for() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[]).await;
    assert!(browser.page().await.contains("<html lang=\"ro\">"));
    let english = browser.send(TestRequest::get().uri(&format!("{}?lang=en", browser.path))).await.body;
    assert!(english.contains("<html lang=\"en\">") && english.contains("Log in"));
    assert!(browser.page().await.contains("Log in"), "the choice is kept");
}

#[actix_web::test]
async fn pages_are_locked_down() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let browser = Browser::begin(&app, &[]).await;
    let request = TestRequest::get().uri(&browser.path).insert_header(("Cookie", browser.cookie.clone()));
    let response = test::call_service(&app, request.to_request()).await;
    let header = |name: &str| response.headers().get(name).expect(name).to_str().unwrap();
    let policy = header("Content-Security-Policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(policy.contains("form-action 'self' https://hub.test https://portal.test;"));
    assert!(policy.contains("frame-ancestors 'none'"));
    assert_eq!(header("X-Frame-Options"), "DENY");
    assert_eq!(header("Cache-Control"), "no-store");
}

#[actix_web::test]
async fn the_cookie_is_for_this_flow_alone() {
    let app = started(simulator(&TestClock::at_noon())).await;
    let response = test::call_service(&app, TestRequest::get().uri(&authorize_uri(&[])).to_request()).await;
    let cookie = response.headers().get("Set-Cookie").unwrap().to_str().unwrap();
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", &format!("Path={}", location(&response))] {
        assert!(cookie.contains(attribute), "{attribute}");
    }
}
