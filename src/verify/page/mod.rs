//! The verification page, opened by a document's QR code: HTML for people, with the same look-up as the API.
//!
//! It works without scripts, as a form. With scripts, number and control code come from the fragment of the URL, which
//! no server and no log ever sees. The check is sent by POST, so that no URL contains a CNP, and answered by the URL of
//! a page that shows the answer (see `seen`). The page is not part of the JSON contract.

mod failure;
mod form;
mod input;
mod layout;
mod result;
mod seen;
mod words;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION, RETRY_AFTER, X_FRAME_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use maud::Markup;
use serde::Deserialize;
use url::form_urlencoded;

use self::form::{Broken, Typed};
use self::layout::Frame;
use self::seen::{Answer, Content, Failure, Seen, Why};
use super::check::Checks;
use super::handlers::verify;
use super::logged;
use super::signature::store;
use super::types::Outcome;
use crate::error::{Code, Error, Problem, Result};
use crate::http::{Form, Locale, status_of, whole_seconds};
use crate::log::LogKeys;
use crate::person::Cnp;
use crate::state::State;
use crate::time::civil_date;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The content security policy: nothing external, nothing inline.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Registers the routes of the page.
pub(crate) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(show_form).service(show_result).service(get_style).service(get_script);
}

/// The posted form.
#[derive(Deserialize)]
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

/// Shows the form, or the answer that the URL holds.
#[get("/verify")]
async fn show_form(state: State, log_keys: web::Data<LogKeys>, request: HttpRequest) -> HttpResponse {
    let wish = Wish::of(&request);
    let now = state.clock.now();
    let seen = wish.seen.as_deref().and_then(|text| Seen::decrypt(text, &state.keyring, now));
    let frame = frame(&state, wish.locale, wish.seen.as_deref().filter(|_| seen.is_some()));
    let typed = match seen {
        Some(seen) => match again(&state, &log_keys, seen.content).await {
            Some(content) => return show(&frame, &Seen { content, ..seen }),
            None => seen.typed,
        },
        None => Typed::default(),
    };
    let frame = Frame { seen: None, ..frame };
    respond(StatusCode::OK, frame.locale, form::page(&frame, &typed, &[]))
}

/// Returns what the URL holds for showing it again; `None` if the certificate has another status by now: a URL that can
/// be passed on must not say "valid" after a revocation.
async fn again(state: &State, log_keys: &web::Data<LogKeys>, content: Content) -> Option<Content> {
    let Content::Answer(answer) = content else { return Some(content) };
    match still_holds(state, log_keys, &answer).await {
        Ok(true) => Some(Content::Answer(answer)),
        Ok(false) => None,
        Err(error) => Some(failed(&error)),
    }
}

/// Returns whether the certificate of an answer has the same status now, and is as it was logged. Logs no check: nobody
/// asked anew.
async fn still_holds(state: &State, log_keys: &web::Data<LogKeys>, answer: &Answer) -> Result<bool> {
    let Some(certificate) = &answer.certificate else { return Ok(true) };
    let (keyring, number) = (state.keyring.clone(), certificate.registration_number.clone());
    let (now, log_keys) = (state.clock.now(), log_keys.clone());
    let today = civil_date::today(now);
    let outcome = state.db.read(move |c| {
        let before = log_keys.memory().signed();
        let Some(row) = store::find(c, &keyring, &number)? else { return Ok(None) };
        row.check(&keyring)?;
        let entry = logged::find(c, (&log_keys, before.as_ref()), row.id)?;
        logged::check(&row, entry, (&log_keys, before.as_ref()), now)?;
        Outcome::of(&row, today).map(Some)
    });
    Ok(outcome.await? == Some(answer.outcome))
}

/// Redirects to the URL that shows the answer.
#[post("/verify")]
async fn show_result(
    state: State,
    (checks, log_keys): (web::Data<Checks>, web::Data<LogKeys>),
    request: HttpRequest,
    form: Result<Form<VerifyForm>>,
) -> HttpResponse {
    let at = state.clock.now();
    let form = match form {
        Ok(Form(form)) => form,
        Err(error) => {
            let seen = Seen { at, typed: Typed::default(), content: failed(&error) };
            return show(&frame(&state, Wish::of(&request).locale, None), &seen);
        }
    };
    let locale = language(&form.lang).unwrap_or_else(|| Locale::of_reader(&request));
    let typed = Typed {
        number: unless_cnp(&form.registration_number),
        code: unless_cnp(&form.control_code),
        name: unless_cnp(&form.name),
    };
    let seen = Seen { at, typed, content: check(&state, (&checks, &log_keys), form).await };
    if matches!(seen.content, Content::Failure(_)) {
        return show(&frame(&state, locale, None), &seen);
    }
    match seen.encrypt(&state.keyring) {
        Ok(text) if text.len() <= seen::MAX_CHARS => HttpResponse::SeeOther()
            .insert_header((LOCATION, format!("/verify?lang={}&seen={text}", locale.as_str())))
            .finish(),
        _ => show(&frame(&state, locale, None), &seen),
    }
}

/// Returns what was typed, for the form that is shown again; nothing for a CNP in the wrong field.
fn unless_cnp(typed: &str) -> String {
    if Cnp::parse(&input::plain(typed)).is_ok() { String::new() } else { typed.to_owned() }
}

async fn check(state: &State, means: (&Checks, &web::Data<LogKeys>), form: VerifyForm) -> Content {
    match input::read(form) {
        Ok(input) => match verify(state, means, input).await {
            Ok(verified) => Content::Answer(verified.into()),
            Err(error) => failed(&error),
        },
        Err(broken) => Content::Broken(broken),
    }
}

fn frame<'a>(state: &'a State, locale: Locale, seen: Option<&'a str>) -> Frame<'a> {
    Frame { locale, is_test: state.sandbox, help_desk: &state.help_desk, seen }
}

/// What went wrong: invalid input beside its field, everything else as "cannot be checked now", never as an answer about
/// the certificate.
fn failed(error: &Error) -> Content {
    let (why, wait_seconds) = match error {
        Error::Problem(problem) if problem.code == Code::InvalidInput => return invalid(problem),
        Error::Problem(problem) => {
            let why = match problem.code {
                Code::TooManyRequests => Why::TooMany,
                Code::CertificateUnreadable => Why::Unreadable,
                _ => Why::Unknown,
            };
            (why, problem.retry_after.map(whole_seconds))
        }
        Error::Internal(fault) => {
            log::error!("verification page: {fault}");
            (Why::Unknown, None)
        }
    };
    Content::Failure(Failure { why, status: status_of(error.code()).as_u16(), wait_seconds })
}

fn invalid(problem: &Problem) -> Content {
    let broken = problem.errors.iter().map(|violation| {
        let field = match violation.pointer.as_str() {
            "/control_code" => "control_code",
            "/cnp" | "/cui" => "identifier",
            "/name" => "name",
            _ => "registration_number",
        };
        Broken::new(field, &violation.ro, &violation.en)
    });
    Content::Broken(broken.collect())
}

fn show(frame: &Frame<'_>, seen: &Seen) -> HttpResponse {
    let (status, page) = match &seen.content {
        Content::Answer(answer) => (200, result::page(frame, answer, &seen.typed)),
        Content::Broken(broken) => (422, form::page(frame, &seen.typed, broken)),
        Content::Failure(failure) => (failure.status, failure::page(frame, failure)),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = respond(status, frame.locale, page);
    if let Content::Failure(Failure { wait_seconds: Some(seconds), .. }) = seen.content {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// What the URL asks for: `?lang=`, or the browser's language; `?seen=`.
struct Wish {
    locale: Locale,
    seen: Option<String>,
}

impl Wish {
    fn of(request: &HttpRequest) -> Self {
        let pairs = || form_urlencoded::parse(request.query_string().as_bytes());
        let value = |wanted| pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
        let locale = value("lang").and_then(|tag| language(&tag));
        let locale = locale.unwrap_or_else(|| Locale::of_reader(request));
        Self { locale, seen: value("seen") }
    }
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
