//! The lease on signatures that a node is raising: short, so that another node soon takes over a dead one's work, and
//! renewed while the authorities take their time.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::Connection;
use diesel::pg::PgConnection;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::store;
use crate::certificates::documents::levels as documents;
use crate::state::AppState;

/// The length of a lease: a node that is silent for longer counts as dead.
pub(super) const LENGTH: TimeDelta = TimeDelta::seconds(10);
/// How often the lease is renewed.
const BEAT: std::time::Duration = std::time::Duration::from_millis(2500);

/// A lease on some signatures and documents. Each row stores its expiry, which also identifies the holder.
pub(in crate::certificates) struct Lease {
    until: Mutex<DateTime<Utc>>,
    rows: Arc<Rows>,
}

struct Rows {
    signatures: Vec<Uuid>,
    documents: Vec<Uuid>,
}

impl Lease {
    pub(super) fn new(signatures: Vec<Uuid>, documents: Vec<Uuid>, until: DateTime<Utc>) -> Self {
        Self { until: Mutex::new(until), rows: Arc::new(Rows { signatures, documents }) }
    }

    /// Returns the expiry. The lease is not renewed while the returned guard lives, so that what is written with this
    /// expiry still counts as this node's.
    pub(in crate::certificates) async fn until(&self) -> MutexGuard<'_, DateTime<Utc>> {
        self.until.lock().await
    }

    /// Renews the lease for as long as it is polled; ends once the lease is lost, or may be.
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

    /// Renews the rows that are still ours; returns false if the database fails.
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
