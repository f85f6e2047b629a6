//! The audit log: who did what to which subject, when, by which request. Append-only, free of personal data, and
//! written in the transaction of the action.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `marks` | what was refused: failed log-ins and codes, missing rights, full limits |

pub(crate) mod marks;

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::audit_events;
use crate::error::Result;
use crate::http::RequestId;
use crate::rate_limit::{self, Counted};
use crate::text::coded;
use crate::trace;

coded! {
    /// In what role an actor acts.
    pub enum ActorRole in "audit_events.actor_role" {
        /// Anybody who is not logged in.
        Public = "public",
        /// The owner of an account.
        Citizen = "citizen",
        /// An officer at work.
        Officer = "officer",
        /// An operator of the installation.
        Operator = "operator",
        /// The service itself.
        Service = "service",
    }
}

/// The acting account in its role, or the public.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    /// The account, if there is one.
    pub account_id: Option<Uuid>,
    /// The role in which it acts.
    pub role: ActorRole,
}

impl Actor {
    /// Anybody who is not logged in.
    pub const PUBLIC: Self = Self { account_id: None, role: ActorRole::Public };
    /// The service itself, in the background.
    pub const SERVICE: Self = Self { account_id: None, role: ActorRole::Service };
    /// An operator who runs a command.
    pub const OPERATOR: Self = Self { account_id: None, role: ActorRole::Operator };
}

/// One recorded action.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = audit_events)]
pub struct Event<'a> {
    at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    actor_role: ActorRole,
    action: &'a str,
    subject_id: Option<Uuid>,
    request_id: &'a str,
    sender: Option<String>,
    times: Option<i32>,
    detail: Option<String>,
    client_id: Option<String>,
}

impl<'a> Event<'a> {
    /// Makes an event. `action` is a noun and a verb, such as `certificate.read`; `subject` is what it was done to.
    #[must_use]
    pub fn new(
        at: DateTime<Utc>,
        actor: Actor,
        action: &'a str,
        subject: Option<Uuid>,
        request: &'a RequestId,
    ) -> Self {
        Self {
            at,
            actor_id: actor.account_id,
            actor_role: actor.role,
            action,
            subject_id: subject,
            request_id: request.as_str(),
            sender: trace::sender().map(|sender| sender.to_string()),
            times: None,
            detail: None,
            client_id: trace::client(),
        }
    }

    /// Adds how often it happened.
    fn times(self, times: i32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Adds what no other column says, in at most 500 characters. Never personal data.
    #[must_use]
    pub fn detail(self, detail: String) -> Self {
        Self { detail: Some(detail), ..self }
    }
}

/// Appends what an operator did to nobody in particular by a command; call it inside the transaction of the action, if it has
/// one of its own.
///
/// # Errors
/// Fails if the database is away, or the role of the command may not append.
pub fn record_command(
    connection: &mut PgConnection,
    action: &str,
    detail: String,
    now: DateTime<Utc>,
) -> Result<()> {
    record(connection, &Event::new(now, Actor::OPERATOR, action, None, &RequestId::new()).detail(detail))
}

/// Appends an event that may happen again and again: the first, second, fourth, eighth … time within the window makes a row,
/// which says how often it was.
///
/// # Errors
/// Fails if the database is away.
pub fn record_doublings(
    connection: &mut PgConnection,
    event: Event<'_>,
    counted: &Counted,
    now: DateTime<Utc>,
) -> Result<()> {
    let times = rate_limit::tally(connection, counted, now)?;
    if is_doubling(times) { record(connection, &event.times(times)) } else { Ok(()) }
}

const fn is_doubling(times: i32) -> bool {
    times.count_ones() == 1
}

/// Appends an event; call it inside the transaction of the action.
pub fn record(connection: &mut PgConnection, event: &Event<'_>) -> Result<()> {
    diesel::insert_into(audit_events::table).values(event).execute(connection)?;
    Ok(())
}
