//! The pool. A connection is taken inside the blocking closure, so no thread of the async runtime ever waits for
//! one, and nothing remote can be called while it is held.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use actix_web::web;
use diesel::ConnectionError;
use diesel::pg::PgConnection;
use r2d2::{ManageConnection, Pool, PooledConnection};

use super::installation::{ClaimError, Installation};
use super::primary::{self, ConnectError};
use crate::error::{Code, Error, Result, database_away};

/// How long a request waits for a free connection before it is told to come back.
const WAIT_FOR_CONNECTION: Duration = Duration::from_secs(3);

/// A connection that was used so recently is taken to be alive.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// The door to Postgres; cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Server>,
    foreign: Arc<OnceLock<&'static str>>,
    url: Arc<str>,
}

/// Opens a pool of at most `size` connections, each to a database that is this installation's. None is needed at once,
/// so a node starts (and says that it is not ready) while its database is away.
#[must_use]
pub fn connect(url: &str, size: u32, installation: Installation) -> Db {
    let foreign = Arc::default();
    let pool = Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(WAIT_FOR_CONNECTION)
        .error_handler(Box::new(LogFailure))
        .build_unchecked(Server { url: url.to_owned(), installation, foreign: Arc::clone(&foreign) });
    Db { pool, foreign, url: Arc::from(url) }
}

impl Db {
    /// Runs work on this thread, before there is an async runtime; `None` when the database is away or not migrated.
    ///
    /// # Errors
    /// Why the database is not this installation's.
    pub fn at_start<T>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<Option<T>, &'static str> {
        let begun = Instant::now();
        while begun.elapsed() < WAIT_FOR_CONNECTION {
            if let Some(why) = self.foreign.get() {
                return Err(why);
            }
            if let Ok(mut link) = self.pool.get_timeout(Duration::from_millis(100)) {
                let outcome = work(&mut link.connection);
                return Ok(outcome.map_err(|error| log::warn!("database: {error}")).ok());
            }
        }
        Ok(None)
    }

    /// Runs work that changes nothing. Tried once more when the pooled connection turned out to be dead.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        self.run(move |pool| match on_connection(pool, TRUSTED_FOR, &work) {
            Err(error) if error.code() == Code::DatabaseUnavailable => {
                on_connection(pool, Duration::ZERO, &work)
            }
            outcome => outcome,
        })
        .await
    }

    /// Runs work that changes something. Never repeated: whether it took effect is not known when it fails.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        self.run(move |pool| on_connection(pool, TRUSTED_FOR, work)).await
    }

    /// A connection of its own, outside the pool, for whoever keeps one for long. Blocks.
    ///
    /// # Errors
    /// When the server is away.
    pub(crate) fn connect_alone(&self) -> Result<PgConnection> {
        primary::establish(&self.url).map_err(|_| database_away())
    }

    async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Pool<Server>) -> Result<T> + Send + 'static,
    {
        let pool = self.pool.clone();
        web::block(move || work(&pool)).await.map_err(Error::internal)?
    }
}

fn on_connection<T>(
    pool: &Pool<Server>,
    trusted_for: Duration,
    work: impl FnOnce(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    let mut link = check_out(pool, trusted_for)?;
    let outcome = work(&mut link.connection);
    link.used_at = Instant::now();
    link.broken = matches!(&outcome, Err(error) if error.code() == Code::DatabaseUnavailable);
    outcome
}

/// A connection that was alive a moment ago. One that rested longer is asked first: after a restart of the server all
/// that rested are dead, and work that changes something cannot be tried twice. Under load nothing rests.
fn check_out(pool: &Pool<Server>, trusted_for: Duration) -> Result<PooledConnection<Server>> {
    for _ in 0..=pool.max_size() {
        let mut link = pool.get().map_err(|_| database_away())?;
        if link.used_at.elapsed() < trusted_for || link.answers() {
            return Ok(link);
        }
        link.broken = true;
    }
    Err(database_away())
}

impl std::fmt::Debug for Db {
    /// Without the URL: it can hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("pool", &self.pool.state()).finish()
    }
}

/// The server behind a pool.
struct Server {
    url: String,
    installation: Installation,
    /// Set when the database turns out to be another installation's, with the reason.
    foreign: Arc<OnceLock<&'static str>>,
}

/// A connection, and whether its last work found it dead: diesel's own manager would keep a dead one.
struct Link {
    connection: PgConnection,
    used_at: Instant,
    broken: bool,
}

impl Link {
    fn answers(&mut self) -> bool {
        matches!(primary::takes_writes(&mut self.connection), Ok(true))
    }
}

impl ManageConnection for Server {
    type Connection = Link;
    type Error = ConnectionError;

    fn connect(&self) -> Result<Link, ConnectionError> {
        let mut connection = primary::establish(&self.url).map_err(refused)?;
        match self.installation.claim(&mut connection) {
            Ok(()) => Ok(Link { connection, used_at: Instant::now(), broken: false }),
            Err(ClaimError::Foreign(why)) => {
                log::error!("{why}");
                self.foreign.get_or_init(|| why);
                Err(ConnectionError::BadConnection(why.to_owned()))
            }
            Err(ClaimError::Database(why)) => Err(ConnectionError::CouldntSetupConfiguration(why)),
        }
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
        ConnectError::Database(error) => ConnectionError::CouldntSetupConfiguration(error),
        ConnectError::Standby => {
            log::error!("{error}");
            ConnectionError::BadConnection(error.to_string())
        }
    }
}

/// A failed connection in the log. Every text of a bad connection is our own: the server's can hold the user's name.
#[derive(Debug)]
struct LogFailure;

impl r2d2::HandleError<ConnectionError> for LogFailure {
    fn handle_error(&self, error: ConnectionError) {
        let kind = match &error {
            ConnectionError::BadConnection(why) => why,
            _ => "the connection could not be set up, or the database was not migrated: `cazier migrate`",
        };
        log::warn!("database: {kind}");
    }
}
