//! `Idempotency-Key`: a creating request that is sent twice is carried out once and answered the same.
//!
//! A key belongs to one caller (an account or a client; without a log-in, one sender) and one operation, and is kept for 24 hours. The
//! transaction that does the work also stores the key and the answer, so a request that failed or lost its connection
//! changes nothing and leaves the key free.

mod answer;
mod row;

use std::future::Future;
use std::time::Duration;

use actix_web::HttpRequest;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use ring::digest::{Context, SHA256};
use utoipa::IntoParams;
use uuid::Uuid;

pub use answer::Answer;
pub(crate) use answer::{Outcome, status_of};
pub(crate) use row::erase;

use crate::db::retention;
use crate::error::{Code, Error, Outage, Result};
use crate::state::AppState;
use crate::text::{Rule, described};
use crate::trace;

/// Answers are kept for [`KEPT`].
pub(crate) const RETENTION: &[retention::Rule] =
    &[retention::Rule::delete("idempotency_keys", "created_at < $1", KEPT)];

const HEADER: &str = "idempotency-key";
/// How long an answer is kept.
pub(crate) const KEPT: TimeDelta = TimeDelta::hours(24);

const KEY_FORMAT: Rule = Rule::new(
    "idempotency_key_format",
    "An idempotency key has 1 to 255 visible ASCII characters and stands once",
    "O cheie de idempotență are între 1 și 255 de caractere ASCII vizibile și apare o singură dată",
);

/// A key, in the contract.
struct KeyText;

described!(
    KeyText: String,
    breaks [KEY_FORMAT],
    min_length: 1,
    max_length: 255,
    pattern: "^[!-~]{1,255}$",
);

/// The header's documentation in the contract.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read by `Key::of`; this is its documentation")]
pub(crate) struct KeyParameter {
    /// A random key of your choice. A request that is repeated with the same key is carried out once and answered the
    /// same.
    #[param(
        rename = "Idempotency-Key",
        value_type = Option<KeyText>,
        inline,
        required = false,
        example = "6f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
    )]
    idempotency_key: Option<String>,
}

/// A caller's key for one operation, with the digest of the request that first used it.
#[derive(Debug, Clone)]
pub struct Key {
    pub(crate) scope: Vec<u8>,
    pub(crate) key_digest: Vec<u8>,
    pub(crate) request_digest: Vec<u8>,
    /// The caller's account, to erase the answer with it.
    pub(crate) account: Option<Uuid>,
    /// Account and person, for answers that hold personal data: replayed only while the account belongs to that person.
    owner: Option<(Uuid, Vec<u8>)>,
}

impl Key {
    /// Reads the header. Returns `None` without one: each request is then carried out.
    pub(crate) fn of(
        request: &HttpRequest,
        operation: &str,
        caller: Option<Uuid>,
        request_digest: [u8; 32],
    ) -> Result<Option<Self>> {
        let scope = match (caller, trace::sender()) {
            // Strangers who happen to choose the same key must not meet.
            (None, Some(sender)) => sha256(&[operation.as_bytes(), b"\0\0", sender.as_bytes()]),
            (caller, _) => sha256(&[operation.as_bytes(), b"\0", caller.unwrap_or_default().as_bytes()]),
        };
        let key = Self::in_scope(request, scope, request_digest)?;
        Ok(key.map(|key| Self { account: caller, ..key }))
    }

    /// Reads the header for an operation of a registered client on something of its own, which has this name. A client that was
    /// registered anew under the same id is another.
    pub(crate) fn of_client(
        request: &HttpRequest,
        (operation, about): (&str, &str),
        (client, registered): (&str, DateTime<Utc>),
        request_digest: [u8; 32],
    ) -> Result<Option<Self>> {
        let registered = registered.timestamp_micros().to_be_bytes();
        let client = [client.as_bytes(), b"\0", &registered].concat();
        let parts = [operation.as_bytes(), b"\0\0\0", &client, b"\0", about.as_bytes()];
        Self::in_scope(request, sha256(&parts), request_digest)
    }

    fn in_scope(request: &HttpRequest, scope: Vec<u8>, request_digest: [u8; 32]) -> Result<Option<Self>> {
        let mut values = request.headers().get_all(HEADER);
        let Some(value) = values.next() else { return Ok(None) };
        let text = value.as_bytes();
        let fits = (1..=255).contains(&text.len()) && text.iter().all(u8::is_ascii_graphic);
        if !fits || values.next().is_some() {
            return Err(Error::invalid("Idempotency-Key", &KEY_FORMAT));
        }
        let (key_digest, request_digest) = (sha256(&[text]), request_digest.to_vec());
        Ok(Some(Self { scope, key_digest, request_digest, account: None, owner: None }))
    }

    /// Reads the header for an operation whose answer holds personal data. Binds the key to the person as well as the
    /// account, so the answer cannot be replayed once the account belongs to somebody else; and to a client's grant, so
    /// that no client gets the answer to another's request.
    pub(crate) fn of_person(
        request: &HttpRequest,
        operation: &str,
        owner: Owner<'_>,
        request_digest: [u8; 32],
    ) -> Result<Option<Self>> {
        let Owner { account, person_index, grant } = owner;
        let key = Self::of(request, operation, Some(account), request_digest)?;
        Ok(key.map(|key| {
            let person = person_index.unwrap_or_default();
            let grant = grant.map(Uuid::into_bytes);
            let scope = sha256(&[&key.scope, person, grant.as_ref().map_or(&[], |grant| grant)]);
            Self { scope, owner: person_index.map(|person| (account, person.to_vec())), ..key }
        }))
    }
}

/// Whose key it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    /// The account.
    pub(crate) account: Uuid,
    /// Keyed hash of its proved person, if there is one.
    pub(crate) person_index: Option<&'a [u8]>,
    /// Of the client that acts for the person.
    pub(crate) grant: Option<Uuid>,
}

/// The database work of a creating request; returns the answer to keep.
pub(crate) type Work = Box<dyn Fn(&mut PgConnection) -> Result<Answer> + Send>;

/// Does the work once for its key. `prepare` does everything slow or remote: it runs without a database connection, and
/// only when no answer is stored.
///
/// # Errors
/// `idempotency_key_reused` if the key was used with another body, `request_in_progress`, and the errors of `prepare`
/// and of its work. None of them uses up the key.
pub(crate) async fn once(
    state: &AppState,
    key: Option<Key>,
    prepare: impl Future<Output = Result<Work>>,
) -> Result<Outcome> {
    if let Some(key) = &key
        && let Some(outcome) = replay(state, key).await?
    {
        return Ok(outcome);
    }
    store(state, key, prepare.await?).await
}

/// Claims the key, does the work and stores its answer in one transaction. A concurrent request with the same key waits
/// for the end of this transaction, then replays the answer or, after a rollback, does the work. If it waits in vain, it is
/// told that the first one is still running.
///
/// # Errors
/// See [`once`].
pub(crate) async fn store(state: &AppState, key: Option<Key>, work: Work) -> Result<Outcome> {
    let (keyring, now) = (state.keyring.clone(), state.clock.now());
    let all = move |c: &mut PgConnection| {
        let Some(key) = &key else { return work(c).map(Outcome::new) };
        let id = Uuid::now_v7();
        if !row::claim(c, key, id, now).map_err(still_running)? {
            let kept = row::find(c, key)?.map(|row| row.outcome(&keyring, key)).transpose()?;
            return kept.ok_or_else(in_progress);
        }
        let answer = work(c)?;
        row::complete(c, key, id, status_of(&answer), answer.encrypt(&keyring, id)?)?;
        Ok(Outcome::new(answer))
    };
    state.db.transaction(all).await
}

/// Returns the stored answer of this key, if there is one.
pub(crate) async fn replay(state: &AppState, key: &Key) -> Result<Option<Outcome>> {
    let (wanted, oldest) = (key.clone(), state.clock.now() - KEPT);
    let found = state.db.read(move |c| row::find(c, &wanted)).await?;
    let Some(found) = found else { return Ok(None) };
    if found.created_at < oldest {
        let outlived = key.clone();
        state.db.write(move |c| row::forget(c, &outlived, found.response_id)).await?;
        return Ok(None);
    }
    if found.is_answered() { found.outcome(&state.keyring, key).map(Some) } else { Ok(None) }
}

/// Claiming waits for nothing but another request with the same key, and for a migration of the table as long as it lasts.
fn still_running(error: Error) -> Error {
    if error.outage() == Some(Outage::LockTimeout) { in_progress() } else { error }
}

/// Refuses a request whose first is still running.
pub(crate) fn in_progress() -> Error {
    Error::from(Code::RequestInProgress).retry_after(Duration::from_secs(1))
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().to_vec()
}
