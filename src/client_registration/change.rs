//! What changes the registered clients. Each is one transaction with its event in the audit log, whose detail is the client's id.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;

use crate::accounts::Token;
use crate::audit::{self, Actor, Event};
use crate::clients::store::{self, Client};
use crate::clients::{ClientId, ClientKind, Registration};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;

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

/// Registers a client; returns its first secret, if its kind has one. Call it in a transaction.
///
/// # Errors
/// The rule that the registration breaks, and `client_exists`.
pub fn add(
    c: &mut PgConnection,
    registration: &Registration,
    change: &Change,
) -> Result<(Client, Option<Token>)> {
    registration.check().map_err(|(pointer, rule)| Error::invalid(pointer, rule))?;
    let client = Client::of(registration, change.now);
    if !store::insert(c, &client)? {
        return Err(Code::ClientExists.into());
    }
    change.record(c, "client.registered", &client.id)?;
    let secret =
        if client.kind.is_confidential() { Some(new_secret(c, &client.id, &[], change)?) } else { None };
    Ok((client, secret))
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

/// Removes a client, with its secrets and everything that it was granted. Call it in a transaction.
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

fn new_secret(c: &mut PgConnection, id: &str, taken: &[i16], change: &Change) -> Result<Token> {
    let secret = Token::generate("czl_")?;
    store::insert_secret(c, id, (secret.digest(), taken), change.now)?;
    Ok(secret)
}
