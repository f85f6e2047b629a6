//! Rows of messages: the log that a client reads, what it replays, what is leased to be sent.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::dsl::{Eq, Filter, Find, auto_type, exists};
use diesel::pg::PgConnection;
use diesel::pg::data_types::PgInterval;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Interval, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::event::EventType;
use super::states::{EndpointStatus, MessageStatus, Outcome};
use crate::db::input::input;
use crate::db::schema::{webhook_endpoints, webhook_messages};
use crate::db::statement::Statement;
use crate::error::Result;
use crate::http::page::Page;

/// A message in the log.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = webhook_messages)]
pub(super) struct Message {
    pub(super) id: Uuid,
    pub(super) event_type: EventType,
    pub(super) subject_id: Uuid,
    pub(super) account_id: Option<Uuid>,
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) status: MessageStatus,
    pub(super) attempts: i32,
    pub(super) next_attempt_at: DateTime<Utc>,
    pub(super) last_attempt_at: Option<DateTime<Utc>>,
    pub(super) last_outcome: Option<Outcome>,
    pub(super) last_response_status: Option<i32>,
}

/// Due at once, whichever clock decides.
const AT_ONCE: DateTime<Utc> = DateTime::UNIX_EPOCH;
/// Messages that one request makes due: no more than a statement of a caller who waits has time for.
pub(super) const MOST: i64 = 5_000;

/// Inserts a test.
pub(super) fn insert_test(c: &mut PgConnection, endpoint: Uuid, now: DateTime<Utc>) -> Result<Message> {
    let row = (
        webhook_messages::id.eq(Uuid::now_v7()),
        webhook_messages::endpoint_id.eq(endpoint),
        webhook_messages::event_type.eq(EventType::Test),
        webhook_messages::subject_id.eq(endpoint),
        webhook_messages::occurred_at.eq(now),
    );
    let insert = diesel::insert_into(webhook_messages::table).values(row);
    Ok(insert.returning(Message::as_returning()).get_result(c)?)
}

/// Lists the messages of an endpoint, newest first.
pub(super) fn list(
    c: &mut PgConnection,
    endpoint: Uuid,
    status: Option<MessageStatus>,
    page: Page,
) -> Result<Vec<Message>> {
    let mut query = webhook_messages::table
        .filter(webhook_messages::endpoint_id.eq(endpoint))
        .order(webhook_messages::id.desc())
        .limit(page.limit + 1)
        .select(Message::as_select())
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(webhook_messages::status.eq(status));
    }
    if let Some(before) = page.before {
        query = query.filter(webhook_messages::id.lt(before));
    }
    Ok(query.load(c)?)
}

/// Makes a message due again, with all its attempts; one that still waits stays as it is.
pub(super) fn replay(c: &mut PgConnection, endpoint: Uuid, id: Uuid) -> Result<Option<Message>> {
    let own = webhook_messages::table.find(id).filter(webhook_messages::endpoint_id.eq(endpoint));
    let done = own.filter(webhook_messages::status.ne(MessageStatus::Pending));
    diesel::update(done).set(again()).execute(c)?;
    Ok(own.select(Message::as_select()).first(c).optional()?)
}

/// Makes failed messages of events since a time due again, the newest first, [`MOST`] at once; returns their number.
pub(super) fn replay_failed(c: &mut PgConnection, endpoint: Uuid, since: DateTime<Utc>) -> Result<usize> {
    let failed: Vec<Uuid> = webhook_messages::table
        .filter(webhook_messages::endpoint_id.eq(endpoint))
        .filter(webhook_messages::status.eq(MessageStatus::Failed))
        .filter(webhook_messages::occurred_at.ge(since))
        .order(webhook_messages::id.desc())
        .limit(MOST)
        .select(webhook_messages::id)
        .load(c)?;
    let chosen = webhook_messages::table.filter(webhook_messages::id.eq_any(failed));
    Ok(diesel::update(chosen).set(again()).execute(c)?)
}

/// Makes messages due that wait for their next attempt, [`MOST`] at once; attempts are counted on. Those that were never tried are
/// due already.
pub(super) fn hurry(c: &mut PgConnection, endpoint: Uuid, now: DateTime<Utc>) -> Result<()> {
    let waiting: Vec<Uuid> = webhook_messages::table
        .filter(webhook_messages::endpoint_id.eq(endpoint))
        .filter(webhook_messages::status.eq(MessageStatus::Pending))
        .filter(webhook_messages::next_attempt_at.gt(now))
        .limit(MOST)
        .select(webhook_messages::id)
        .load(c)?;
    let chosen = webhook_messages::table.filter(webhook_messages::id.eq_any(waiting));
    diesel::update(chosen).set(webhook_messages::next_attempt_at.eq(AT_ONCE)).execute(c)?;
    Ok(())
}

type Again = (
    Eq<webhook_messages::status, MessageStatus>,
    Eq<webhook_messages::attempts, i32>,
    Eq<webhook_messages::next_attempt_at, DateTime<Utc>>,
);

fn again() -> Again {
    (
        webhook_messages::status.eq(MessageStatus::Pending),
        webhook_messages::attempts.eq(0),
        webhook_messages::next_attempt_at.eq(AT_ONCE),
    )
}

input! {
    struct LeaseInput {
        now: DateTime<Utc> as Timestamptz,
        most: i64 as BigInt,
        of_one: i64 as BigInt,
        of_client: i64 as BigInt,
        lease: PgInterval as Interval,
        lease_id: Uuid as SqlUuid,
    }
}

/// How many messages a worker takes at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capacity {
    pub(super) most: i64,
    /// To one endpoint, by all workers; to one that fails, one.
    pub(super) of_one: i64,
    /// To all endpoints of one client, by all workers.
    pub(super) of_client: i64,
}

/// A message that this worker sends.
#[derive(Debug, Queryable)]
pub(super) struct Leased {
    pub(super) id: Uuid,
    pub(super) endpoint: Uuid,
    pub(super) url: String,
    pub(super) event_type: EventType,
    pub(super) subject_id: Uuid,
    pub(super) account_id: Option<Uuid>,
    pub(super) occurred_at: DateTime<Utc>,
    /// Before this one.
    pub(super) attempts: i32,
}

type LeasedRow = (SqlUuid, SqlUuid, Text, Text, SqlUuid, Nullable<SqlUuid>, Timestamptz, Integer);

/// Leases due messages whose client may know of the event now; deletes those of which it may not any more.
pub(super) fn lease(
    c: &mut PgConnection,
    capacity: Capacity,
    (lease_id, length): (Uuid, Duration),
    now: DateTime<Utc>,
) -> Result<Vec<Leased>> {
    let micros = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
    let input = LeaseInput {
        now,
        most: capacity.most,
        of_one: capacity.of_one,
        of_client: capacity.of_client,
        lease: PgInterval::from_microseconds(micros),
        lease_id,
    };
    Ok(Statement::<_, LeasedRow>::new(input, include_str!("lease.sql")).load(c)?)
}

/// Selects a message that this lease still holds; no row if another worker has it, or it went with its grant.
fn held(
    id: Uuid,
    lease: Uuid,
) -> Filter<Find<webhook_messages::table, Uuid>, Eq<webhook_messages::lease_id, Uuid>> {
    webhook_messages::table.find(id).filter(webhook_messages::lease_id.eq(lease))
}

/// How an attempt ended, and what follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    pub(super) outcome: Outcome,
    pub(super) response_status: Option<i32>,
    pub(super) status: MessageStatus,
    pub(super) next_attempt_at: DateTime<Utc>,
    pub(super) at: DateTime<Utc>,
}

/// Records an attempt and ends the lease.
pub(super) fn record(c: &mut PgConnection, (id, lease): (Uuid, Uuid), attempt: Attempt) -> Result<()> {
    let set = (
        webhook_messages::status.eq(attempt.status),
        webhook_messages::attempts.eq(webhook_messages::attempts + 1),
        webhook_messages::next_attempt_at.eq(attempt.next_attempt_at),
        webhook_messages::last_attempt_at.eq(attempt.at),
        webhook_messages::last_outcome.eq(attempt.outcome),
        webhook_messages::last_response_status.eq(attempt.response_status),
        webhook_messages::leased_until.eq(None::<DateTime<Utc>>),
        webhook_messages::lease_id.eq(None::<Uuid>),
    );
    diesel::update(held(id, lease)).set(set).execute(c)?;
    Ok(())
}

/// Selects a message that this lease still holds, if its endpoint takes messages.
#[auto_type]
pub(super) fn to_be_sent(id: Uuid, lease: Uuid) -> _ {
    let is_its = webhook_endpoints::id.eq(webhook_messages::endpoint_id);
    let status: EndpointStatus = EndpointStatus::Active;
    let active = webhook_endpoints::table.filter(is_its).filter(webhook_endpoints::status.eq(status));
    let own = webhook_messages::table.filter(webhook_messages::id.eq(id));
    own.filter(webhook_messages::lease_id.eq(lease)).filter(exists(active))
}
