//! The pool: its connections are checked to belong to this installation, and are dropped once they cannot be trusted.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use diesel::ConnectionError;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::pg::PgConnection;
use r2d2::{ManageConnection, Pool, PooledConnection};

use super::installation::{ClaimError, Installation};
use super::limits::Limits;
use super::primary::{self, ConnectError};
use super::roles::{
    MORE_THAN_VERIFICATION, Overpowered, TOO_MUCH, refuse_more_than_verification, refuse_power,
};
use super::schema_version;
use super::transport::{self, NOT_PRIVATE};
use crate::error::{Error, Outage, Result};

/// A connection that was used this recently is assumed to be alive.
pub(super) const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// A connection that rested this long is closed, so that a pool that nobody uses lets go too.
const RESTS_AT_MOST: Duration = Duration::from_secs(60);
/// A connection that never rests is tested this often too: so a node lets go within seconds when it is asked to.
const TESTED_EVERY: Duration = Duration::from_secs(2);

/// Builds the pool without waiting for connections: a node starts, "not ready", while its database is away.
pub(super) fn build(size: u32, server: Server) -> Pool<Server> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .idle_timeout(Some(RESTS_AT_MOST))
        .test_on_check_out(false)
        .connection_timeout(Limits::Request.connection())
        .error_handler(Box::new(LogFailure))
        .build_unchecked(server)
}

/// Takes a connection that was alive a moment ago, and sets these limits. A connection that rested longer is tested
/// first: after a restart of the server all resting connections are dead, and a write cannot be retried. Under load no
/// connection rests.
///
/// # Errors
/// [`Outage::PoolExhausted`] if no connection becomes free in time.
pub(super) fn check_out(
    pool: &Pool<Server>,
    limits: Limits,
    (wait, trusted_for): (Duration, Duration),
) -> Result<PooledConnection<Server>> {
    let begun = Instant::now();
    for _ in 0..=pool.max_size() {
        let left = wait.saturating_sub(begun.elapsed());
        let mut link = pool.get_timeout(left).map_err(|_| none_free(pool))?;
        if (link.is_trusted(trusted_for) || link.answers()) && link.keep(limits) {
            return Ok(link);
        }
        link.broken = true;
        if link.is_refused {
            let_go(pool);
        }
    }
    Err(Outage::ConnectionLost.into())
}

/// Tells an unreachable database (no connection at all) from an exhausted pool.
fn none_free(pool: &Pool<Server>) -> Error {
    let has_some = pool.state().connections > 0;
    if has_some { Outage::PoolExhausted } else { Outage::ConnectionLost }.into()
}

/// Closes the connections that nobody uses; those in use are tested within seconds. Called when hashes are to be made
/// anew, for which nobody may hold a connection.
pub(super) fn let_go(pool: &Pool<Server>) {
    let idle = (0..pool.max_size()).map_while(|_| {
        let mut link = pool.try_get()?;
        link.broken = true;
        Some(link)
    });
    drop(idle.collect::<Vec<_>>());
}

/// The server behind a pool.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) url: Arc<str>,
    pub(super) installation: Installation,
    /// Whether the role may do no more than verify.
    pub(super) only_verifies: bool,
    /// Set once the database turns out to be another installation's, with the reason.
    pub(super) foreign: Arc<OnceLock<&'static str>>,
}

/// A connection, and whether it may be used again: diesel's own manager would keep a dead one.
pub(super) struct Link {
    pub(super) connection: PgConnection,
    limits: Limits,
    used_at: Instant,
    tested_at: Instant,
    /// The server answered, and not as a primary that admits this node.
    is_refused: bool,
    broken: bool,
}

impl Link {
    fn is_trusted(&self, trusted_for: Duration) -> bool {
        self.used_at.elapsed() < trusted_for && self.tested_at.elapsed() < TESTED_EVERY
    }

    fn answers(&mut self) -> bool {
        self.tested_at = Instant::now();
        let good = primary::is_still_good(&mut self.connection);
        self.is_refused = good == Ok(false);
        good == Ok(true)
    }

    /// Sets these limits; returns false if the connection fails.
    fn keep(&mut self, limits: Limits) -> bool {
        if self.limits != limits && limits.set(&mut self.connection).is_err() {
            return false;
        }
        self.limits = limits;
        true
    }

    /// Decides after work whether to keep the connection. A lost connection, or one inside a transaction, is broken.
    /// After any other fault that is not the caller's, the connection is tested: if it answers, it can be trusted.
    pub(super) fn settle<T>(&mut self, outcome: &Result<T>) {
        self.used_at = Instant::now();
        let connection = &mut self.connection;
        self.broken = AnsiTransactionManager::is_broken_transaction_manager(connection)
            || match outcome {
                Ok(_) => false,
                Err(error) if error.outage() == Some(Outage::ConnectionLost) => true,
                Err(error) => error.code().is_ours() && !self.answers(),
            };
    }
}

impl Server {
    /// Checks that the database is this installation's, and what a live node must have.
    fn admit(&self, connection: &mut PgConnection) -> Result<(), ConnectionError> {
        if !self.installation.sandbox {
            self.admit_live(connection)?;
        }
        if self.only_verifies {
            self.admit_role(refuse_more_than_verification(connection), MORE_THAN_VERIFICATION)?;
        }
        match self.installation.claim(connection) {
            Ok(()) => Ok(()),
            Err(ClaimError::Foreign(why)) => Err(self.refuse_for_good(why)),
            Err(ClaimError::Waits(why)) => Err(ConnectionError::BadConnection(why.to_owned())),
            Err(ClaimError::Database(why)) => Err(ConnectionError::CouldntSetupConfiguration(why)),
        }
    }

    /// Checks that nobody can read along, and that the role may not do too much.
    fn admit_live(&self, connection: &mut PgConnection) -> Result<(), ConnectionError> {
        let is_private =
            transport::is_private_now(connection).map_err(ConnectionError::CouldntSetupConfiguration)?;
        if !is_private {
            return Err(self.refuse_for_good(NOT_PRIVATE));
        }
        self.admit_role(refuse_power(connection), TOO_MUCH)
    }

    /// Refuses a role that may do too much, for good.
    fn admit_role(&self, found: Result<(), Overpowered>, why: &'static str) -> Result<(), ConnectionError> {
        found.map_err(|error| match error {
            Overpowered::Role => self.refuse_for_good(why),
            Overpowered::Database(error) => ConnectionError::CouldntSetupConfiguration(error),
        })
    }

    /// Remembers why no connection of this pool will ever be good.
    fn refuse_for_good(&self, why: &'static str) -> ConnectionError {
        self.foreign.get_or_init(|| why);
        ConnectionError::BadConnection(why.to_owned())
    }
}

impl ManageConnection for Server {
    type Connection = Link;
    type Error = ConnectionError;

    fn connect(&self) -> Result<Link, ConnectionError> {
        let mut connection = primary::establish(&self.url).map_err(refused)?;
        let limits = Limits::Request;
        limits.set(&mut connection).map_err(ConnectionError::CouldntSetupConfiguration)?;
        let fit = schema_version::check(&mut connection);
        if let Err(misfit) = fit.map_err(ConnectionError::CouldntSetupConfiguration)? {
            return Err(ConnectionError::BadConnection(misfit.to_string()));
        }
        self.admit(&mut connection)?;
        let now = Instant::now();
        Ok(Link { connection, limits, used_at: now, tested_at: now, is_refused: false, broken: false })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), ConnectionError> {
        if link.answers() { Ok(()) } else { Err(ConnectionError::BadConnection(String::from("no answer"))) }
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.broken || std::thread::panicking()
    }
}

fn refused(error: ConnectError) -> ConnectionError {
    match error {
        ConnectError::Away(refusal) => ConnectionError::BadConnection(refusal.to_string()),
        ConnectError::Tls(error) => ConnectionError::BadConnection(error.to_string()),
        ConnectError::Database(error) => ConnectionError::CouldntSetupConfiguration(error),
        ConnectError::Standby => ConnectionError::BadConnection(error.to_string()),
    }
}

/// Logs failed connections. Each text of a broken connection is our own: the server's can hold the user's name.
#[derive(Debug)]
struct LogFailure;

impl r2d2::HandleError<ConnectionError> for LogFailure {
    fn handle_error(&self, error: ConnectionError) {
        let kind = match &error {
            ConnectionError::BadConnection(why) => why,
            _ => "the connection could not be set up",
        };
        log::warn!("database: {kind}");
    }
}
