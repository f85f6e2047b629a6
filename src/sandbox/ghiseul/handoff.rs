//! `GET /handoff`: hands over a person at once, as `login_hint` says.

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::assertion::{HandoffOutcome, assertion};
use super::error::SimulatorError;
use super::handover::Handover;
use super::login_hint::person;
use super::newcomer::learn;
use super::provider::GhiseulSimulator;
use super::{pages, rules};
use crate::clients;
use crate::sandbox::locale::Locale;
use crate::sandbox::persons::TestPerson;
use crate::sandbox::problems::UnknownName;

/// The person, and the front end that they go to.
#[derive(Deserialize)]
pub(super) struct Parameters {
    login_hint: String,
    client_id: Option<String>,
    return_url: Option<String>,
}

/// Answers with a page whose form is posted to the Hub; for programs, with the form's fields as JSON.
pub(super) async fn hand_over(
    req: HttpRequest,
    parameters: Result<web::Query<Parameters>, actix_web::Error>,
    simulator: web::Data<GhiseulSimulator>,
) -> Result<HttpResponse, SimulatorError> {
    let locale = Locale::of_request(&req);
    let refuse = |rule| Ok(pages::refusal(StatusCode::BAD_REQUEST, rule, locale));
    let (Ok(web::Query(parameters)), Some(hub)) = (parameters, simulator.hub()) else {
        return refuse(&rules::MALFORMED_REQUEST);
    };
    learn(&req, &parameters.login_hint).await;
    let (person, outcome) = match hint(&parameters.login_hint) {
        Ok(hint) => hint,
        Err(unknown) => return Ok(pages::unknown_name(&req, &unknown)),
    };
    let client_id = parameters.client_id.unwrap_or_else(|| clients::DEFAULT.to_owned());
    let handover = Handover {
        hub,
        assertion: assertion(&simulator, hub, person, &client_id, outcome)?,
        client_id,
        return_url: parameters.return_url.unwrap_or_else(|| hub.stand_in.to_string()),
    };
    if wants_page(&req) {
        return Ok(pages::handover(&handover, locale));
    }
    Ok(HttpResponse::Ok().json(json!({
        "action": hub.handoff_url,
        "assertion": handover.assertion,
        "client_id": handover.client_id,
        "return_url": handover.return_url,
    })))
}

fn hint(text: &str) -> Result<(&'static TestPerson, HandoffOutcome), UnknownName> {
    let (id, outcome) = text.split_once(':').unwrap_or((text, "success"));
    Ok((person(id)?, HandoffOutcome::parse(outcome)?))
}

fn wants_page(req: &HttpRequest) -> bool {
    let accept = req.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
