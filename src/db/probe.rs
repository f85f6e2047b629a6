//! Probes the database on its own connection and thread, so that an answer comes in time whatever holds the pool.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::watch;
use tokio::time::timeout;

use super::installation::Installation;
use super::primary::{self, ConnectError};
use super::pulse::Pulse;
use super::schema::write_probe;
use super::schema_version::{self, Misfit};
use crate::error::{Error, Outage};

/// The longest time for an answer.
const ANSWERS_WITHIN: Duration = Duration::from_millis(1900);
/// The longest time for one statement of the probe, in milliseconds.
const STATEMENT_MS: u32 = 1500;
/// How often the database is probed when nobody asks.
const EVERY: Duration = Duration::from_secs(5);
/// How often it is probed while it is unfit.
const EVERY_WHEN_UNFIT: Duration = Duration::from_secs(1);
/// The age up to which a good answer is reused.
const FRESH: Duration = Duration::from_millis(500);
/// Bytes written (and rolled back) after the disk was full, to see whether there is room again.
const ROOM: usize = 1 << 20;

/// Why this node cannot use the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Away(Outage),
    /// The schema does not fit this version.
    #[error(transparent)]
    Schema(#[from] Misfit),
    /// The index keys are being rotated, or the database is of others.
    #[error("{0}")]
    TurnedAway(&'static str),
    /// The database can be read, but not written.
    #[error("nothing can be written: {0}")]
    ReadOnly(Outage),
}

#[derive(Debug, Clone)]
struct Report {
    at: Instant,
    outcome: Result<(), Unfit>,
}

/// The thread, and its last finding. The thread ends when this value is dropped.
#[derive(Debug)]
pub(super) struct Probe {
    asked: SyncSender<()>,
    reports: watch::Receiver<Option<Report>>,
}

impl Probe {
    /// Starts the thread. `let_go` is called when it finds that this node is turned away.
    pub(super) fn start(
        url: Arc<str>,
        pulse: Arc<Pulse>,
        installation: Installation,
        let_go: impl Fn() + Send + 'static,
    ) -> Self {
        let (asked, questions) = sync_channel(1);
        let (sender, reports) = watch::channel(None);
        let mut patient = Patient { url, pulse, installation, connection: None };
        let asking = move || patient.look_after(&questions, &sender, &let_go);
        if let Err(error) = std::thread::Builder::new().name("database-probe".into()).spawn(asking) {
            log::error!("database: no thread for the probe: {error}");
        }
        Self { asked, reports }
    }

    /// Probes the database now.
    ///
    /// # Errors
    /// Says why it is unfit; [`Outage::NoAnswer`] if no finding comes in time.
    pub(super) async fn ask(&self) -> Result<(), Unfit> {
        let mut reports = self.reports.clone();
        if let Some(report) = reports.borrow_and_update().as_ref()
            && report.outcome.is_ok()
            && report.at.elapsed() < FRESH
        {
            return Ok(());
        }
        // A full channel holds a question that the same probe answers.
        let _ = self.asked.try_send(());
        match timeout(ANSWERS_WITHIN, reports.changed()).await {
            Ok(Ok(())) => reports.borrow().as_ref().map_or(Ok(()), |report| report.outcome.clone()),
            _ => Err(Unfit::Away(Outage::NoAnswer)),
        }
    }

    /// Returns whether the latest probe, if recent, found nothing wrong.
    pub(super) fn was_well(&self) -> bool {
        self.last().is_some_and(|outcome| outcome.is_ok())
    }

    /// Returns whether the latest probe, if recent, found no database.
    pub(super) fn found_it_away(&self) -> bool {
        matches!(self.last(), Some(Err(Unfit::Away(_))))
    }

    fn last(&self) -> Option<Result<(), Unfit>> {
        let report = self.reports.borrow();
        let recent = report.as_ref().filter(|report| report.at.elapsed() < EVERY * 3);
        recent.map(|report| report.outcome.clone())
    }
}

/// The thread's view of the database.
struct Patient {
    url: Arc<str>,
    pulse: Arc<Pulse>,
    installation: Installation,
    connection: Option<PgConnection>,
}

impl Patient {
    fn look_after(
        &mut self,
        questions: &Receiver<()>,
        reports: &watch::Sender<Option<Report>>,
        let_go: &impl Fn(),
    ) {
        loop {
            let had_connection = self.connection.is_some();
            let outcome = match self.examine() {
                // Perhaps only the connection is gone.
                Err(Unfit::Away(_)) if had_connection => self.examine(),
                outcome => outcome,
            };
            if matches!(outcome, Err(Unfit::TurnedAway(_))) {
                let_go();
            }
            let pause = if outcome.is_ok() { EVERY } else { EVERY_WHEN_UNFIT };
            reports.send_replace(Some(Report { at: Instant::now(), outcome }));
            if questions.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    /// Keeps the connection while nothing is wrong.
    fn examine(&mut self) -> Result<(), Unfit> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.url)?,
        };
        schema_version::check(&mut connection).map_err(away)??;
        if let Some(why) = self.installation.turned_away(&mut connection).map_err(away)? {
            return Err(Unfit::TurnedAway(why));
        }
        write(&mut connection).map_err(refused)?;
        if self.pulse.disk_is_suspect() {
            find_room(&mut connection).map_err(refused)?;
            self.pulse.disk_has_room();
        }
        self.connection = Some(connection);
        Ok(())
    }
}

fn connect(url: &str) -> Result<PgConnection, Unfit> {
    let connected = primary::establish(url).and_then(|mut connection| {
        // The idle limit matters because all nodes update one row: a frozen node must not keep it locked.
        let limits = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
        connection.batch_execute(&limits.map(|limit| format!("SET {limit} = {STATEMENT_MS};")).concat())?;
        Ok(connection)
    });
    connected.map_err(|error| match error {
        ConnectError::Standby => Unfit::ReadOnly(Outage::ReadOnly),
        ConnectError::Away(_) | ConnectError::Tls(_) => Unfit::Away(Outage::ConnectionLost),
        ConnectError::Database(error) => away(error),
    })
}

/// Updates one row, or inserts it if it was deleted. The change is committed, so it reaches the server's log on disk.
fn write(connection: &mut PgConnection) -> QueryResult<()> {
    let probed = (write_probe::id.eq(true), write_probe::probed_at.eq(diesel::dsl::now));
    let change = diesel::insert_into(write_probe::table)
        .values(probed)
        .on_conflict(write_probe::id)
        .do_update()
        .set(write_probe::probed_at.eq(diesel::dsl::now));
    one(change.execute(connection)?)
}

/// Fails unless the statement changed one row: anything else proves nothing.
fn one(rows: usize) -> QueryResult<()> {
    if rows == 1 { Ok(()) } else { Err(DieselError::NotFound) }
}

/// Fills new pages of a table, then rolls back.
fn find_room(connection: &mut PgConnection) -> QueryResult<()> {
    let mut filler = vec![0; ROOM];
    // Random bytes cannot be compressed. Without randomness zeros do: external storage is not compressed.
    let _ = SystemRandom::new().fill(&mut filler);
    let filled = connection.transaction(|connection| {
        let fill = diesel::update(write_probe::table).set(write_probe::filler.eq(filler));
        one(fill.execute(connection)?)?;
        Err::<(), _>(DieselError::RollbackTransaction)
    });
    match filled {
        Err(DieselError::RollbackTransaction) => Ok(()),
        other => other,
    }
}

fn away(error: DieselError) -> Unfit {
    Unfit::Away(outage(error))
}

fn refused(error: DieselError) -> Unfit {
    match outage(error) {
        outage @ (Outage::ConnectionLost | Outage::NoAnswer) => Unfit::Away(outage),
        outage => Unfit::ReadOnly(outage),
    }
}

/// Classifies a failed statement of the probe; an error that is no outage means a wrong schema.
fn outage(error: DieselError) -> Outage {
    let error = Error::from(error);
    error.outage().unwrap_or_else(|| {
        log::error!("database: the probe failed: {error}");
        Outage::Schema
    })
}
