//! `/flows/{flow}`: shows the page of the current step, and handles its form.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::error::SimulatorError;
use super::flow::{Flow, Next, StepForm, ungrouped};
use super::login_hint::Outcome;
use super::newcomer::learn;
use super::provider::GhiseulSimulator;
use super::random::same_secret;
use super::redirect::see_other;
use super::{pages, rules};
use crate::sandbox::locale::Locale;

/// The cookie that binds a flow to the browser that began it.
pub(super) const COOKIE: &str = "ghiseul_flow";

/// The language switch of a page.
#[derive(Deserialize)]
pub(super) struct Switch {
    lang: Option<String>,
}

/// A page's form, with the token that only the page has.
#[derive(Deserialize)]
pub(super) struct PostedForm {
    form_token: String,
    #[serde(flatten)]
    step: StepForm,
}

/// Shows the page.
pub(super) async fn show_step(
    req: HttpRequest,
    id: web::Path<String>,
    switch: web::Query<Switch>,
    simulator: web::Data<GhiseulSimulator>,
) -> HttpResponse {
    let mut flows = simulator.flows();
    let Some(flow) = flows.get_mut(&id, simulator.now()).filter(|flow| begun_here(flow, &req)) else {
        return gone(&req);
    };
    if let Some(locale) = switch.lang.as_deref().and_then(Locale::from_tag) {
        flow.locale = locale;
    }
    pages::step(&simulator, flow, None)
}

/// Handles the form: answers with the same page, the next one, or a redirect to the relying party.
pub(super) async fn take_step(
    req: HttpRequest,
    id: web::Path<String>,
    form: Result<web::Form<PostedForm>, actix_web::Error>,
    simulator: web::Data<GhiseulSimulator>,
) -> Result<HttpResponse, SimulatorError> {
    let Ok(web::Form(form)) = form else {
        return Ok(pages::refusal(
            StatusCode::BAD_REQUEST,
            &rules::MALFORMED_REQUEST,
            Locale::of_request(&req),
        ));
    };
    if let StepForm::Login { person, cnp, .. } = &form.step {
        learn(&req, person).await;
        learn(&req, &ungrouped(cnp)).await;
    }
    let mut flows = simulator.flows();
    let flow = flows
        .get_mut(&id, simulator.now())
        .filter(|flow| begun_here(flow, &req) && same_secret(&flow.form_token, &form.form_token));
    let Some(flow) = flow else { return Ok(gone(&req)) };
    let next = flow.take(form.step)?;
    let return_address = flow.request.return_address.clone();
    match next {
        Next::Again(error) => Ok(pages::step(&simulator, flow, Some(error))),
        Next::Onward => Ok(see_other(req.path())),
        Next::Failed(failure) => {
            flows.take(&id, simulator.now());
            Ok(return_address.failure(failure))
        }
        Next::Confirmed(person) => {
            let request = flow.request.clone();
            flows.take(&id, simulator.now());
            Ok(return_address.code(&simulator.grant(request, person, Outcome::Success)?))
        }
    }
}

fn begun_here(flow: &Flow, req: &HttpRequest) -> bool {
    req.cookie(COOKIE).is_some_and(|cookie| same_secret(cookie.value(), &flow.browser_token))
}

/// Answers for a flow that has ended, expired, or is another browser's: all look the same.
fn gone(req: &HttpRequest) -> HttpResponse {
    pages::refusal(StatusCode::GONE, &rules::FLOW_GONE, Locale::of_request(req))
}
