//! Takes in a request: counts, encrypts and acknowledges it by mail.

use chrono::TimeDelta;
use uuid::Uuid;

use super::store::{self, SupportRequest};
use super::types::{CreateSupportRequest, SupportRequestReceived, SupportStatus};
use super::{mails, reference};
use crate::accounts::{Caller, Contact};
use crate::audit::{self, Actor, Event};
use crate::error::{Error, Result};
use crate::http::idempotency::{Answer, Work};
use crate::http::{Locale, RequestId};
use crate::person::{Column, Email, Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::AppState;
use crate::text::{At, Rule};
use crate::{jobs, notify};

/// To one mailbox, so that acknowledgements do not flood it: from one origin, and in all.
const OF_ONE_MAILBOX: Limit = Limit::unsaid("support-origin-mailbox", 5, TimeDelta::hours(24));
const TO_ONE_MAILBOX: Limit = Limit::unsaid("support-mailbox", 20, TimeDelta::hours(24));
/// For one account, over all addresses.
const OF_ONE_ACCOUNT: Limit = Limit::said("support-account", 20, TimeDelta::hours(24));
/// For one sender without an account: each request costs a mail to an unconfirmed address.
const OF_ONE_SENDER: Limit = Limit::said("support-sender", 30, TimeDelta::hours(1));
/// For all requests without an account; it takes two hundred senders to use it up. Requests with an account are not
/// affected.
const WITHOUT_ACCOUNT: Limit = Limit::unsaid("support-public", 6000, TimeDelta::hours(1));

const EMAIL_NEEDED: Rule = Rule::new(
    "email_needed",
    "Give the address for the answer: we have none from an account",
    "Scrieți adresa la care trimitem răspunsul: nu o avem dintr-un cont",
);

/// The rule of a request, besides those of its fields.
pub(super) const RULES: &[At] = &[("/email", EMAIL_NEEDED)];

/// The sender, and the address for the answer.
struct Sender {
    caller: Option<Caller>,
    email: Email,
    locale: Locale,
}

/// Prepares the work that counts and stores a request and mails its acknowledgement.
pub(super) fn create(
    state: &AppState,
    caller: Option<Caller>,
    request: &CreateSupportRequest,
    wish: Locale,
    id: &RequestId,
) -> Result<Work> {
    let sender = sender(state, caller, request.email.clone(), wish)?;
    let counts = counts(&state.keyring, &sender);
    let row = encrypted(state, &sender, request)?;
    let mail = mails::received(sender.email.as_str(), sender.locale, &state.addresses.front_end, &row);
    let actor = sender.caller.as_ref().map_or(Actor::PUBLIC, Caller::actor);
    let (keyring, id) = (state.keyring.clone(), id.clone());
    let work: Work = Box::new(move |c| {
        rate_limit::count_in_order(c, &counts, row.created_at)?;
        store::insert(c, &row)?;
        audit::record(c, &Event::new(row.created_at, actor, "support_request.created", Some(row.id), &id))?;
        jobs::enqueue(c, &keyring, notify::JOB, &mail, row.created_at)?;
        Ok(answer(&row))
    });
    Ok(match &sender.caller {
        Some(caller) => caller.held(work),
        None => work,
    })
}

fn answer(row: &SupportRequest) -> Answer {
    let location = row.account_id.map(|_| format!("/v1/accounts/me/support-requests/{}", row.id));
    let received = SupportRequestReceived {
        id: row.id,
        reference: row.reference.clone(),
        status: SupportStatus::Open,
        created_at: row.created_at,
    };
    Answer::accepted(location, &received)
}

/// Uses the account's own address and language, unless the request gives another address.
fn sender(state: &AppState, caller: Option<Caller>, email: Option<Email>, wish: Locale) -> Result<Sender> {
    let own = match &caller {
        Some(caller) => Contact::of(&state.keyring, &caller.account)?,
        None => None,
    };
    let locale = own.as_ref().map_or(wish, |own| own.locale);
    let email = match (email, own) {
        (Some(email), _) => email,
        (None, Some(own)) => Email::parse(&own.email).map_err(Error::internal)?,
        (None, None) => return Err(Error::invalid("/email", &EMAIL_NEEDED)),
    };
    Ok(Sender { caller, email, locale })
}

/// The limits that a request counts against.
fn counts(keyring: &Keyring, sender: &Sender) -> Vec<Counted> {
    let mailbox = sender.email.mailbox();
    let to_mailbox = keyring.index(Index::RATE_LIMIT_SUPPORT, mailbox.as_bytes());
    let to_mailbox = Counted::new(to_mailbox, TO_ONE_MAILBOX);
    let of_mailbox = Index::RATE_LIMIT_SUPPORT_ORIGIN_MAILBOX;
    if let Some(caller) = &sender.caller {
        let account = caller.account_id();
        let origin = keyring.index(Index::RATE_LIMIT_SUPPORT_ACCOUNT, account.as_bytes());
        let own = keyring.index(of_mailbox, &[account.as_bytes(), mailbox.as_bytes()].concat());
        return vec![Counted::new(origin, OF_ONE_ACCOUNT), Counted::new(own, OF_ONE_MAILBOX), to_mailbox];
    }
    let all = keyring.index(Index::RATE_LIMIT_SUPPORT_PUBLIC, b"");
    vec![
        Counted::by_sender(keyring, Index::RATE_LIMIT_SUPPORT_SENDER, OF_ONE_SENDER),
        Counted::by_sender_and(keyring, of_mailbox, mailbox.as_bytes(), OF_ONE_MAILBOX),
        to_mailbox,
        Counted::new(all, WITHOUT_ACCOUNT),
    ]
}

fn encrypted(state: &AppState, sender: &Sender, request: &CreateSupportRequest) -> Result<SupportRequest> {
    let id = Uuid::now_v7();
    let encrypt = |column: Column, text: &str| {
        state.keyring.encrypt(column.at(id), text.as_bytes()).map_err(Error::internal)
    };
    Ok(SupportRequest {
        id,
        reference: reference::generate()?,
        account_id: sender.caller.as_ref().map(Caller::account_id),
        email: encrypt(Column::SUPPORT_REQUESTS_EMAIL, sender.email.as_str())?,
        locale: sender.locale,
        topic: request.topic,
        message: encrypt(Column::SUPPORT_REQUESTS_MESSAGE, request.message.as_str())?,
        request_id: request.request_id.as_ref().map(|id| id.as_str().to_owned()),
        status: SupportStatus::Open,
        created_at: state.clock.now(),
        answered_at: None,
        closed_at: None,
    })
}
