//! The person goes on from the log-in page through an identity provider, and comes back to it: one chain of redirects from the
//! client's page to the Hub, to the provider, and back the same way.
//!
//! Both cookies of the browser must come back: the one of the client's request, and the one of the redirect to the provider. The
//! provider's answer is checked where every answer is ([`identity`](crate::identity)); what comes here is a one-time code.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use diesel::pg::PgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::authentication::{Authentication, SecondFactor};
use super::fields::Fields;
use super::log_in::{Settling, presented, settle};
use super::page::{self, LogIn, Problem, Stop};
use super::pending::Pending;
use super::signed_in;
use crate::accounts::second_factor::check::Presented;
use crate::error::{Code, Error, Result};
use crate::http::{Form, Locale, RequestId};
use crate::identity::log_in_page::{self, Arrival, Arrived, OfRequest, Refusal};
use crate::identity::{IdentityProvider, IdentityProviders};
use crate::state::{AppState, State};

#[get("/oauth/log-in/{method}")]
pub(super) async fn go_on(
    state: State,
    providers: web::Data<IdentityProviders>,
    http: HttpRequest,
    method: web::Path<String>,
) -> HttpResponse {
    let reader = Locale::of_reader(&http);
    let (Some(provider), Some(request)) = (providers.find(&method), request_of(&http)) else {
        return page::stop(&state, reader, Stop::Form);
    };
    match page::pending(&state, &http, reader, request).await {
        Ok(pending) => send(&state, &providers, &http, (&pending, None), provider).await,
        Err(page) => page,
    }
}

fn request_of(http: &HttpRequest) -> Option<Uuid> {
    Fields::parse(http.query_string().as_bytes()).ok()?.get("request")?.parse().ok()
}

/// Sends the browser to the provider; shows the log-in page, with the query of its request if there is one, when that is not possible.
pub(super) async fn send(
    state: &AppState,
    providers: &IdentityProviders,
    http: &HttpRequest,
    (pending, query): (&Pending, Option<&str>),
    provider: &IdentityProvider,
) -> HttpResponse {
    let locale = pending.request.locale;
    let begun = async {
        let mut back = state.addresses.api.join("/oauth/resume").map_err(Error::internal)?;
        back.query_pairs_mut().append_pair("request", &pending.request.id.to_string());
        log_in_page::begin(state, provider, http, &of_request(pending), &back).await
    };
    match begun.await {
        Ok((url, cookie)) => {
            let mut response = page::see_other(url.as_str());
            match response.add_cookie(&cookie) {
                Ok(()) => response,
                Err(error) => page::failed(state, locale, &Error::internal(error)),
            }
        }
        Err(error) if error.code() == Code::ProviderUnavailable => {
            let problem = Some(Problem::Unproved(Refusal::ProviderUnavailable));
            page::log_in(state, pending, &LogIn { problem, query, ..LogIn::empty(providers) })
        }
        Err(error) => page::failed(state, locale, &error),
    }
}

fn of_request(pending: &Pending) -> OfRequest<'_> {
    OfRequest { id: pending.request.id, client: &pending.client }
}

#[get("/oauth/resume")]
pub(super) async fn resume(
    state: State,
    providers: web::Data<IdentityProviders>,
    http: HttpRequest,
    id: RequestId,
) -> HttpResponse {
    let reader = Locale::of_reader(&http);
    let (Ok(fields), Some(request)) = (Fields::parse(http.query_string().as_bytes()), request_of(&http))
    else {
        return page::stop(&state, reader, Stop::Form);
    };
    let pending = match Pending::of_browser(&state, &http, request).await {
        Ok(Some(pending)) => pending,
        Ok(None) => return page::stop(&state, reader, Stop::Form),
        Err(error) => return page::failed(&state, reader, &error),
    };
    let Some(code) = fields.get("code") else {
        let refusal = fields.get("error").and_then(|error| Refusal::parse(error).ok());
        let problem = Some(Problem::Unproved(refusal.unwrap_or(Refusal::AnswerRefused)));
        return page::log_in(&state, &pending, &LogIn { problem, ..LogIn::empty(&providers) });
    };
    let page = Page { state: &state, providers: &providers, http: &http, pending: &pending };
    match page.admit(code, Presented::default(), &id).await {
        Ok(response) => response,
        Err(error) => page.refused(code, &error).await,
    }
}

/// The form of the page that asks for a second factor.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SecondFactorForm {
    request: Uuid,
    arrival: String,
    /// The code of an authenticator, or a recovery code.
    code: String,
}

#[post("/oauth/second-factor")]
pub(super) async fn show_second_factor(
    state: State,
    providers: web::Data<IdentityProviders>,
    http: HttpRequest,
    id: RequestId,
    form: Result<Form<SecondFactorForm>>,
) -> HttpResponse {
    let reader = Locale::of_reader(&http);
    let Ok(Form(form)) = form else { return page::stop(&state, reader, Stop::Form) };
    let pending = match page::pending(&state, &http, reader, form.request).await {
        Ok(pending) => pending,
        Err(page) => return page,
    };
    let page = Page { state: &state, providers: &providers, http: &http, pending: &pending };
    let admitted = async {
        let (totp, recovery_code) = presented(&form.code)?;
        page.admit(&form.arrival, Presented { totp, recovery_code }, &id).await
    };
    match admitted.await {
        Ok(response) => response,
        Err(error) => page.refused(&form.arrival, &error).await,
    }
}

/// The log-in page of a request, at which a browser arrives with a code.
pub(super) struct Page<'a> {
    pub(super) state: &'a AppState,
    pub(super) providers: &'a IdentityProviders,
    pub(super) http: &'a HttpRequest,
    pub(super) pending: &'a Pending,
}

impl Page<'_> {
    /// Logs in by a code, and the second factor if the account has one; shows the consent page.
    pub(super) async fn admit(
        &self,
        code: &str,
        presented: Presented,
        id: &RequestId,
    ) -> Result<HttpResponse> {
        let Self { state, http, pending, .. } = *self;
        let to = Settling::of(state, http, pending);
        let factor = match &presented {
            Presented { totp: Some(_), .. } => SecondFactor::Totp,
            _ => SecondFactor::RecoveryCode,
        };
        let then = move |c: &mut PgConnection, arrived: &Arrived| {
            let second_factor = arrived.showed_factor.then_some(factor);
            let how = Authentication { by: arrived.provider.clone(), second_factor };
            settle(c, &to, arrived.account, &how)?;
            Ok(arrived.account)
        };
        let arrival = Arrival { code, presented };
        let (account, device) =
            log_in_page::admit(state, http, &of_request(pending), arrival, id, then).await?;
        signed_in::consent(state, pending, account, Some(&device)).await
    }

    /// Says why a code logs nobody in, or asks for the second factor. A code that was used on this page before leads to where the person
    /// was: a browser loads pages again.
    pub(super) async fn refused(&self, code: &str, error: &Error) -> HttpResponse {
        let Self { state, providers, pending, .. } = *self;
        let locale = pending.request.locale;
        let problem = match error.code() {
            Code::SecondFactorRequired => None,
            Code::InvalidSecondFactor | Code::InvalidInput => Some(Problem::OnlyCode),
            Code::TooManyRequests => Some(Problem::TooMany),
            Code::SecondFactorBlocked => Some(Problem::Blocked),
            Code::RoleRequired => {
                let problem = Some(Problem::Staff);
                let shown = LogIn { problem, ..LogIn::empty(providers) };
                let mut response = page::log_in(state, pending, &shown);
                *response.status_mut() = StatusCode::FORBIDDEN;
                return page::for_error(response, error);
            }
            Code::InvalidCode | Code::ForeignBrowser | Code::InvalidState => {
                let Some(account) = pending.request.account_id else {
                    return page::for_error(page::stop(state, locale, Stop::Form), error);
                };
                let shown = signed_in::consent(state, pending, account, None).await;
                return shown.unwrap_or_else(|error| page::failed(state, locale, &error));
            }
            _ => return page::failed(state, locale, error),
        };
        page::for_error(page::second_factor(state, pending, code, problem), error)
    }
}
