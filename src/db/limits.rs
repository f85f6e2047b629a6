//! How long the database may take, by kind of work, and how it plans. Whatever hangs (a lock, a network that lost the
//! connection, a frozen server) costs a caller these seconds and no more.

use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;

/// Every request that needs the database is answered within this time, whatever the database does.
pub const ANSWERED_WITHIN: Duration = Duration::from_secs(6);

/// The kind of work that a connection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limits {
    /// A caller waits for the answer.
    Request,
    /// The same, for a connection of its own that writes groups ([`super::group`]): its statements are planned once.
    Group,
    /// Nobody waits: jobs that scan whole tables.
    Background,
}

impl Limits {
    /// Limits one statement (`statement_timeout`).
    const fn statement(self) -> Duration {
        match self {
            Self::Request | Self::Group => Duration::from_secs(3),
            Self::Background => Duration::from_secs(120),
        }
    }

    /// Limits the wait for one lock (`lock_timeout`). Shorter than a statement, so that the log tells a lock from a
    /// slow plan.
    const fn lock(self) -> Duration {
        match self {
            Self::Request | Self::Group => Duration::from_secs(2),
            Self::Background => Duration::from_secs(5),
        }
    }

    /// Limits an idle transaction (`idle_in_transaction_session_timeout`): a frozen node must not hold its locks.
    const fn idle(self) -> Duration {
        match self {
            Self::Request | Self::Group => Duration::from_secs(5),
            Self::Background => Duration::from_secs(30),
        }
    }

    /// Limits the wait for a connection of the pool.
    pub(super) const fn connection(self) -> Duration {
        Duration::from_secs(2)
    }

    /// Limits the work as a whole, including the wait for a connection. Timeouts of the server do not help when the
    /// server itself hangs.
    pub(super) const fn whole(self) -> Duration {
        match self {
            Self::Request | Self::Group => ANSWERED_WITHIN,
            Self::Background => Duration::from_secs(600),
        }
    }

    /// Returns how statements are planned. A plan is kept as long as its connection lives or until the table is analysed: one
    /// made while a table was empty would scan it whole when it has millions of rows. So rows are reached by an index,
    /// whatever the planner knows of the table; a table without an index for what is asked is scanned all the same.
    /// Compiling statements (JIT) takes longer than they do.
    const fn plans(self) -> &'static str {
        match self {
            Self::Request | Self::Background => "SET jit = off; SET enable_seqscan = off",
            Self::Group => {
                "SET jit = off; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
                 SET plan_cache_mode = force_generic_plan"
            }
        }
    }

    /// Sets the limits on this connection. A commit has no timeout: `statement_timeout` ends neither a commit nor its
    /// wait for a synchronous standby.
    pub(super) fn set(self, connection: &mut PgConnection) -> QueryResult<()> {
        connection.batch_execute(&format!(
            "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}; {}",
            self.statement().as_millis(),
            self.lock().as_millis(),
            self.idle().as_millis(),
            self.plans(),
        ))
    }
}
