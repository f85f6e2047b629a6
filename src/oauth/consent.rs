//! The person decides on our page what the client may do; then the browser goes back to it.

use actix_web::{HttpRequest, HttpResponse, post};
use chrono::TimeDelta;
use diesel::pg::PgConnection;
use serde::Deserialize;
use uuid::Uuid;

use super::authorize::{back, redirect};
use super::page::{self, Stop};
use super::pending::Pending;
use super::refusal::Refusal;
use super::store::Request;
use super::{grant_store, mails, store};
use crate::accounts::{Token, contact};
use crate::audit::{self, Actor, ActorRole, Event};
use crate::error::{Code, Result};
use crate::http::{Form, Locale, RequestId};
use crate::notify;
use crate::state::{AppState, State};

/// The lifetime of a code: as long as a redirect takes.
const CODE_LIVES: TimeDelta = TimeDelta::seconds(60);

/// The form of the consent page, and of the way back from the log-in page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentForm {
    request: Uuid,
    decision: Decision,
    /// The log-in that the page showed ([`LogInShown`]).
    log_in: Option<LogInShown>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Allow,
    Deny,
}

/// Which log-in a consent page was shown for: somebody else may have logged in to the same request since, in another tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(super) struct LogInShown(i64);

impl LogInShown {
    /// Returns the log-in of a request, if there is one.
    pub(super) fn of(request: &Request) -> Option<Self> {
        Some(Self(request.logged_in_at?.timestamp_micros()))
    }

    /// Returns it as the form has it.
    pub(super) const fn value(self) -> i64 {
        self.0
    }
}

#[post("/oauth/consent")]
pub(super) async fn decide(
    state: State,
    http: HttpRequest,
    id: RequestId,
    form: Result<Form<ConsentForm>>,
) -> HttpResponse {
    let reader = Locale::of_reader(&http);
    let Ok(Form(form)) = form else { return page::stop(&state, reader, Stop::Form) };
    let answer = async {
        let Some(pending) = Pending::find(&state, &http, form.request).await? else {
            return again(&state, &http, &form, reader).await;
        };
        match form.decision {
            Decision::Allow if form.log_in != LogInShown::of(&pending.request) => {
                Ok(page::stop(&state, reader, Stop::Form))
            }
            Decision::Allow => match allow(&state, &pending, &id).await? {
                Some(response) => Ok(response),
                None => again(&state, &http, &form, reader).await,
            },
            Decision::Deny => deny(&state, &pending).await,
        }
    };
    answer.await.unwrap_or_else(|error| page::failed(&state, reader, &error))
}

/// Answers a form that was sent twice, as by a double click: the browser drops the first answer, and goes where the second says.
async fn again(
    state: &AppState,
    http: &HttpRequest,
    form: &ConsentForm,
    reader: Locale,
) -> Result<HttpResponse> {
    let over = || Ok(page::stop(state, reader, Stop::Form));
    let Some(pending) = Pending::find_decided(state, http, form.request).await? else { return over() };
    let request = &pending.request;
    if matches!(form.decision, Decision::Deny) || form.log_in != LogInShown::of(request) {
        return over();
    }
    let (code, id, now) = (Token::generate("czg_")?, request.id, state.clock.now());
    let digest = code.digest();
    let replace = move |c: &mut PgConnection| store::replace_code(c, id, (&digest, now + CODE_LIVES), now);
    if !state.db.write(replace).await? {
        return over();
    }
    redirect(state, &request.redirect_uri, request.state.as_deref(), &[("code", code.reveal())])
}

async fn deny(state: &AppState, pending: &Pending) -> Result<HttpResponse> {
    let (request, id, now) = (&pending.request, pending.request.id, state.clock.now());
    if !state.db.write(move |c| store::refuse(c, id, now)).await? {
        return Ok(page::stop(state, request.locale, Stop::Form));
    }
    let refusal = Refusal::new("access_denied", "the person did not consent");
    back(state, &request.redirect_uri, request.state.as_deref(), refusal)
}

/// Grants what is asked for, and sends the browser back with a code; `None` if the request is not open any more.
async fn allow(state: &AppState, pending: &Pending, id: &RequestId) -> Result<Option<HttpResponse>> {
    let request = &pending.request;
    let (Some(account), Some(logged_in_at)) = (request.account_id, request.logged_in_at) else {
        return Ok(None);
    };
    let (code, now) = (Token::generate("czg_")?, state.clock.now());
    let (digest, row, client) = (code.digest(), request.id, pending.client.clone());
    let (scopes, keyring, id) = (request.scopes(), state.keyring.clone(), id.clone());
    let work = move |c: &mut PgConnection| {
        if !store::hold_citizen(c, account)? {
            return Err(Code::InvalidState.into());
        }
        let (grant, added) = grant_store::add_grant(c, (account, &client.id), &scopes, now)?;
        let (code_digest, code_expires_at) = (digest.clone(), now + CODE_LIVES);
        let decision =
            store::Decision { request: row, account, logged_in_at, grant, code_digest, code_expires_at };
        if !store::grant(c, &decision, now)? {
            // Rolled back: nothing was granted.
            return Err(Code::InvalidState.into());
        }
        if !added.is_empty() {
            let contact = contact(c, &keyring, account)?;
            let mail = contact.map(|contact| mails::granted(&contact, &client.name, &added, now));
            notify::post(c, &keyring, mail.as_ref(), now)?;
        }
        let actor = Actor { account_id: Some(account), role: ActorRole::Citizen };
        let event = Event::new(now, actor, "grant.given", Some(grant), &id);
        audit::record(c, &event.detail(client.id.clone()))
    };
    match state.db.transaction(work).await {
        Err(error) if error.code() == Code::InvalidState => return Ok(None),
        decided => decided?,
    }
    let its_state = request.state.as_deref();
    redirect(state, &request.redirect_uri, its_state, &[("code", code.reveal())]).map(Some)
}
