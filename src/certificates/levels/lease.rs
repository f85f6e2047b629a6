//! The lease of what a node raises: short, so that another node soon goes on with what a dead one had, and kept up while
//! the authorities take their time.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::Connection;
use diesel::pg::PgConnection;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::store;
use super::sweep::Waiting;
use crate::certificates::documents::levels as documents;
use crate::state::AppState;

/// A node that is silent for so long is taken for dead.
pub(super) const LENGTH: TimeDelta = TimeDelta::seconds(10);
/// How often it is extended.
const BEAT: std::time::Duration = std::time::Duration::from_millis(2500);

/// Of some signatures and documents. Until when it is held stands in each of their rows, and tells whose it is.
pub(in crate::certificates) struct Lease {
    until: Mutex<DateTime<Utc>>,
    rows: Arc<Rows>,
}

struct Rows {
    signatures: Vec<Uuid>,
    documents: Vec<Uuid>,
}

impl Lease {
    pub(super) fn new(waiting: &[Waiting], until: DateTime<Utc>) -> Self {
        let of = |wanted: fn(&Waiting) -> bool| {
            waiting.iter().filter(|one| wanted(one)).map(Waiting::id).collect()
        };
        let rows = Rows {
            signatures: of(|one| matches!(one, Waiting::Signatures(_))),
            documents: of(|one| matches!(one, Waiting::Document(_))),
        };
        Self { until: Mutex::new(until), rows: Arc::new(rows) }
    }

    /// Until when it is held. It is not extended as long as the answer lives, so that what is written by it is not taken for
    /// another's.
    pub(in crate::certificates) async fn until(&self) -> MutexGuard<'_, DateTime<Utc>> {
        self.until.lock().await
    }

    /// Keeps it up for as long as this is polled; ends when it is lost, or may be.
    pub(super) async fn keep(&self, state: &AppState) {
        let length = LENGTH.to_std().unwrap_or_default();
        let mut held_until = Instant::now() + length;
        loop {
            sleep(BEAT).await;
            let asked = Instant::now();
            match timeout_at(held_until, self.extend(state)).await {
                Ok(true) => held_until = asked + length,
                Ok(false) if Instant::now() + BEAT < held_until => {}
                Ok(false) | Err(_) => return,
            }
        }
    }

    /// Extends it in those rows that still have it; false when the database cannot.
    async fn extend(&self, state: &AppState) -> bool {
        let mut until = self.until.lock().await;
        let (rows, old, new) = (self.rows.clone(), *until, state.clock.now() + LENGTH);
        let work = move |c: &mut PgConnection| {
            c.transaction(|c| {
                store::extend(c, &rows.signatures, old, new)?;
                documents::extend(c, &rows.documents, old, new)
            })
        };
        let extended = state.db.write(work).await.is_ok();
        if extended {
            *until = new;
        }
        extended
    }
}
