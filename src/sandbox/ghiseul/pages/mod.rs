//! The pages that a person sees: plain HTML, no script, nothing from outside.

mod card;
mod code;
mod layout;
mod login;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, ContentType, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use maud::{Markup, html};

use super::flow::{FieldError, Flow, Step};
use super::provider::GhiseulSimulator;
use crate::rule::Rule;
use crate::sandbox::locale::Locale;

/// The page of a flow's step; with an error, status 422.
pub(super) fn step(simulator: &GhiseulSimulator, flow: &Flow, error: Option<FieldError>) -> HttpResponse {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = match &flow.step {
        Step::Login { person, typed_cnp } => login::page(flow, *person, typed_cnp, error),
        Step::Card { person } => card::page(flow, person, error),
        Step::Code { sms_code, bank_refuses, wrong_codes, .. } => {
            code::page(flow, sms_code, *bank_refuses, *wrong_codes, error)
        }
    };
    respond(status, flow.locale, &form_targets(simulator, flow), page)
}

/// A page that says why it goes no further.
pub(super) fn refusal(status: StatusCode, rule: &Rule, locale: Locale) -> HttpResponse {
    let title = locale.pick("Nu se poate continua", "This can't go on");
    let body = html! {
        h1 { (title) }
        p { (locale.pick(rule.ro, rule.en)) }
        p.hint { (locale.pick("Cod:", "Code:")) " " code { (rule.code) } }
    };
    respond(status, locale, "'none'", layout::page(locale, title, None, &body))
}

/// Where a form may lead: here, and by redirect to the client and to where the client redirects in turn.
fn form_targets(simulator: &GhiseulSimulator, flow: &Flow) -> String {
    let request = &flow.request;
    let mut targets =
        vec!["'self'".to_owned(), request.return_address.redirect_uri.origin().ascii_serialization()];
    if let Some(client) = simulator.client(&request.client_id) {
        targets.extend_from_slice(&client.onward_sources);
    }
    targets.join(" ")
}

fn respond(status: StatusCode, locale: Locale, form_action: &str, page: Markup) -> HttpResponse {
    let policy = format!(
        "default-src 'none'; style-src '{}'; form-action {form_action}; frame-ancestors 'none'; base-uri 'none'",
        layout::style_hash()
    );
    HttpResponse::build(status)
        .insert_header(ContentType::html())
        .insert_header((CONTENT_LANGUAGE, locale.tag()))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(page.into_string())
}
