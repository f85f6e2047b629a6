//! Takes in a request: counts, encrypts and acknowledges it by mail.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
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
use crate::rate_limit::{self, Limit};
use crate::state::AppState;
use crate::text::Rule;
use crate::{jobs, notify};

/// For one mailbox, so that acknowledgements do not flood it.
const OF_ONE_ADDRESS: Limit = Limit { tries: 5, window: TimeDelta::hours(24) };
/// For one account, over all addresses.
const OF_ONE_ACCOUNT: Limit = Limit { tries: 20, window: TimeDelta::hours(24) };
/// For all requests without an account: more would be a machine, and each costs a mail to an unconfirmed address.
/// Requests with an account are not affected.
const WITHOUT_ACCOUNT: Limit = Limit { tries: 600, window: TimeDelta::hours(1) };

const EMAIL_NEEDED: Rule = Rule::new(
    "email_needed",
    "Give the address for the answer: we have none from an account",
    "Scrieți adresa la care trimitem răspunsul: nu o avem dintr-un cont",
);

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
    let counted = Counted::of(&state.keyring, &sender);
    let row = encrypted(state, &sender, request)?;
    let mail = mails::received(sender.email.as_str(), sender.locale, &state.addresses.front_end, &row);
    let actor = sender.caller.as_ref().map_or(Actor::PUBLIC, Caller::actor);
    let (keyring, id) = (state.keyring.clone(), id.clone());
    let work: Work = Box::new(move |c| {
        counted.count(c, row.created_at)?;
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

/// The limits that a request counts against, by keyed hashes.
struct Counted {
    origin: (Vec<u8>, Limit),
    address: Vec<u8>,
}

impl Counted {
    fn of(keyring: &Keyring, sender: &Sender) -> Self {
        let origin = match &sender.caller {
            Some(caller) => (
                keyring.index(Index::RATE_LIMIT_SUPPORT_ACCOUNT, caller.account_id().as_bytes()),
                OF_ONE_ACCOUNT,
            ),
            None => (keyring.index(Index::RATE_LIMIT_SUPPORT_PUBLIC, b""), WITHOUT_ACCOUNT),
        };
        let address = keyring.index(Index::RATE_LIMIT_SUPPORT, sender.email.index_form().as_bytes());
        Self { origin, address }
    }

    fn count(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
        let (origin, limit) = &self.origin;
        rate_limit::count(connection, origin, *limit, now)?;
        rate_limit::count(connection, &self.address, OF_ONE_ADDRESS, now)
    }
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
