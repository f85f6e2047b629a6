//! Publishes the trust list: the list that the operator signed, as long as it agrees with the keys' rows; otherwise one
//! that the key in force signs now.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::{Pin, TYP, TrustList, TrustListError};
use crate::audit::{self, Actor, Event};
use crate::db::schema::trust_lists;
use crate::error::{Error, Result};
use crate::http::RequestId;
use crate::signature::Seals;
use crate::signature::store::{self, SealKey};
use crate::state::AppState;
use ades::{Malformed, PinnedKey, Realm, Speaker, Statement};

/// How long a list signed by the key in force is served again.
pub(in crate::signature) const KEPT: Duration = Duration::from_secs(300);

/// Why a list is not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The text is not a JWS.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// It is not a list, or not signed by a signing key.
    #[error(transparent)]
    List(#[from] TrustListError),
    /// The operator's signature is missing.
    #[error("it is not signed by the given operator's key: `cazier keys sign-trust`")]
    NoOperator,
    /// The keys have changed since it was made.
    #[error("it disagrees with the keys in the database: fetch the list again, and sign that one")]
    Outdated,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] Error),
}

/// Publishes a list signed by a signing key and the operator.
///
/// # Errors
/// Fails if one of the two signatures is missing, or the list disagrees with the keys' rows.
pub fn publish(
    connection: &mut PgConnection,
    jws: &str,
    operator: &PinnedKey,
    test: bool,
    now: DateTime<Utc>,
) -> Result<TrustList, PublishError> {
    let statement = Statement::from_json(jws.as_bytes())?;
    let list = TrustList::open(&statement, Pin::Nothing)?;
    if !statement.is_signed_by(Speaker::Key(operator), TYP) {
        return Err(PublishError::NoOperator);
    }
    if !list.agrees_with(&TrustList::of(&belonging(store::list(connection)?, Realm::of(test)), test, now)) {
        return Err(PublishError::Outdated);
    }
    let row =
        (trust_lists::id.eq(Uuid::now_v7()), trust_lists::jws.eq(jws), trust_lists::published_at.eq(now));
    diesel::insert_into(trust_lists::table).values(row).execute(connection).map_err(Error::from)?;
    audit::record(
        connection,
        &Event::new(now, Actor::OPERATOR, "trust_list.published", None, &RequestId::new()),
    )?;
    Ok(list)
}

/// Returns the list to serve: the operator's, if there is one that is still right.
///
/// # Errors
/// Fails if the keys cannot be read, or none can sign now.
pub(crate) async fn current(state: &AppState, seals: &Seals) -> Result<String> {
    let (keys, published) = state.db.read(|c| Ok((store::list(c)?, last(c)?))).await?;
    let now = state.clock.now();
    let list = TrustList::of(&belonging(keys, state.realm()), state.sandbox, now);
    if let Some(jws) = published {
        if says(&jws, &list) {
            return Ok(jws);
        }
        log::warn!("seal: the published trust list is not served, because keys have changed: sign it again");
    }
    if let Some(kept) = seals.kept_list(&list) {
        return Ok(kept);
    }
    let payload = serde_json::to_vec(&list).map_err(Error::internal)?;
    let seal = seals.active(state).await?;
    let statement = seal.sign(move |sealer| sealer.seal_statement(&payload, TYP, now)).await?;
    let jws = serde_json::to_string(&statement).map_err(Error::internal)?;
    seals.keep_list(list, jws.clone());
    Ok(jws)
}

fn belonging(keys: Vec<SealKey>, realm: Realm) -> Vec<SealKey> {
    keys.into_iter().filter(|key| key.is_of(realm)).collect()
}

fn last(connection: &mut PgConnection) -> Result<Option<String>> {
    let newest = trust_lists::table.order(trust_lists::id.desc()).select(trust_lists::jws);
    Ok(newest.first(connection).optional()?)
}

/// Returns whether a published list is still right, and signed by an uncompromised key.
fn says(jws: &str, now: &TrustList) -> bool {
    let statement = Statement::from_json(jws.as_bytes()).ok();
    let list = statement.and_then(|statement| TrustList::open(&statement, Pin::Nothing).ok());
    list.is_some_and(|list| list.agrees_with(now))
}
