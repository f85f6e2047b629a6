//! The addresses of registered clients as this node read them a moment ago: a browser asks before each call whether a page may
//! make it, and that question must not cost a query each time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::registration::Environment;
use super::store::{self, Known};
use crate::db::Db;

/// How long what was read is believed: so long a removed client's pages may call on.
pub const REMEMBERED: Duration = Duration::from_secs(2);

/// What a node remembers of the table.
#[derive(Debug, Clone, Default)]
pub(super) struct Remembered(Arc<Mutex<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    asked_at: Option<Instant>,
    /// None before the first answer.
    known: Option<Arc<Vec<Known>>>,
}

impl Remembered {
    /// Reads the table again if it was not read a moment ago. While the database is away, the addresses of before stay: whoever
    /// calls then gets 503, and pages can read that.
    pub(super) async fn refresh(&self, db: &Db, environment: Environment) {
        if !self.is_due() {
            return;
        }
        match db.read(move |c| store::known(c, environment)).await {
            Ok(known) => self.lock().known = Some(Arc::new(known)),
            Err(error) => log::warn!("the registered clients could not be read: {error}"),
        }
    }

    /// Returns the addresses as they were read last.
    pub(super) fn known(&self) -> Arc<Vec<Known>> {
        self.lock().known.clone().unwrap_or_default()
    }

    /// Returns whether the caller shall read. One of many who ask at once does; until something was read, all do.
    fn is_due(&self) -> bool {
        let (mut memory, now) = (self.lock(), Instant::now());
        let is_old = memory.asked_at.is_none_or(|asked_at| now - asked_at >= REMEMBERED);
        let is_due = is_old || memory.known.is_none();
        if is_due {
            memory.asked_at = Some(now);
        }
        is_due
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
