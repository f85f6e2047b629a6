//! What whoever runs the installation sees of clients' endpoints, and how they stop one.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::states::EndpointStatus;
use super::store::{self, Endpoint};
use crate::audit;
use crate::client_registration::Change;
use crate::db::schema::webhook_endpoints;
use crate::error::{Code, Result};

/// An endpoint of a client.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub client: String,
    /// Where messages are sent.
    pub url: String,
    /// `active`, `paused` or `disabled`.
    pub status: &'static str,
    /// Time of the first failure after the last success.
    pub failing_since: Option<DateTime<Utc>>,
}

/// Lists the endpoints of all clients, oldest first.
///
/// # Errors
/// Fails if the database fails.
pub fn list_all(c: &mut PgConnection) -> Result<Vec<Watched>> {
    let all = webhook_endpoints::table.filter(webhook_endpoints::removed_at.is_null());
    let rows: Vec<Endpoint> = all.order(webhook_endpoints::id).select(Endpoint::as_select()).load(c)?;
    let watched = |row: Endpoint| Watched {
        id: row.id,
        client: row.client_id.unwrap_or_default(),
        url: row.url,
        status: row.status.as_str(),
        failing_since: row.failing_since,
    };
    Ok(rows.into_iter().map(watched).collect())
}

/// Disables an endpoint: nothing is recorded or sent until its client resumes it. Call it in a transaction.
///
/// # Errors
/// `not_found`.
pub fn disable(c: &mut PgConnection, id: Uuid, change: &Change) -> Result<()> {
    let found = webhook_endpoints::table.find(id).filter(webhook_endpoints::removed_at.is_null());
    let found = found.select(Endpoint::as_select()).for_no_key_update().first(c).optional()?;
    let endpoint: Endpoint = found.ok_or(Code::NotFound)?;
    store::set_status(c, id, (EndpointStatus::Disabled, endpoint.failing_since), change.now)?;
    let event = audit::Event::new(change.now, change.actor, "webhook.disabled", Some(id), &change.request);
    audit::record(c, &event.detail(endpoint.client_id.unwrap_or_default()))
}
