//! The person logs in on our page: password, and second factor if the account has one.

use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, post};
use diesel::pg::PgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::page::{self, LogIn, Problem, Stop};
use super::pending::Pending;
use super::store;
use crate::accounts::passwords::Password;
use crate::accounts::second_factor::recovery_code::RecoveryCode;
use crate::accounts::second_factor::totp::TotpCode;
use crate::accounts::session;
use crate::accounts::store::Account;
use crate::accounts::types::CreateSessionRequest;
use crate::accounts::{Token, device};
use crate::error::{Code, Error, Result};
use crate::http::{Form, Locale, RequestId};
use crate::person::Email;
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
    http: HttpRequest,
    id: RequestId,
    form: Result<Form<LogInForm>>,
) -> HttpResponse {
    let reader = Locale::of_reader(&http);
    let Ok(Form(form)) = form else { return page::stop(&state, reader, Stop::Form) };
    let pending = match Pending::find(&state, &http, form.request).await {
        Ok(Some(pending)) => pending,
        Ok(None) => return page::stop(&state, reader, Stop::Form),
        Err(error) => return page::failed(&state, reader, &error),
    };
    match attempt(&state, &http, &pending, &form, &id).await {
        Ok(device) => {
            let mut response = page::consent(&state, &pending, &form.email);
            match response.add_cookie(&device::cookie(&state, &device)) {
                Ok(()) => response,
                Err(error) => page::failed(&state, reader, &Error::internal(error)),
            }
        }
        Err(error) => refused(&state, &pending, &form, &error),
    }
}

/// Reads what was typed; what cannot be a password or a code is a wrong one.
fn typed(form: &LogInForm) -> Result<CreateSessionRequest> {
    let wrong = |_| Error::from(Code::InvalidCredentials);
    let code = form.code.trim();
    let (totp, recovery_code) = match (TotpCode::parse(code), RecoveryCode::parse(code)) {
        _ if code.is_empty() => (None, None),
        (Ok(totp), _) => (Some(totp), None),
        (_, Ok(recovery)) => (None, Some(recovery)),
        _ => return Err(Code::InvalidSecondFactor.into()),
    };
    Ok(CreateSessionRequest {
        email: Email::parse(&form.email).map_err(wrong)?,
        password: Password::parse(&form.password).map_err(wrong)?,
        totp,
        recovery_code,
    })
}

/// Logs in to the request alone; returns the token of the device. Staff cannot: no client acts for an officer.
async fn attempt(
    state: &AppState,
    http: &HttpRequest,
    pending: &Pending,
    form: &LogInForm,
    id: &RequestId,
) -> Result<Token> {
    let (request, now, keyring) = (pending.request.id, state.clock.now(), state.keyring.clone());
    let agent = http.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned);
    let then = move |c: &mut PgConnection, account: &Account, _| {
        if account.role.is_staff() {
            return Err(Code::RoleRequired.into());
        }
        if !store::set_account(c, request, account.id, now)? {
            return Err(Code::InvalidState.into());
        }
        session::tell_of_log_in(c, &keyring, account.id, agent.as_deref(), now)
    };
    let ((), device) = session::admit(state, typed(form)?, device::shown(state, http), id, then).await?;
    Ok(device)
}

fn refused(state: &AppState, pending: &Pending, form: &LogInForm, error: &Error) -> HttpResponse {
    let (problem, status) = match error.code() {
        Code::InvalidCredentials => (Problem::Credentials, StatusCode::UNPROCESSABLE_ENTITY),
        Code::SecondFactorRequired => (Problem::CodeNeeded, StatusCode::OK),
        Code::InvalidSecondFactor | Code::InvalidInput => (Problem::Code, StatusCode::UNPROCESSABLE_ENTITY),
        Code::TooManyRequests | Code::SecondFactorBlocked => {
            (Problem::TooMany, StatusCode::TOO_MANY_REQUESTS)
        }
        Code::RoleRequired => (Problem::Staff, StatusCode::FORBIDDEN),
        Code::InvalidState => return page::stop(state, pending.request.locale, Stop::Form),
        _ => return page::failed(state, pending.request.locale, error),
    };
    let asks_code = matches!(problem, Problem::CodeNeeded | Problem::Code);
    let shown = LogIn { email: &form.email, problem: Some(problem), asks_code, query: None };
    let mut response = page::log_in(state, pending, &shown);
    *response.status_mut() = status;
    response
}
