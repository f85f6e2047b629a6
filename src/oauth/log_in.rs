//! The person logs in on our page: password, and second factor if the account has one.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::authentication::{Authentication, SecondFactor};
use super::page::{self, LogIn, Problem, Stop};
use super::pending::Pending;
use super::{signed_in, store};
use crate::accounts::passwords::Password;
use crate::accounts::second_factor::recovery_code::RecoveryCode;
use crate::accounts::second_factor::totp::TotpCode;
use crate::accounts::session;
use crate::accounts::store::Account;
use crate::accounts::types::CreateSessionRequest;
use crate::accounts::{Token, agent, device};
use crate::error::{Code, Error, Result};
use crate::http::{Form, Locale, RequestId};
use crate::identity::IdentityProviders;
use crate::person::{Email, Keyring};
use crate::state::{AppState, State};

/// The form of the log-in page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogInForm {
    request: Uuid,
    email: String,
    password: String,
    /// The code of an authenticator, or a recovery code.
    #[serde(default)]
    code: String,
}

#[post("/oauth/log-in")]
pub(super) async fn log_in(
    state: State,
    providers: web::Data<IdentityProviders>,
    http: HttpRequest,
    id: RequestId,
    form: Result<Form<LogInForm>>,
) -> HttpResponse {
    let reader = Locale::of_reader(&http);
    let Ok(Form(form)) = form else { return page::stop(&state, reader, Stop::Form) };
    let pending = match page::pending(&state, &http, reader, form.request).await {
        Ok(pending) => pending,
        Err(page) => return page,
    };
    match attempt(&state, &http, &pending, &form, &id).await {
        Ok((account, device)) => {
            let consent = signed_in::consent(&state, &pending, account, Some(&device)).await;
            consent.unwrap_or_else(|error| page::failed(&state, reader, &error))
        }
        Err(error) => refused(&state, &providers, &pending, &form, &error),
    }
}

/// Reads what was typed; what cannot be a password or a code is a wrong one.
fn typed(form: &LogInForm) -> Result<CreateSessionRequest> {
    let wrong = |_| Error::from(Code::InvalidCredentials);
    let (totp, recovery_code) = presented(&form.code)?;
    Ok(CreateSessionRequest {
        email: Email::parse(&form.email).map_err(wrong)?,
        password: Password::parse(&form.password).map_err(wrong)?,
        totp,
        recovery_code,
    })
}

/// Reads the code of an authenticator, or a recovery code.
pub(super) fn presented(code: &str) -> Result<(Option<TotpCode>, Option<RecoveryCode>)> {
    let code = code.trim();
    match (TotpCode::parse(code), RecoveryCode::parse(code)) {
        _ if code.is_empty() => Ok((None, None)),
        (Ok(totp), _) => Ok((Some(totp), None)),
        (_, Ok(recovery)) => Ok((None, Some(recovery))),
        _ => Err(Code::InvalidSecondFactor.into()),
    }
}

/// Logs an account in to an open request. Staff cannot: no client acts for an officer.
///
/// # Errors
/// `role_required`; `invalid_state` if the request is over.
pub(super) fn settle(c: &mut PgConnection, to: &Settling, account: Uuid, how: &Authentication) -> Result<()> {
    if !store::hold_citizen(c, account)? {
        return Err(Code::RoleRequired.into());
    }
    agent::tell_of_new(c, &to.keyring, account, &to.agent, to.now)?;
    let is_open = store::set_account(c, to.request, account, how, to.now)?;
    if is_open { Ok(()) } else { Err(Code::InvalidState.into()) }
}

/// The request that somebody logs in to, and with which program.
pub(super) struct Settling {
    request: Uuid,
    /// Keyed hash of the program's name.
    agent: Vec<u8>,
    keyring: Arc<Keyring>,
    now: DateTime<Utc>,
}

impl Settling {
    pub(super) fn of(state: &AppState, http: &HttpRequest, pending: &Pending) -> Self {
        let agent = http.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        let agent = agent::index(&state.keyring, agent);
        Self { request: pending.request.id, agent, keyring: state.keyring.clone(), now: state.clock.now() }
    }
}

/// Logs in to the request alone; returns the account, and the token of the device.
async fn attempt(
    state: &AppState,
    http: &HttpRequest,
    pending: &Pending,
    form: &LogInForm,
    id: &RequestId,
) -> Result<(Uuid, Token)> {
    let (to, typed) = (Settling::of(state, http, pending), typed(form)?);
    let factor = if typed.totp.is_some() { SecondFactor::Totp } else { SecondFactor::RecoveryCode };
    let then = move |c: &mut PgConnection, account: &Account, factor_at: Option<DateTime<Utc>>| {
        let how = Authentication::by_password(factor_at.map(|_| factor));
        settle(c, &to, account.id, &how)?;
        Ok(account.id)
    };
    session::admit(state, typed, device::shown(state, http), id, then).await
}

fn refused(
    state: &AppState,
    providers: &IdentityProviders,
    pending: &Pending,
    form: &LogInForm,
    error: &Error,
) -> HttpResponse {
    let (problem, status) = match error.code() {
        Code::InvalidCredentials => (Problem::Credentials, StatusCode::UNPROCESSABLE_ENTITY),
        Code::SecondFactorRequired => (Problem::CodeNeeded, StatusCode::OK),
        Code::InvalidSecondFactor | Code::InvalidInput => (Problem::Code, StatusCode::UNPROCESSABLE_ENTITY),
        Code::TooManyRequests => (Problem::TooMany, StatusCode::TOO_MANY_REQUESTS),
        Code::SecondFactorBlocked => (Problem::Blocked, StatusCode::FORBIDDEN),
        Code::RoleRequired => (Problem::Staff, StatusCode::FORBIDDEN),
        Code::InvalidState => return page::stop(state, pending.request.locale, Stop::Form),
        _ => return page::failed(state, pending.request.locale, error),
    };
    let asks_code = matches!(problem, Problem::CodeNeeded | Problem::Code | Problem::Blocked);
    let shown = LogIn { email: &form.email, problem: Some(problem), asks_code, ..LogIn::empty(providers) };
    let mut response = page::log_in(state, pending, &shown);
    *response.status_mut() = status;
    page::for_error(response, error)
}
