//! What attempts say of an endpoint: one that has failed for a day is paused, one that answers 410 is disabled, and its owner is told.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use uuid::Uuid;

use super::mails;
use super::states::{EndpointStatus, Outcome};
use super::store;
use crate::audit::{self, Actor};
use crate::db::input::input;
use crate::db::schema::{clients, webhook_endpoints};
use crate::db::statement::Statement;
use crate::error::Result;
use crate::http::RequestId;
use crate::notify;
use crate::person::{Email, Keyring};
use crate::telemetry;

/// How long an endpoint may fail without a success before it is paused.
const PATIENCE: TimeDelta = TimeDelta::hours(24);
/// How far apart its failures are at least: one alone, however long ago, says nothing of the time since.
const FAILED_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Notes how an attempt at an endpoint ended.
pub(super) fn note(
    c: &mut PgConnection,
    keyring: &Keyring,
    endpoint: Uuid,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Result<()> {
    let active =
        webhook_endpoints::table.find(endpoint).filter(webhook_endpoints::status.eq(EndpointStatus::Active));
    match outcome {
        Outcome::Delivered => {
            let failing = active.filter(webhook_endpoints::failing_since.is_not_null());
            let set = webhook_endpoints::failing_since.eq(None::<DateTime<Utc>>);
            diesel::update(failing).set(set).execute(c)?;
        }
        Outcome::Gone => {
            let client_id = webhook_endpoints::client_id.assume_not_null();
            let found = active.select((client_id, webhook_endpoints::failing_since));
            let found = found.for_no_key_update().first::<(String, Option<DateTime<Utc>>)>(c).optional()?;
            if let Some((client, since)) = found {
                let since = since.unwrap_or(now);
                stop(c, keyring, (&client, endpoint), (EndpointStatus::Disabled, since), now)?;
            }
        }
        _ => {
            diesel::update(active).set(webhook_endpoints::last_failed_at.eq(now)).execute(c)?;
            let well = active.filter(webhook_endpoints::failing_since.is_null());
            diesel::update(well).set(webhook_endpoints::failing_since.eq(now)).execute(c)?;
        }
    }
    Ok(())
}

/// Pauses the endpoints that have taken nothing for a day, though it was tried: by the time, whenever the next attempt is due. What our
/// workers have not tried within the day is no endpoint's fault.
pub(super) fn pause_failing(c: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<()> {
    let client_id = webhook_endpoints::client_id.assume_not_null();
    let failing: Vec<(Uuid, String, DateTime<Utc>, DateTime<Utc>)> = webhook_endpoints::table
        .filter(webhook_endpoints::status.eq(EndpointStatus::Active))
        .filter(webhook_endpoints::failing_since.le(now - PATIENCE))
        .filter(webhook_endpoints::last_failed_at.gt(now - PATIENCE))
        .select((
            webhook_endpoints::id,
            client_id,
            webhook_endpoints::failing_since.assume_not_null(),
            webhook_endpoints::last_failed_at.assume_not_null(),
        ))
        .for_no_key_update()
        .skip_locked()
        .load(c)?;
    for (endpoint, client, since, last) in failing {
        if last - since >= FAILED_AGAIN {
            stop(c, keyring, (&client, endpoint), (EndpointStatus::Paused, since), now)?;
        }
    }
    Ok(())
}

/// Stops a locked endpoint, and tells its owner.
fn stop(
    c: &mut PgConnection,
    keyring: &Keyring,
    (client, endpoint): (&str, Uuid),
    (status, since): (EndpointStatus, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<()> {
    store::set_status(c, endpoint, (status, Some(since)), now)?;
    let request = RequestId::new();
    let action = if status == EndpointStatus::Paused { "webhook.paused" } else { "webhook.disabled" };
    let event = audit::Event::new(now, Actor::SERVICE, action, Some(endpoint), &request);
    audit::record(c, &event.detail(client.to_owned()))?;
    tell(c, keyring, (client, endpoint), status, now)
}

/// Tells the owner, if the contact of the client is an address.
fn tell(
    c: &mut PgConnection,
    keyring: &Keyring,
    (client, endpoint): (&str, Uuid),
    status: EndpointStatus,
    now: DateTime<Utc>,
) -> Result<()> {
    let contact: String = clients::table.find(client).select(clients::contact).first(c)?;
    let Ok(contact) = Email::parse(&contact) else {
        log::warn!(
            "webhooks: the endpoint {endpoint} of {client} is {}; its contact is no address",
            status.as_str()
        );
        return Ok(());
    };
    let mail = mails::stopped(&contact, client, endpoint, status);
    notify::post(c, keyring, Some(&mail), now)
}

input! {
    struct Moment {
        now: DateTime<Utc> as Timestamptz,
    }
}

/// What waits for endpoints that messages are sent to, and how many endpoints are in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Waiting {
    /// Messages that wait for active endpoints.
    pub pending: i64,
    /// Since when the oldest message is due to an active endpoint that does not fail.
    pub oldest_due: Option<DateTime<Utc>>,
    /// Active endpoints that fail.
    pub failing: i64,
    /// Paused endpoints.
    pub paused: i64,
}

/// Counts what waits. It reads an index over every message that does: not often.
pub(super) fn waiting(c: &mut PgConnection, now: DateTime<Utc>) -> Result<Waiting> {
    type Row = (BigInt, Nullable<Timestamptz>, BigInt, BigInt);
    Ok(Statement::<_, Row>::new(Moment { now }, include_str!("waiting.sql")).get_result(c)?)
}

impl Waiting {
    /// Sets the gauges.
    pub(super) fn publish(self, now: DateTime<Utc>) {
        let oldest = self.oldest_due.map_or(0, |due| (now - due).num_seconds().max(0));
        telemetry::webhooks(self.pending, oldest, (self.failing, self.paused));
    }
}
