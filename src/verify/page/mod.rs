//! The verification page, opened by a document's QR code: HTML for people, with the same look-up as the API.
//!
//! It works without scripts, as a form. With scripts, number and control code come from the fragment of the URL, which
//! no server and no log ever sees. The check is sent by POST, so that no URL contains a CNP. The page is not part of
//! the JSON contract.

mod failure;
mod form;
mod layout;
mod result;

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, RETRY_AFTER, X_FRAME_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use maud::Markup;
use serde::Deserialize;
use url::form_urlencoded;
use validator::Validate;

use self::form::{Broken, Typed};
use super::handlers::verify;
use super::types::VerifyRequest;
use crate::error::{Code, Error, Result, Violation};
use crate::http::validation;
use crate::http::{Form, Locale, status_of};
use crate::state::State;
use crate::text::Rule;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Nothing external, nothing inline.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const IDENTIFIER_LENGTH: Rule = Rule::new(
    "identifier_length",
    "A CNP has 13 digits, a CUI 2 to 10",
    "CNP-ul are 13 cifre, CUI-ul între 2 și 10",
);

/// Registers the routes of the page.
pub(crate) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_form).service(show_result).service(get_style).service(get_script);
}

/// The posted form.
#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct VerifyForm {
    registration_number: String,
    #[serde(default)]
    control_code: String,
    /// CNP or CUI.
    #[serde(default)]
    identifier: String,
    /// The name on the document.
    #[serde(default)]
    name: String,
    /// The chosen language; by default the browser's.
    #[serde(default)]
    lang: String,
}

#[get("/verify")]
async fn show_form(request: HttpRequest) -> HttpResponse {
    let locale = chosen(&request);
    respond(StatusCode::OK, locale, form::page(locale, &Typed::default(), &[]))
}

#[post("/verify")]
async fn show_result(state: State, request: HttpRequest, form: Result<Form<VerifyForm>>) -> HttpResponse {
    let form = match form {
        Ok(Form(form)) => form,
        Err(error) => return failure(chosen(&request), &Typed::default(), &error),
    };
    let locale = language(&form.lang).unwrap_or_else(|| Locale::of(request.headers()));
    let typed = Typed {
        number: form.registration_number.clone(),
        code: form.control_code.clone(),
        name: form.name.clone(),
    };
    match check(&state, form).await {
        Ok(answer) => respond(StatusCode::OK, locale, result::page(locale, &answer, &typed)),
        Err(error) => failure(locale, &typed, &error),
    }
}

async fn check(state: &State, form: VerifyForm) -> Result<super::types::VerificationResponse> {
    let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (cnp, cui) = match filled(form.identifier) {
        Some(text) => identifier(text)?,
        None => (None, None),
    };
    let control_code = filled(form.control_code);
    let name = filled(form.name);
    let request =
        VerifyRequest { registration_number: form.registration_number, cnp, cui, control_code, name };
    request.validate().map_err(|errors| validation::violations(&errors))?;
    verify(state, &request).await
}

/// Splits the shared field: a CNP has 13 digits, a CUI 2 to 10.
fn identifier(text: String) -> Result<(Option<String>, Option<String>)> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match digits {
        13 => Ok((Some(text), None)),
        2..=10 => Ok((None, Some(text))),
        _ => Err(Error::invalid("/cnp", &IDENTIFIER_LENGTH)),
    }
}

/// Renders a failure: invalid input beside its field, everything else as "cannot be checked now", never as an answer
/// about the certificate.
fn failure(locale: Locale, typed: &Typed, error: &Error) -> HttpResponse {
    let status = status_of(error.code());
    let problem = match error {
        Error::Problem(problem) => problem,
        Error::Internal(fault) => {
            log::error!("verification page: {fault}");
            return respond(status, locale, failure::unknown(locale, None));
        }
    };
    if problem.code == Code::InvalidInput {
        let broken: Vec<Broken> = problem.errors.iter().map(|violation| broken(locale, violation)).collect();
        return respond(status, locale, form::page(locale, typed, &broken));
    }
    let page = match problem.code {
        Code::TooManyRequests => failure::too_many(locale, problem.retry_after),
        Code::CertificateUnreadable => failure::unreadable(locale),
        _ => failure::unknown(locale, problem.retry_after),
    };
    let mut response = respond(status, locale, page);
    if let Some(seconds) = problem.retry_after.map(|wait| wait.max(Duration::from_secs(1)).as_secs()) {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn broken(locale: Locale, violation: &Violation) -> Broken {
    let field = match violation.pointer.as_str() {
        "/control_code" => "control_code",
        "/cnp" | "/cui" => "identifier",
        "/name" => "name",
        _ => "registration_number",
    };
    Broken { field, text: locale.pick(&violation.ro, &violation.en).to_owned() }
}

/// Returns the language of `?lang=`, or the browser's.
fn chosen(request: &HttpRequest) -> Locale {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let wish = pairs.find(|(name, _)| name == "lang").and_then(|(_, value)| language(&value));
    wish.unwrap_or_else(|| Locale::of(request.headers()))
}

fn language(tag: &str) -> Option<Locale> {
    Locale::parse(tag).ok()
}

fn respond(status: StatusCode, locale: Locale, page: Markup) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((CONTENT_LANGUAGE, locale.as_str()))
        .content_type("text/html; charset=utf-8")
        .body(page.into_string())
}

#[get("/verify/page.css")]
async fn get_style() -> HttpResponse {
    asset("text/css; charset=utf-8", STYLE)
}

#[get("/verify/page.js")]
async fn get_script() -> HttpResponse {
    asset("text/javascript; charset=utf-8", SCRIPT)
}

fn asset(media_type: &'static str, content: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .content_type(media_type)
        .body(content)
}
