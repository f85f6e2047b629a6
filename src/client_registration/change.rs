//! What changes the registered clients. Each is one transaction with its event in the audit log, whose detail is the client's id.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;

use super::json_web_key::NamedKey;
use crate::accounts::Token;
use crate::audit::{self, Actor, Event};
use crate::clients::key_store::{self, ClientKey};
use crate::clients::store::{self, Client, Listed};
use crate::clients::{ClientId, ClientKind, Registration};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::text::Rule;

/// Keys are given to a client whose kind proves nothing.
pub(super) const KEYS_OF_KIND: Rule = Rule::new(
    "keys_of_kind",
    "Only `web` and `system` have keys: pages and apps keep none",
    "Numai `web` și `system` au chei: paginile și aplicațiile nu păstrează niciuna",
);

/// Who changes the clients, when, and by which request.
#[derive(Debug, Clone)]
pub struct Change {
    /// The operator, or the person who runs the installation's commands.
    pub actor: Actor,
    /// The time.
    pub now: DateTime<Utc>,
    /// The request.
    pub request: RequestId,
}

impl Change {
    fn record(&self, c: &mut PgConnection, action: &str, client: &str) -> Result<()> {
        let event = Event::new(self.now, self.actor, action, None, &self.request);
        audit::record(c, &event.detail(client.to_owned()))
    }
}

/// Registers a client with these keys; returns its first secret, if its kind has one and it has no key. Call it in a transaction.
///
/// # Errors
/// The rule that the registration breaks, and `client_exists`.
pub fn add(
    c: &mut PgConnection,
    registration: &Registration,
    keys: &[NamedKey],
    change: &Change,
) -> Result<(Listed, Option<Token>)> {
    registration.check().map_err(|(pointer, rule)| Error::invalid(pointer, rule))?;
    if !keys.is_empty() && !registration.kind.is_confidential() {
        return Err(Error::invalid("/jwks", &KEYS_OF_KIND));
    }
    let client = Client::of(registration, change.now);
    if !store::insert(c, &client)? {
        return Err(Code::ClientExists.into());
    }
    change.record(c, "client.registered", &client.id)?;
    let keys = rows_of(&client.id, keys, change);
    if !keys.is_empty() {
        key_store::replace(c, &client.id, &keys)?;
        change.record(c, "client.keys_set", &client.id)?;
    }
    let keeps_secret = client.kind.is_confidential() && keys.is_empty();
    let secret = if keeps_secret { Some(new_secret(c, &client.id, &[], change)?) } else { None };
    let secrets = secret.iter().map(|_| change.now).collect();
    Ok((Listed { client, secrets, keys }, secret))
}

/// Gives a client a new secret. The newest of before goes on working beside it, unless `end_others`. Call it in a
/// transaction.
///
/// # Errors
/// `not_found`, and `client_is_public` if its kind keeps no secret.
pub fn rotate_secret(
    c: &mut PgConnection,
    id: &ClientId,
    end_others: bool,
    change: &Change,
) -> Result<Token> {
    let id = id.as_str();
    let kind = store::lock(c, id)?.ok_or(Code::NotFound)?;
    if !ClientKind::is_confidential(kind) {
        return Err(Code::ClientIsPublic.into());
    }
    let taken = store::keep_newest_secrets(c, id, usize::from(!end_others))?;
    change.record(c, "client.secret_rotated", id)?;
    new_secret(c, id, &taken, change)
}

/// Replaces the keys of a client; with none, it authenticates by its secret again. Call it in a transaction.
///
/// # Errors
/// `not_found`, and `client_is_public` if its kind proves nothing.
pub fn set_keys(
    c: &mut PgConnection,
    id: &ClientId,
    keys: &[NamedKey],
    change: &Change,
) -> Result<Vec<ClientKey>> {
    let id = id.as_str();
    let kind = store::lock(c, id)?.ok_or(Code::NotFound)?;
    if !ClientKind::is_confidential(kind) {
        return Err(Code::ClientIsPublic.into());
    }
    let rows = rows_of(id, keys, change);
    key_store::replace(c, id, &rows)?;
    change.record(c, "client.keys_set", id)?;
    Ok(rows)
}

/// Removes a client, with its secrets, its keys and everything that it was granted. Call it in a transaction.
///
/// # Errors
/// `not_found`.
pub fn remove(c: &mut PgConnection, id: &ClientId, change: &Change) -> Result<()> {
    let id = id.as_str();
    if !store::delete(c, id)? {
        return Err(Code::NotFound.into());
    }
    change.record(c, "client.removed", id)
}

fn rows_of(id: &str, keys: &[NamedKey], change: &Change) -> Vec<ClientKey> {
    keys.iter().map(|named| ClientKey::of(id, &named.key, named.kid.clone(), change.now)).collect()
}

fn new_secret(c: &mut PgConnection, id: &str, taken: &[i16], change: &Change) -> Result<Token> {
    let secret = Token::generate("czl_")?;
    store::insert_secret(c, id, (secret.digest(), taken), change.now)?;
    Ok(secret)
}
