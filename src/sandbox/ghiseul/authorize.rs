//! `GET /authorize`: the relying party's request (OpenID Connect Core 1.0, section 3.1.2.1).

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::error::SimulatorError;
use super::flow::{AuthorizationRequest, Flow, Scope};
use super::login_hint::{LoginHint, Outcome};
use super::newcomer::learn;
use super::provider::GhiseulSimulator;
use super::redirect::{Failure, ReturnAddress, see_other};
use super::{pages, random, rules, steps};
use crate::sandbox::locale::Locale;
use crate::sandbox::persons::TestPerson;
use crate::text::Rule;

/// The longest accepted query, in bytes; limits what a flow stores.
const MAX_QUERY: usize = 4096;

/// The parameters; unknown ones are ignored, as the standard requires.
#[derive(Deserialize)]
struct Parameters {
    client_id: String,
    redirect_uri: String,
    response_type: Option<String>,
    response_mode: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    prompt: Option<String>,
    login_hint: Option<String>,
    ui_locales: Option<String>,
    request: Option<String>,
    request_uri: Option<String>,
}

/// Why a request is refused.
enum Refusal {
    /// It cannot or must not be answered by redirect: a person or developer has to read this.
    Page(&'static Rule),
    /// The relying party is told by redirect.
    Redirect(Box<ReturnAddress>, &'static str, &'static str),
}

/// Begins a flow, or answers at once if `login_hint` gives the outcome.
pub(super) async fn authorize(
    req: HttpRequest,
    simulator: web::Data<GhiseulSimulator>,
) -> Result<HttpResponse, SimulatorError> {
    let locale = Locale::of_request(&req);
    let (parameters, request) = match read(&req, &simulator) {
        Ok(read) => read,
        Err(Refusal::Page(rule)) => return Ok(pages::refusal(StatusCode::BAD_REQUEST, rule, locale)),
        Err(Refusal::Redirect(address, error, description)) => return Ok(address.error(error, description)),
    };
    let locale = parameters.ui_locale().unwrap_or(locale);
    learn(&req, parameters.login_hint.as_deref().unwrap_or_default()).await;
    match parameters.login_hint.as_deref().map(LoginHint::parse) {
        None => begin(&simulator, request, locale, None),
        Some(Ok(LoginHint::Preselect(person))) => begin(&simulator, request, locale, Some(person)),
        Some(Ok(LoginHint::Answer(person, outcome))) => answer(&simulator, request, person, outcome),
        Some(Err(unknown)) => Ok(pages::unknown_name(&req, &unknown)),
    }
}

fn read(
    req: &HttpRequest,
    simulator: &GhiseulSimulator,
) -> Result<(Parameters, AuthorizationRequest), Refusal> {
    let query = req.query_string();
    if query.len() > MAX_QUERY {
        return Err(Refusal::Page(&rules::MALFORMED_REQUEST));
    }
    let parameters = web::Query::<Parameters>::from_query(query)
        .map_err(|_| Refusal::Page(&rules::MALFORMED_REQUEST))?
        .into_inner();
    let request = parameters.check(simulator)?;
    Ok((parameters, request))
}

impl Parameters {
    fn check(&self, simulator: &GhiseulSimulator) -> Result<AuthorizationRequest, Refusal> {
        let return_address = self.return_address(simulator)?;
        let refuse =
            |error, description| Err(Refusal::Redirect(Box::new(return_address.clone()), error, description));
        if let Some((error, description)) = self.unsupported() {
            return refuse(error, description);
        }
        if return_address.state.is_none() {
            return refuse("invalid_request", "state is required");
        }
        let Some(nonce) = present(self.nonce.as_deref()) else {
            return refuse("invalid_request", "nonce is required");
        };
        let Some(code_challenge) = self.code_challenge() else {
            return refuse("invalid_request", "code_challenge with code_challenge_method S256 is required");
        };
        let Some(scope) = self.scope() else { return refuse("invalid_scope", "scope must contain openid") };
        let client_id = self.client_id.clone();
        Ok(AuthorizationRequest { client_id, return_address, nonce, code_challenge, scope })
    }

    /// Returns the client's return address: nothing may be redirected before it is verified.
    fn return_address(&self, simulator: &GhiseulSimulator) -> Result<ReturnAddress, Refusal> {
        let client = simulator.client(&self.client_id).ok_or(Refusal::Page(&rules::UNKNOWN_CLIENT))?;
        let registered = client.redirect_uris.iter().find(|uri| uri.as_str() == self.redirect_uri);
        let redirect_uri = registered.ok_or(Refusal::Page(&rules::UNREGISTERED_REDIRECT_URI))?.clone();
        let state = present(self.state.as_deref());
        Ok(ReturnAddress { redirect_uri, state, issuer: simulator.issuer().to_owned() })
    }

    /// Refuses what the standard allows but this provider does not support.
    fn unsupported(&self) -> Option<(&'static str, &'static str)> {
        if self.request.is_some() {
            return Some(("request_not_supported", "request objects are not supported"));
        }
        if self.request_uri.is_some() {
            return Some(("request_uri_not_supported", "request objects are not supported"));
        }
        if self.response_type.as_deref() != Some("code") {
            return Some(("unsupported_response_type", "response_type must be code"));
        }
        if self.response_mode.as_deref().is_some_and(|mode| mode != "query") {
            return Some(("invalid_request", "response_mode must be query"));
        }
        if self.prompt.as_deref() == Some("none") {
            return Some(("login_required", "every person is asked each time"));
        }
        None
    }

    /// Returns the S256 challenge: a SHA-256 in base64url, 43 characters (RFC 7636, section 4.2).
    fn code_challenge(&self) -> Option<String> {
        let challenge = self.code_challenge.as_deref()?;
        let well_formed = challenge.len() == 43
            && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        (well_formed && self.code_challenge_method.as_deref() == Some("S256")).then(|| challenge.to_owned())
    }

    fn scope(&self) -> Option<Scope> {
        let asked =
            |name| self.scope.as_deref().is_some_and(|scope| scope.split(' ').any(|asked| asked == name));
        asked("openid").then(|| Scope { profile: asked("profile"), cnp: asked("cnp") })
    }

    fn ui_locale(&self) -> Option<Locale> {
        self.ui_locales.as_deref()?.split(' ').find_map(Locale::from_tag)
    }
}

fn present(parameter: Option<&str>) -> Option<String> {
    parameter.filter(|value| !value.is_empty()).map(str::to_owned)
}

fn begin(
    simulator: &GhiseulSimulator,
    request: AuthorizationRequest,
    locale: Locale,
    person: Option<&'static TestPerson>,
) -> Result<HttpResponse, SimulatorError> {
    let flow = Flow::begin(request, locale, person)?;
    let id = random::token()?;
    let path = format!("{}/flows/{id}", simulator.base_path());
    // Lax, because the person arrives from another site; the path separates two flows in two tabs.
    let cookie = Cookie::build(steps::COOKIE, flow.browser_token.clone())
        .path(path.clone())
        .http_only(true)
        .secure(simulator.is_https())
        .same_site(SameSite::Lax)
        .finish();
    simulator.flows().insert(id, flow, simulator.now());
    let mut response = see_other(&path);
    // Without the cookie, the next page tells the person that the flow cannot go on.
    let _ = response.add_cookie(&cookie);
    Ok(response)
}

fn answer(
    simulator: &GhiseulSimulator,
    request: AuthorizationRequest,
    person: &'static TestPerson,
    outcome: Outcome,
) -> Result<HttpResponse, SimulatorError> {
    match outcome {
        Outcome::Abandoned => return Ok(request.return_address.failure(Failure::Abandoned)),
        Outcome::CardRefused => return Ok(request.return_address.failure(Failure::CardRefused)),
        Outcome::ThreeDSecureFailed => {
            return Ok(request.return_address.failure(Failure::ThreeDSecureFailed));
        }
        Outcome::ServerError => return Ok(request.return_address.error("server_error", "simulated")),
        Outcome::RotatedKey => simulator.rotate_key()?,
        Outcome::Success | Outcome::Slow | Outcome::Away | Outcome::Flawed(_) => {}
    }
    let address = request.return_address.clone();
    Ok(address.code(&simulator.grant(request, person, outcome)?))
}
