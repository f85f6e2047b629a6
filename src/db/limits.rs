//! How long the database may take, by kind of work. Whatever hangs (a lock, a network that forgot the connection, a server
//! that stands still) costs a caller these seconds and no more.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::{select, sql};
use diesel::pg::PgConnection;
use diesel::sql_types::Bool;
use diesel::{QueryResult, RunQueryDsl};

/// What kind of work a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limits {
    /// Somebody waits for the answer.
    Request,
    /// Nobody does: jobs that look through whole tables.
    Background,
}

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Commits {
    /// This server's disk alone.
    Local,
    /// A synchronous standby too.
    WaitForStandby,
}

impl Commits {
    /// As the server is set at this moment.
    pub(super) fn of(connection: &mut PgConnection) -> QueryResult<Self> {
        let waits = sql::<Bool>("current_setting('synchronous_standby_names') <> ''");
        let waits: bool = select(waits).get_result(connection)?;
        Ok(if waits { Self::WaitForStandby } else { Self::Local })
    }
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
            Self::Request => Duration::from_secs(6),
            Self::Background => Duration::from_secs(600),
        }
    }

    /// Makes the server keep them on this connection. Where commits wait for a standby there is no time-out for statements:
    /// PostgreSQL answers a commit that it ends as if it had succeeded, though no standby has it yet ("canceling wait for
    /// synchronous replication" is a warning). There the bound is that of the work as a whole, after which nothing is said.
    pub(super) fn set(self, connection: &mut PgConnection, commits: Commits) -> QueryResult<()> {
        let statement = match commits {
            Commits::Local => self.statement(),
            Commits::WaitForStandby => Duration::ZERO,
        };
        connection.batch_execute(&format!(
            "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}",
            statement.as_millis(),
            self.lock().as_millis(),
            self.idle().as_millis(),
        ))
    }
}
