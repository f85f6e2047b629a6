//! Rows of the keys of registered clients.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::public_key::PublicKey;
use crate::db::schema::client_keys;
use crate::error::{Error, Result};

/// A key of a client.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = client_keys)]
pub struct ClientKey {
    id: Uuid,
    pub(super) client_id: String,
    /// What the client calls it.
    pub kid: Option<String>,
    point: Vec<u8>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

impl ClientKey {
    /// Makes the row of a key.
    #[must_use]
    pub fn of(client: &str, key: &PublicKey, kid: Option<String>, now: DateTime<Utc>) -> Self {
        Self { id: Uuid::now_v7(), client_id: client.to_owned(), kid, point: key.point(), created_at: now }
    }

    /// Returns the key.
    ///
    /// # Errors
    /// Internal, if the row holds none.
    pub fn key(&self) -> Result<PublicKey> {
        PublicKey::of_point(&self.point).ok_or_else(|| Error::internal("a client's key is no point of P-256"))
    }
}

/// Replaces the keys of a locked client.
pub fn replace(c: &mut PgConnection, client: &str, keys: &[ClientKey]) -> Result<()> {
    diesel::delete(client_keys::table.filter(client_keys::client_id.eq(client))).execute(c)?;
    diesel::insert_into(client_keys::table).values(keys).execute(c)?;
    Ok(())
}

/// Lists the keys of all clients.
pub(super) fn list(c: &mut PgConnection) -> Result<Vec<ClientKey>> {
    Ok(client_keys::table.order(client_keys::id).select(ClientKey::as_select()).load(c)?)
}

/// Returns the keys of a client.
pub fn of_client(c: &mut PgConnection, client: &str) -> Result<Vec<ClientKey>> {
    let own = client_keys::table.filter(client_keys::client_id.eq(client)).order(client_keys::id);
    Ok(own.select(ClientKey::as_select()).load(c)?)
}
