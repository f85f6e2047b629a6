//! `/`: for people who visit Ghișeul first: a log-in, then the services, among them "criminal record".

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::assertion::{HandoffOutcome, assertion};
use super::error::SimulatorError;
use super::flow::{self, ungrouped};
use super::handover::Handover;
use super::newcomer::learn;
use super::provider::GhiseulSimulator;
use super::random::{self, same_secret};
use super::redirect::see_other;
use super::visit::{LogIn, Visit};
use super::{pages, rules};
use crate::sandbox::locale::Locale;
use crate::sandbox::persons::TestPerson;

/// The cookie that binds a visit to its browser.
const COOKIE: &str = "ghiseul_visit";

/// A posted form of the portal, named after the pressed button.
#[derive(Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum PortalForm {
    LogIn { person: String, cnp: String, password: String },
    CriminalRecord { form_token: String, front_end: String },
    LogOut { form_token: String },
}

/// The language switch of a page.
#[derive(Deserialize)]
pub(super) struct Switch {
    lang: Option<String>,
}

impl Switch {
    fn locale(&self, req: &HttpRequest) -> Locale {
        self.lang.as_deref().and_then(Locale::from_tag).unwrap_or_else(|| Locale::of_request(req))
    }
}

/// Shows the log-in, or the services to a logged-in person.
pub(super) async fn show_portal(
    req: HttpRequest,
    switch: web::Query<Switch>,
    simulator: web::Data<GhiseulSimulator>,
) -> HttpResponse {
    let locale = switch.locale(&req);
    match (visit(&req, &simulator), simulator.hub()) {
        (Some(visit), Some(hub)) => pages::portal(&visit, hub, locale),
        _ => pages::portal_login(&LogIn { person: None, typed_cnp: "", error: None }, locale),
    }
}

/// Handles a form of the portal.
pub(super) async fn take_portal(
    req: HttpRequest,
    switch: web::Query<Switch>,
    form: Result<web::Form<PortalForm>, actix_web::Error>,
    simulator: web::Data<GhiseulSimulator>,
) -> Result<HttpResponse, SimulatorError> {
    let locale = switch.locale(&req);
    let here = req.uri().to_string();
    let visit = |token: &str| visit(&req, &simulator).filter(|visit| same_secret(&visit.form_token, token));
    match form.map(web::Form::into_inner) {
        Ok(PortalForm::LogIn { person, cnp, password }) => {
            learn(&req, &person).await;
            learn(&req, &ungrouped(&cnp)).await;
            log_in(&simulator, &here, &person, &ungrouped(&cnp), &password, locale)
        }
        Ok(PortalForm::CriminalRecord { form_token, front_end }) => match visit(&form_token) {
            Some(visit) => hand_over(&simulator, visit.person, &front_end, locale),
            None => Ok(see_other(&here)),
        },
        Ok(PortalForm::LogOut { form_token }) => {
            if visit(&form_token).is_some()
                && let Some(cookie) = req.cookie(COOKIE)
            {
                simulator.visits().take(cookie.value(), simulator.now());
            }
            Ok(see_other(&here))
        }
        Err(_) => Ok(pages::refusal(StatusCode::BAD_REQUEST, &rules::MALFORMED_REQUEST, locale)),
    }
}

fn visit(req: &HttpRequest, simulator: &GhiseulSimulator) -> Option<Visit> {
    let cookie = req.cookie(COOKIE)?;
    simulator.visits().get_mut(cookie.value(), simulator.now()).cloned()
}

fn log_in(
    simulator: &GhiseulSimulator,
    here: &str,
    person: &str,
    cnp: &str,
    password: &str,
    locale: Locale,
) -> Result<HttpResponse, SimulatorError> {
    let logged_in = match flow::log_in(person, cnp, password) {
        Ok(person) => person,
        Err(error) => {
            let person = flow::person_of(person, cnp);
            return Ok(pages::portal_login(&LogIn { person, typed_cnp: cnp, error: Some(error) }, locale));
        }
    };
    let id = random::token()?;
    let cookie = Cookie::build(COOKIE, id.clone())
        .path(format!("{}/", simulator.base_path()))
        .http_only(true)
        .secure(simulator.is_https())
        .same_site(SameSite::Lax)
        .finish();
    let visit = Visit { person: logged_in, form_token: random::token()? };
    simulator.visits().insert(id, visit, simulator.now());
    let mut response = see_other(here);
    // Without the cookie, the person stays at the log-in.
    let _ = response.add_cookie(&cookie);
    Ok(response)
}

/// Hands over the person; `front_end` is a front end's id and one of its return addresses, separated by a space.
fn hand_over(
    simulator: &GhiseulSimulator,
    person: &TestPerson,
    front_end: &str,
    locale: Locale,
) -> Result<HttpResponse, SimulatorError> {
    let (Some(hub), Some((client_id, return_url))) = (simulator.hub(), front_end.split_once(' ')) else {
        return Ok(pages::refusal(StatusCode::BAD_REQUEST, &rules::MALFORMED_REQUEST, locale));
    };
    let assertion = assertion(simulator, hub, person, client_id, HandoffOutcome::Success)?;
    let (client_id, return_url) = (client_id.to_owned(), return_url.to_owned());
    Ok(pages::handover(&Handover { hub, assertion, client_id, return_url }, locale))
}
