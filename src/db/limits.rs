//! How long the database may take, by kind of work. Whatever hangs (a lock, a network that forgot the connection, a server
//! that stands still) costs a caller these seconds and no more.

use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;

/// A request that needs the database is answered within this time, whatever the database does.
pub const ANSWERED_WITHIN: Duration = Duration::from_secs(6);

/// What kind of work a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limits {
    /// Somebody waits for the answer.
    Request,
    /// Nobody does: jobs that look through whole tables.
    Background,
}

impl Limits {
    /// For one statement (`statement_timeout`).
    const fn statement(self) -> Duration {
        match self {
            Self::Request => Duration::from_secs(3),
            Self::Background => Duration::from_secs(120),
        }
    }

    /// For one lock (`lock_timeout`): shorter than a statement, so that the log tells a lock from a slow plan.
    const fn lock(self) -> Duration {
        match self {
            Self::Request => Duration::from_secs(2),
            Self::Background => Duration::from_secs(5),
        }
    }

    /// For a transaction that does nothing (`idle_in_transaction_session_timeout`): a node that stands still must not hold
    /// its locks.
    const fn idle(self) -> Duration {
        match self {
            Self::Request => Duration::from_secs(5),
            Self::Background => Duration::from_secs(30),
        }
    }

    /// For a connection out of the pool.
    pub(super) const fn connection(self) -> Duration {
        Duration::from_secs(2)
    }

    /// For the work as a whole, the wait for a connection included. Server-side time-outs do not help when the server
    /// itself stands still.
    pub(super) const fn whole(self) -> Duration {
        match self {
            Self::Request => ANSWERED_WITHIN,
            Self::Background => Duration::from_secs(600),
        }
    }

    /// Makes the server keep them on this connection. A commit has no time-out: PostgreSQL ends none, nor its wait for a
    /// synchronous standby, by `statement_timeout`.
    pub(super) fn set(self, connection: &mut PgConnection) -> QueryResult<()> {
        connection.batch_execute(&format!(
            "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}",
            self.statement().as_millis(),
            self.lock().as_millis(),
            self.idle().as_millis(),
        ))
    }
}
