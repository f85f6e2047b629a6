//! The entrance to Postgres, with three doors: `read` changes nothing, `transaction` is the usual one, `write` is
//! for work that commits in several steps. A connection is taken inside the blocking closure, so
//! no thread of the async runtime ever waits for one, and nothing remote can be called while a connection is held.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web;
use diesel::Connection;
use diesel::pg::PgConnection;
use r2d2::Pool;
use tokio::time::timeout;

use super::installation::Installation;
use super::limits::Limits;
use super::pool::{self, Server, TRUSTED_FOR, check_out};
use super::primary;
use super::probe::{Probe, Unfit};
use super::pulse::Pulse;
use crate::error::{Error, Outage, Result};
use crate::trace;

/// Callers that may wait, for each connection of the pool; further callers are refused at once. One connection serves
/// 64 short queries in less than half a second.
const WAITING_FOR_ONE: usize = 64;

/// How long to wait for a connection while the database is away: callers should fail fast.
const BRIEFLY: Duration = Duration::from_millis(300);

/// The pool of a database, and its probe; cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Server>,
    /// This pool, and those for groups.
    pools: Arc<Mutex<Vec<Pool<Server>>>>,
    server: Server,
    limits: Limits,
    pulse: Arc<Pulse>,
    probe: Arc<OnceLock<Probe>>,
}

/// The pool's connections at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Connections in use.
    pub in_use: u32,
    /// Connections that are open and idle.
    pub idle: u32,
    /// Requests and jobs that wait for a connection.
    pub waiting: usize,
}

/// Opens a pool of at most `size` connections. Each is checked to be to this installation's database.
#[must_use]
pub fn connect(url: &str, size: u32, installation: Installation) -> Db {
    open(url, size, installation, false)
}

/// The same for a node that verifies alone: each connection is checked to have a role that may do no more.
#[must_use]
pub fn connect_to_verify(url: &str, size: u32, installation: Installation) -> Db {
    open(url, size, installation, true)
}

fn open(url: &str, size: u32, installation: Installation, only_verifies: bool) -> Db {
    let server = Server { url: Arc::from(url), installation, only_verifies, foreign: Arc::default() };
    let pool = pool::build(size, server.clone());
    let pools = Arc::new(Mutex::new(vec![pool.clone()]));
    let (pulse, probe) = Default::default();
    Db { pool, pools, server, limits: Limits::Request, pulse, probe }
}

impl Db {
    /// Returns the same pool with the limits for background work: statements may take minutes.
    #[must_use]
    pub fn in_background(&self) -> Self {
        Self { limits: Limits::Background, ..self.clone() }
    }

    /// Opens one more connection to the same server, whose statements reach every row by an index (`Limits::Group`).
    pub(crate) fn for_groups(&self) -> Self {
        let pool = pool::build(1, self.server.clone());
        lock(&self.pools).push(pool.clone());
        Self { pool, limits: Limits::Group, ..self.clone() }
    }

    /// Runs work on this thread, which is none of the async runtime. Like [`Db::write`], it is never retried.
    pub(super) fn on_this_thread<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        let outcome = self.on_connection(TRUSTED_FOR, work);
        self.pulse.feel(&outcome);
        outcome
    }

    /// Runs work on this thread, before there is an async runtime; `None` if the database is away or not migrated.
    ///
    /// # Errors
    /// Says why the database is not this installation's.
    pub fn at_start<T>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<Option<T>, &'static str> {
        let begun = Instant::now();
        while begun.elapsed() < self.limits.connection() {
            if let Some(why) = self.server.foreign.get() {
                return Err(why);
            }
            let wait = (Duration::from_millis(100), TRUSTED_FOR);
            if let Ok(mut link) = check_out(&self.pool, Limits::Background, wait) {
                let outcome = work(&mut link.connection);
                link.settle(&outcome);
                return Ok(outcome.map_err(|error| log::warn!("database: {error}")).ok());
            }
        }
        Ok(None)
    }

    /// Runs work that changes nothing. Retried once if the connection turned out to be dead or another transaction was
    /// in the way.
    ///
    /// # Errors
    /// Those of the work; `database_unavailable` with the [`Outage`].
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        self.run(move |db| match db.on_connection(TRUSTED_FOR, &work) {
            Err(error) if error.outage().is_some_and(Outage::is_worth_another_try) => {
                db.on_connection(Duration::ZERO, &work)
            }
            outcome => outcome,
        })
        .await
    }

    /// Runs work that changes something by itself or in several transactions. Never retried: after a failure nobody
    /// knows whether it took effect.
    ///
    /// # Errors
    /// Those of the work; `database_unavailable` with the [`Outage`].
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        self.run(move |db| db.on_connection(TRUSTED_FOR, work)).await
    }

    /// Runs work as one transaction. Retried once if Postgres rolled it back for the sake of another transaction
    /// (40P01, 40001), and for no other reason.
    ///
    /// # Errors
    /// Those of the work, which are rolled back; `database_unavailable` with the [`Outage`].
    pub async fn transaction<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        self.giving_way(move |c| c.transaction(&work)).await
    }

    /// Runs work of which one statement alone changes something, outside a transaction. Retried like
    /// [`Db::transaction`]: Postgres rolled that statement back.
    ///
    /// # Errors
    /// Those of the work; `database_unavailable` with the [`Outage`].
    pub async fn statement<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        self.giving_way(work).await
    }

    async fn giving_way<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        let begun = Instant::now();
        self.run(move |db| {
            let attempt = || db.on_connection(TRUSTED_FOR, &work);
            match attempt() {
                Err(error)
                    if error.outage().is_some_and(Outage::gave_way)
                        && begun.elapsed() < db.limits.whole() =>
                {
                    attempt()
                }
                outcome => outcome,
            }
        })
        .await
    }

    /// Opens a connection outside the pool, for callers that hold one for long. Blocks.
    ///
    /// # Errors
    /// Fails if the server is away.
    pub(crate) fn connect_alone(&self) -> Result<PgConnection> {
        primary::establish(&self.server.url).map_err(|_| Outage::ConnectionLost.into())
    }

    /// Probes the database on a connection outside the pool; answers within two seconds.
    ///
    /// # Errors
    /// Says why this node cannot use the database.
    pub async fn examine(&self) -> Result<(), Unfit> {
        self.probe().ask().await
    }

    /// Returns whether no work has succeeded for a minute although the database is well: this process needs a restart.
    #[must_use]
    pub fn is_wedged(&self) -> bool {
        self.pulse.has_stopped(Instant::now()) && self.probe().was_well()
    }

    /// Returns how the pool is used.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let state = self.pool.state();
        let in_use = state.connections.saturating_sub(state.idle_connections);
        let waiting = self.pulse.in_hand().saturating_sub(usize::try_from(in_use).unwrap_or_default());
        Usage { in_use, idle: state.idle_connections, waiting }
    }

    fn probe(&self) -> &Probe {
        self.probe.get_or_init(|| {
            let (pools, Server { url, installation, .. }) = (self.pools.clone(), self.server.clone());
            Probe::start(url, self.pulse.clone(), installation, move || {
                lock(&pools).iter().for_each(pool::let_go);
            })
        })
    }

    /// Runs work on a blocking thread; skips work that has not begun when its caller times out.
    async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Self) -> Result<T> + Send + 'static,
    {
        let most = (WAITING_FOR_ONE + 1).saturating_mul(usize::try_from(self.pool.max_size()).unwrap_or(1));
        let place = self.pulse.take_in_hand(most).ok_or(Outage::PoolExhausted)?;
        let (db, begun, whole) = (self.clone(), Instant::now(), self.limits.whole());
        let blocking = web::block(trace::carried(move || {
            let _until_it_is_done = place;
            if begun.elapsed() < whole { work(&db) } else { Err(Outage::PoolExhausted.into()) }
        }));
        let outcome = match timeout(whole, blocking).await {
            Ok(outcome) => outcome.map_err(Error::internal)?,
            Err(_) => Err(Outage::NoAnswer.into()),
        };
        self.pulse.feel(&outcome);
        outcome
    }

    fn on_connection<T>(
        &self,
        trusted_for: Duration,
        work: impl FnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        let is_away = self.pulse.is_failing() && self.probe().found_it_away();
        let wait = if is_away { BRIEFLY } else { self.limits.connection() };
        let mut link = check_out(&self.pool, self.limits, (wait, trusted_for))?;
        let outcome = work(&mut link.connection);
        link.settle(&outcome);
        outcome
    }
}

fn lock(pools: &Mutex<Vec<Pool<Server>>>) -> MutexGuard<'_, Vec<Pool<Server>>> {
    pools.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Db {
    /// Omits the URL: it can hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("pool", &self.pool.state()).finish()
    }
}
