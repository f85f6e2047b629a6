//! Rows of endpoints and their secrets.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{AssumeNotNull, Gt, auto_type, exists};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::event::Family;
use super::message_store;
use super::signature::Secret;
use super::states::EndpointStatus;
use crate::db::schema::{clients, webhook_endpoints, webhook_secrets};
use crate::error::{Code, Error, Result};
use crate::person::{Column, Keyring};

/// How long an earlier secret signs beside the new one.
const OVERLAP: TimeDelta = TimeDelta::days(1);

/// Where a client is told of events.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_endpoints)]
pub(super) struct Endpoint {
    pub(super) id: Uuid,
    pub(super) client_id: Option<String>,
    pub(super) url: String,
    pub(super) events: Vec<Option<String>>,
    pub(super) status: EndpointStatus,
    pub(super) failing_since: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) status_changed_at: DateTime<Utc>,
}

impl Endpoint {
    pub(super) fn new(client_id: &str, url: String, events: &[Family], now: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::now_v7(),
            client_id: Some(client_id.to_owned()),
            url,
            events: events.iter().map(|family| Some(family.as_str().to_owned())).collect(),
            status: EndpointStatus::Active,
            failing_since: None,
            created_at: now,
            status_changed_at: now,
        }
    }

    /// Returns what it is told of.
    pub(super) fn events(&self) -> Vec<Family> {
        let codes = self.events.iter().flatten();
        codes.filter_map(|code| Family::parse(code).ok()).collect()
    }
}

/// Inserts an endpoint, unless its client has as many as it may; returns whether it did. Two at once wait for each other.
pub(super) fn insert(c: &mut PgConnection, endpoint: &Endpoint, most: i64) -> Result<bool> {
    // Against the removal of the client, and against a second endpoint at the same moment; whoever grants something need not wait.
    let id = endpoint.client_id.as_deref().unwrap_or_default();
    let client = clients::table.find(id).select(clients::id).for_no_key_update();
    client.first::<String>(c).optional()?.ok_or(Code::ClientUnauthenticated)?;
    if all_of(id).count().get_result::<i64>(c)? >= most {
        return Ok(false);
    }
    diesel::insert_into(webhook_endpoints::table).values(endpoint).execute(c)?;
    Ok(true)
}

/// Selects the endpoints of a client.
#[auto_type]
fn all_of<'a>(client: &'a str) -> _ {
    let own = webhook_endpoints::client_id.eq(client);
    webhook_endpoints::table.filter(own).filter(webhook_endpoints::removed_at.is_null())
}

/// Lists the endpoints of a client, oldest first.
pub(super) fn list(c: &mut PgConnection, client: &str) -> Result<Vec<Endpoint>> {
    Ok(all_of(client).order(webhook_endpoints::id).select(Endpoint::as_select()).load(c)?)
}

/// Finds an endpoint of a client.
pub(super) fn find(c: &mut PgConnection, client: &str, id: Uuid) -> Result<Option<Endpoint>> {
    let own = all_of(client).filter(webhook_endpoints::id.eq(id));
    Ok(own.select(Endpoint::as_select()).first(c).optional()?)
}

/// Finds and locks an endpoint of a client.
pub(super) fn lock(c: &mut PgConnection, client: &str, id: Uuid) -> Result<Option<Endpoint>> {
    let own = all_of(client).filter(webhook_endpoints::id.eq(id));
    Ok(own.select(Endpoint::as_select()).for_no_key_update().first(c).optional()?)
}

/// Removes an endpoint of a client, with its secrets; returns whether there was one. Its messages can be millions: housekeeping
/// deletes them, and the row last.
pub(super) fn remove(c: &mut PgConnection, client: &str, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let set = (
        webhook_endpoints::status.eq(EndpointStatus::Disabled),
        webhook_endpoints::status_changed_at.eq(now),
        webhook_endpoints::removed_at.eq(now),
    );
    let own = webhook_endpoints::table
        .find(id)
        .filter(webhook_endpoints::client_id.eq(client))
        .filter(webhook_endpoints::removed_at.is_null());
    if diesel::update(own).set(set).execute(c)? == 0 {
        return Ok(false);
    }
    diesel::delete(webhook_secrets::table.filter(webhook_secrets::endpoint_id.eq(id))).execute(c)?;
    Ok(true)
}

/// Sets the status of a locked endpoint.
pub(super) fn set_status(
    c: &mut PgConnection,
    id: Uuid,
    (status, failing_since): (EndpointStatus, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<()> {
    let set = (
        webhook_endpoints::status.eq(status),
        webhook_endpoints::failing_since.eq(failing_since),
        webhook_endpoints::status_changed_at.eq(now),
    );
    diesel::update(webhook_endpoints::table.find(id)).set(set).execute(c)?;
    Ok(())
}

/// Gives a locked endpoint a new secret. Unless `end_others`, the newest earlier one signs for a day more, and so does the oldest that still
/// signs: one of them is in place there even if our answer was lost. Those between stop.
pub(super) fn add_secret(
    c: &mut PgConnection,
    keyring: &Keyring,
    (endpoint, end_others): (Uuid, bool),
    now: DateTime<Utc>,
) -> Result<Secret> {
    let own = webhook_secrets::table.filter(webhook_secrets::endpoint_id.eq(endpoint));
    if end_others {
        diesel::delete(own).execute(c)?;
    } else {
        let oldest = own.filter(in_force(now)).order(webhook_secrets::id).select(webhook_secrets::id);
        let oldest: Option<Uuid> = oldest.first(c).optional()?;
        let between = own.filter(webhook_secrets::expires_at.is_not_null());
        diesel::delete(between.filter(webhook_secrets::id.ne_all(oldest))).execute(c)?;
        let present = own.filter(webhook_secrets::expires_at.is_null());
        diesel::update(present).set(webhook_secrets::expires_at.eq(Some(now + OVERLAP))).execute(c)?;
    }
    let (id, secret) = (Uuid::now_v7(), Secret::generate()?);
    let encrypted = keyring.encrypt(Column::WEBHOOK_SECRETS_SECRET.at(id), secret.octets());
    let row = (
        webhook_secrets::id.eq(id),
        webhook_secrets::endpoint_id.eq(endpoint),
        webhook_secrets::secret.eq(encrypted.map_err(Error::internal)?),
        webhook_secrets::created_at.eq(now),
    );
    diesel::insert_into(webhook_secrets::table).values(row).execute(c)?;
    Ok(secret)
}

/// Whether a secret signs.
#[auto_type]
fn in_force(now: DateTime<Utc>) -> _ {
    let is_later: AssumeNotNull<Gt<webhook_secrets::expires_at, DateTime<Utc>>> =
        webhook_secrets::expires_at.gt(now).assume_not_null();
    webhook_secrets::expires_at.is_null().or(is_later)
}

/// Returns the secrets that sign a leased message to an endpoint, the newest first; none if it is not to be sent any more.
pub(super) fn secrets(
    c: &mut PgConnection,
    keyring: &Keyring,
    endpoint: Uuid,
    (message, lease): (Uuid, Uuid),
    now: DateTime<Utc>,
) -> Result<Vec<Secret>> {
    let own = webhook_secrets::table
        .filter(webhook_secrets::endpoint_id.eq(endpoint))
        .filter(exists(message_store::to_be_sent(message, lease)))
        .filter(in_force(now))
        .order(webhook_secrets::id.desc())
        .select((webhook_secrets::id, webhook_secrets::secret));
    let rows: Vec<(Uuid, Vec<u8>)> = own.load(c)?;
    let decrypt = |(id, secret): (Uuid, Vec<u8>)| {
        let octets = keyring.decrypt(Column::WEBHOOK_SECRETS_SECRET.at(id), &secret);
        octets.map(|octets| Secret::of(octets.to_vec())).map_err(Error::internal)
    };
    rows.into_iter().map(decrypt).collect()
}
