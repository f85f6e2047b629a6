//! Who calls: a registered client that keeps a secret, by HTTP Basic, as at the token endpoint; and how often.

use actix_web::{FromRequest, HttpRequest, web};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use serde::de::DeserializeOwned;
use utoipa::PartialSchema;
use validator::Validate;

use crate::clients::Client;
use crate::error::{Code, Result};
use crate::http::Json;
use crate::oauth::authenticate_by_header;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::AppState;

/// Returns the client that calls.
///
/// # Errors
/// `client_unauthenticated`.
pub(super) async fn client(state: &AppState, http: &HttpRequest) -> Result<Client> {
    let client = authenticate_by_header(state, http).await?;
    client.ok_or_else(|| Code::ClientUnauthenticated.into())
}

/// What one client changes, tests and replays: each is sent, or recorded for good.
const CHANGES: Limit = Limit::said("webhook-changes", 300, TimeDelta::hours(1));

/// Counts a change, a test or a replay of a client. Before its endpoint is locked, everywhere: two that lock in another order wait for each
/// other.
pub(super) fn count(
    c: &mut PgConnection,
    keyring: &Keyring,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<()> {
    let counted = Counted::new(keyring.index(Index::RATE_LIMIT_WEBHOOKS, client.id.as_bytes()), CHANGES);
    rate_limit::count_in_order(c, &[counted], now)
}

/// Reads the body of a client that is known by then: one that is not learns nothing of its faults.
///
/// # Errors
/// Those of [`Json`].
pub(super) async fn body<T>(http: &HttpRequest, payload: web::Payload) -> Result<Json<T>>
where
    T: DeserializeOwned + PartialSchema + Validate,
{
    Json::from_request(http, &mut payload.into_inner()).await
}
