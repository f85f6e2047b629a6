//! Wakes a worker at once for urgent jobs; workers poll for everything else. A lost notification costs half a second
//! and no job.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::pg::PgConnection;
use diesel::{RunQueryDsl, sql_query};
use tokio::sync::Notify;

use crate::db::Db;
use crate::db::listen::{self, Listener};
use crate::error::Result;

/// Wakes the workers of all nodes when the surrounding transaction commits.
pub(super) fn notify(connection: &mut PgConnection) -> Result<()> {
    sql_query("NOTIFY jobs").execute(connection)?;
    Ok(())
}

/// Listens until `stopping` is set.
pub(super) fn listen(db: &Db, awake: &Arc<Notify>, stopping: &Arc<AtomicBool>) {
    listen::listen(db, Waker { awake: awake.clone(), stopping: stopping.clone() });
}

struct Waker {
    awake: Arc<Notify>,
    stopping: Arc<AtomicBool>,
}

impl Listener for Waker {
    const CHANNEL: &'static str = "jobs";

    fn wants_more(&self) -> bool {
        !self.stopping.load(Ordering::Relaxed)
    }

    fn hear(&self, _: Option<&str>) {
        self.awake.notify_one();
    }
}
