//! The audit log: who did what to which thing, when, by which request. Append-only, free of personal data, and
//! written in the transaction that it tells of.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::audit_events;
use crate::error::Result;
use crate::http::RequestId;

/// Who acts: an account in its role, or nobody known.
#[derive(Debug, Clone, Copy)]
pub struct Actor {
    /// The account, when there is one.
    pub account_id: Option<Uuid>,
    /// `public`, `citizen`, `officer`, `operator` or `service`.
    pub role: &'static str,
}

impl Actor {
    /// Anybody, not logged in.
    pub const PUBLIC: Self = Self { account_id: None, role: "public" };
    /// The service by itself, in the background.
    pub const SERVICE: Self = Self { account_id: None, role: "service" };
}

/// One thing that was done.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = audit_events)]
pub struct Event<'a> {
    at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    actor_role: &'a str,
    action: &'a str,
    subject_id: Option<Uuid>,
    request_id: &'a str,
}

impl<'a> Event<'a> {
    /// `action` is a noun and a verb, such as `certificate.read`; `subject` is what it was done to.
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
        }
    }
}

/// Appends an event; call it inside the transaction of what it tells of.
pub fn record(connection: &mut PgConnection, event: &Event<'_>) -> Result<()> {
    diesel::insert_into(audit_events::table).values(event).execute(connection)?;
    Ok(())
}
