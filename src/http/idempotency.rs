//! `Idempotency-Key`: a creating request that is sent twice is done once and answered the same.
//!
//! The key is the caller's, for one operation, kept 24 hours. It is written in the transaction that does the work and
//! keeps the answer, so a request that failed, or whose connection broke, has changed nothing and has left its key free.

use std::future::Future;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::upsert::excluded;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::db::schema::{accounts, idempotency_keys};
use crate::error::{Code, Error, Result};
use crate::person::{Cell, Keyring};
use crate::rule::Rule;
use crate::state::AppState;

const HEADER: &str = "idempotency-key";
const REPLAYED: &str = "idempotency-replayed";
const COLUMN: &str = "idempotency_keys.response";
/// How long an answer is kept.
pub(crate) const KEPT: TimeDelta = TimeDelta::hours(24);

const KEY_FORMAT: Rule = Rule::new(
    "idempotency_key_format",
    "An idempotency key has 1 to 255 visible ASCII characters and stands once",
    "O cheie de idempotență are între 1 și 255 de caractere ASCII vizibile și apare o dată",
);

/// The header, for the contract.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read by `Key::of`; this is its documentation")]
pub(crate) struct KeyParameter {
    /// A random key of your own: the same request sent again with it is done once and answered the same.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        min_length = 1,
        max_length = 255,
        example = "6f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
    )]
    idempotency_key: Option<String>,
}

/// A caller's key for one operation, with the request that it stands for.
#[derive(Debug, Clone)]
pub struct Key {
    pub(crate) scope: Vec<u8>,
    pub(crate) key_digest: Vec<u8>,
    pub(crate) request_digest: Vec<u8>,
    /// Account and person, where the answer is the person's: it is repeated only while the one belongs to the other.
    owner: Option<(Uuid, Vec<u8>)>,
}

/// What is answered, and answered again.
#[derive(Clone, Serialize, Deserialize)]
pub struct Answer {
    #[serde(skip)]
    status: StatusCode,
    location: Option<String>,
    /// The secret of a cookie that goes with the answer.
    pub(crate) cookie: Option<String>,
    body: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys)]
struct Row {
    scope: Vec<u8>,
    key_digest: Vec<u8>,
    request_digest: Vec<u8>,
    running_until: DateTime<Utc>,
    response_id: Uuid,
    status: Option<i16>,
    response: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
}

impl Key {
    /// Reads the header; without it there is no key, and the request is done as often as it is sent.
    pub(crate) fn of(
        request: &HttpRequest,
        operation: &str,
        caller: Option<Uuid>,
        request_digest: [u8; 32],
    ) -> Result<Option<Self>> {
        let mut values = request.headers().get_all(HEADER);
        let Some(value) = values.next() else { return Ok(None) };
        let text = value.as_bytes();
        let fits = (1..=255).contains(&text.len()) && text.iter().all(u8::is_ascii_graphic);
        if !fits || values.next().is_some() {
            return Err(Error::invalid("Idempotency-Key", &KEY_FORMAT));
        }
        let caller = caller.unwrap_or_default();
        let scope = sha256(&[operation.as_bytes(), b"\0", caller.as_bytes()]);
        let (key_digest, request_digest) = (sha256(&[text]), request_digest.to_vec());
        Ok(Some(Self { scope, key_digest, request_digest, owner: None }))
    }

    /// The same for an operation whose answer shows what is a person's: the key is the person's in this account, and means
    /// nothing once the account is not theirs any more.
    pub(crate) fn of_person(
        request: &HttpRequest,
        operation: &str,
        (account, person_index): (Uuid, Option<&[u8]>),
        request_digest: [u8; 32],
    ) -> Result<Option<Self>> {
        let key = Self::of(request, operation, Some(account), request_digest)?;
        Ok(key.map(|key| {
            let person = person_index.unwrap_or_default();
            let scope = sha256(&[&key.scope, person]);
            Self { scope, owner: person_index.map(|person| (account, person.to_vec())), ..key }
        }))
    }
}

impl Answer {
    /// 201 with what was created and where it is from now on.
    pub(crate) fn created(location: String, body: &impl Serialize) -> Self {
        Self::new(StatusCode::CREATED, Some(location), body)
    }

    /// 202: it will come; where it can be looked at, if anywhere.
    pub(crate) fn accepted(location: Option<String>, body: &impl Serialize) -> Self {
        Self::new(StatusCode::ACCEPTED, location, body)
    }

    fn new(status: StatusCode, location: Option<String>, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status, location, cookie: None, body }
    }

    /// The same with the secret of a cookie, kept as long as the answer.
    pub(crate) fn with_cookie(self, secret: String) -> Self {
        Self { cookie: Some(secret), ..self }
    }

    /// For the wire; the cookie is the handler's to write.
    pub(crate) fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        response.content_type("application/json").body(self.body)
    }

    /// The sealed form, bound to its row.
    pub(crate) fn seal(&self, keyring: &Keyring, row: Uuid) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        keyring.seal(Cell { column: COLUMN, row }, &json).map_err(Error::internal)
    }

    fn open(keyring: &Keyring, row: Uuid, status: i16, sealed: &[u8]) -> Result<Self> {
        let json = keyring.open(Cell { column: COLUMN, row }, sealed).map_err(Error::internal)?;
        let answer: Self = serde_json::from_slice(&json).map_err(Error::internal)?;
        let status = u16::try_from(status).map_err(Error::internal)?;
        Ok(Self { status: StatusCode::from_u16(status).map_err(Error::internal)?, ..answer })
    }
}

/// An answer, and whether it was given before.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) replayed: bool,
}

impl Outcome {
    /// An answer that was just made.
    pub(crate) fn new(answer: Answer) -> Self {
        Self { answer, replayed: false }
    }

    /// For the wire, marked when it was given before.
    pub(crate) fn into_response(self) -> HttpResponse {
        let mut response = self.answer.into_response();
        if self.replayed {
            response
                .headers_mut()
                .insert(HeaderName::from_static(REPLAYED), HeaderValue::from_static("true"));
        }
        response
    }
}

/// What a creating request does to the database; it returns the answer to keep.
pub(crate) type Work = Box<dyn FnOnce(&mut PgConnection) -> Result<Answer> + Send>;

/// Does the work once for its key. `prepare` is for all that is slow or remote: it runs while no connection is held, and
/// not at all when the answer is there already.
///
/// # Errors
/// `idempotency_key_reused` when the key stands for another body, `request_in_progress`, and those of `prepare` and of
/// its work; all leave the key as it was.
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

/// Claims the key, does the work and keeps its answer in one transaction. Whoever comes with the same key meanwhile waits
/// for its end, and gets the answer or does the work.
///
/// # Errors
/// See [`once`].
pub(crate) async fn store(state: &AppState, key: Option<Key>, work: Work) -> Result<Outcome> {
    let (keyring, now) = (state.keyring.clone(), state.clock.now());
    let all = move |c: &mut PgConnection| {
        let Some(key) = key else { return work(c).map(Outcome::new) };
        let id = Uuid::now_v7();
        if !claim(c, &key, id, now)? {
            let kept = find(c, &key)?.map(|row| row.outcome(&keyring, &key)).transpose()?;
            return kept.ok_or_else(in_progress);
        }
        let answer = work(c)?;
        complete(c, &key, id, status_of(&answer), answer.seal(&keyring, id)?)?;
        Ok(Outcome::new(answer))
    };
    state.db.write(move |c| c.transaction(all)).await
}

/// The answer that this key had before, if its request has ended.
pub(crate) async fn replay(state: &AppState, key: &Key) -> Result<Option<Outcome>> {
    let (wanted, oldest) = (key.clone(), state.clock.now() - KEPT);
    let found = state.db.read(move |c| find(c, &wanted)).await?;
    let Some(row) = found else { return Ok(None) };
    if row.created_at < oldest {
        let outlived = key.clone();
        state.db.write(move |c| forget(c, &outlived, row.response_id)).await?;
        return Ok(None);
    }
    row.outcome(&state.keyring, key).map(Some)
}

impl Row {
    /// The answer that was kept.
    fn outcome(self, keyring: &Keyring, key: &Key) -> Result<Outcome> {
        if self.request_digest != key.request_digest {
            return Err(Code::IdempotencyKeyReused.into());
        }
        // A node of the version before claims a key before it does the work.
        let (Some(status), Some(sealed)) = (self.status, self.response) else { return Err(in_progress()) };
        let answer = Answer::open(keyring, self.response_id, status, &sealed)?;
        Ok(Outcome { answer, replayed: true })
    }
}

fn in_progress() -> Error {
    Error::from(Code::RequestInProgress).retry_after(Duration::from_secs(1))
}

pub(crate) fn status_of(answer: &Answer) -> i16 {
    i16::try_from(answer.status.as_u16()).unwrap_or_default()
}

/// Writes the key, for its answer to follow before the transaction ends; false when it is another's. A key that was outlived
/// makes room, and so does one that a node of the version before claimed and died with.
fn claim(connection: &mut PgConnection, key: &Key, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    use idempotency_keys::dsl;
    let row = Row {
        scope: key.scope.clone(),
        key_digest: key.key_digest.clone(),
        request_digest: key.request_digest.clone(),
        running_until: now,
        response_id: id,
        status: None,
        response: None,
        created_at: now,
    };
    let dead = dsl::created_at.lt(now - KEPT).or(dsl::status.is_null().and(dsl::running_until.lt(now)));
    let taken_over = (
        dsl::request_digest.eq(excluded(dsl::request_digest)),
        dsl::running_until.eq(excluded(dsl::running_until)),
        dsl::response_id.eq(excluded(dsl::response_id)),
        dsl::status.eq(None::<i16>),
        dsl::response.eq(None::<Vec<u8>>),
        dsl::created_at.eq(excluded(dsl::created_at)),
    );
    let claim = diesel::insert_into(idempotency_keys::table)
        .values(&row)
        .on_conflict((dsl::scope, dsl::key_digest))
        .do_update()
        .set(taken_over);
    Ok(methods::FilterDsl::filter(claim, dead).execute(connection)? == 1)
}

fn find(connection: &mut PgConnection, key: &Key) -> Result<Option<Row>> {
    let row = idempotency_keys::table.find((&key.scope, &key.key_digest)).select(Row::as_select());
    let Some((account, person_index)) = &key.owner else { return Ok(row.first(connection).optional()?) };
    let still_theirs = accounts::table.find(account).filter(accounts::person_index.eq(person_index));
    Ok(row.filter(exists(still_theirs)).first(connection).optional()?)
}

fn complete(
    connection: &mut PgConnection,
    key: &Key,
    id: Uuid,
    status: i16,
    response: Vec<u8>,
) -> Result<()> {
    let row = idempotency_keys::table.find((&key.scope, &key.key_digest));
    diesel::update(row.filter(idempotency_keys::response_id.eq(id)))
        .set((idempotency_keys::status.eq(status), idempotency_keys::response.eq(response)))
        .execute(connection)?;
    Ok(())
}

/// Forgets an answer that was outlived, unless the key has another by now.
fn forget(connection: &mut PgConnection, key: &Key, id: Uuid) -> Result<()> {
    let row = idempotency_keys::table.find((&key.scope, &key.key_digest));
    diesel::delete(row.filter(idempotency_keys::response_id.eq(id))).execute(connection)?;
    Ok(())
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().to_vec()
}
