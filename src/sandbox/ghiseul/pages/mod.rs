//! The pages for people: plain HTML, no script, nothing external.

mod card;
mod code;
mod handover;
mod layout;
mod login;
mod portal;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ContentType, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

use self::layout::Top;
use super::flow::{FieldError, Flow, Step};
use super::handover::Handover;
use super::provider::{Client, GhiseulSimulator};
use super::visit::{LogIn, Visit};
use crate::http::is_for_person;
use crate::sandbox::locale::Locale;
use crate::sandbox::page::style_hash;
use crate::sandbox::problems::UnknownName;
use crate::text::Rule;

/// Renders the page of a flow's step; with an error, status 422.
pub(super) fn step(simulator: &GhiseulSimulator, flow: &Flow, error: Option<FieldError>) -> HttpResponse {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = match &flow.step {
        Step::Login { person, typed_cnp } => login::page(flow, *person, typed_cnp, error),
        Step::Card { person } => card::page(flow, person, error),
        Step::Code { sms_code, bank_refuses, wrong_codes, .. } => {
            code::page(flow, sms_code, *bank_refuses, *wrong_codes, error)
        }
    };
    respond(status, flow.locale, &Policy::forms_to(&form_targets(simulator, flow)), page)
}

/// Renders the portal's log-in.
pub(super) fn portal_login(log_in: &LogIn<'_>, locale: Locale) -> HttpResponse {
    let status = if log_in.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    respond(status, locale, &Policy::forms_to("'self'"), portal::login(log_in, locale))
}

/// Renders the portal of a logged-in person.
pub(super) fn portal(visit: &Visit, hub: &Client, locale: Locale) -> HttpResponse {
    respond(StatusCode::OK, locale, &Policy::forms_to("'self'"), portal::services(visit, hub, locale))
}

/// Renders the page that sends the browser on with an assertion. With scripts, its form submits itself.
pub(super) fn handover(handover: &Handover<'_>, locale: Locale) -> HttpResponse {
    let hub = handover.hub;
    let mut targets = vec![hub.handoff_url.origin().ascii_serialization()];
    targets.extend_from_slice(&hub.onward_sources);
    let policy = Policy {
        form_action: targets.join(" "),
        script: Some(handover::script_hash()),
        // The Hub accepts the form only from a page of this origin, so browsers must name it.
        referrer: "strict-origin",
    };
    respond(StatusCode::OK, locale, &policy, handover::page(handover, locale))
}

/// What a page may do.
struct Policy {
    form_action: String,
    script: Option<&'static str>,
    referrer: &'static str,
}

impl Policy {
    fn forms_to(targets: &str) -> Self {
        Self { form_action: targets.to_owned(), script: None, referrer: "no-referrer" }
    }
}

/// Renders a page that says why the flow cannot go on.
pub(super) fn refusal(status: StatusCode, rule: &Rule, locale: Locale) -> HttpResponse {
    refusal_with(status, rule, locale, &html! {})
}

fn refusal_with(status: StatusCode, rule: &Rule, locale: Locale, more: &Markup) -> HttpResponse {
    let title = locale.pick("Nu se poate continua", "This cannot continue");
    let body = html! {
        h1 { (title) }
        p { (locale.pick(rule.ro, rule.en)) }
        p.hint { (locale.pick("Cod:", "Code:")) " " code { (rule.code) } }
        (more)
    };
    respond(status, locale, &Policy::forms_to("'none'"), layout::page(locale, title, Top::Plain, &body))
}

/// Answers a `login_hint` with an unknown name: a program with a problem document, a person with a page; both list the
/// known names.
pub(super) fn unknown_name(request: &HttpRequest, name: &UnknownName) -> HttpResponse {
    if !is_for_person(request.headers()) {
        return HttpResponse::from_error(name.at("login_hint"));
    }
    let known = html! {
        p { (Locale::of_request(request).pick("Cunoscute:", "Known:")) }
        ul { @for known in &name.known { li { code { (known) } } } }
    };
    refusal_with(StatusCode::BAD_REQUEST, name.rule, Locale::of_request(request), &known)
}

/// Returns where a form may lead: here, and by redirect to the client and to where the client redirects in turn.
fn form_targets(simulator: &GhiseulSimulator, flow: &Flow) -> String {
    let request = &flow.request;
    let mut targets =
        vec!["'self'".to_owned(), request.return_address.redirect_uri.origin().ascii_serialization()];
    if let Some(client) = simulator.client(&request.client_id) {
        targets.extend_from_slice(&client.onward_sources);
    }
    targets.join(" ")
}

fn respond(status: StatusCode, locale: Locale, policy: &Policy, page: Markup) -> HttpResponse {
    let script = policy.script.map(|hash| format!(" script-src '{hash}';")).unwrap_or_default();
    let referrer = policy.referrer;
    let policy = format!(
        "default-src 'none'; style-src '{}'; img-src 'self';{script} form-action {}; frame-ancestors 'none'; base-uri 'none'",
        style_hash(),
        policy.form_action
    );
    HttpResponse::build(status)
        .insert_header(ContentType::html())
        .insert_header((CONTENT_LANGUAGE, locale.tag()))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, referrer))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(page.into_string())
}
