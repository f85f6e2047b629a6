//! The thread that keeps the server running.
//!
//! It is a separate thread because the kernel ends the server when the **thread** that started it ends.

use std::convert::Infallible;
use std::fs::{self, File, TryLockError};
use std::process::Child;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::binaries::Binaries;
use super::cluster::Cluster;
use super::error::EmbeddedError;
use super::pid_file::PidFile;

/// How long a start may take, recovery after a crash included.
const START: Duration = Duration::from_secs(60);

/// How often the server is checked, while it starts and afterwards.
const POLL: [Duration; 2] = [Duration::from_millis(10), Duration::from_millis(100)];

/// How many deaths in a row we tolerate: before the first success (the setup is broken), and after it (a full disk may
/// be cleared again).
const DEATHS: [u32; 2] = [4, 12];

/// A server that lived this long was healthy; its next death starts a new count.
const WELL: Duration = Duration::from_secs(60);

/// The longest pause before a restart.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Signals to end the server, and how long each may take: a fast shutdown, then one without a checkpoint.
const SHUTDOWN: [(Signal, Duration); 2] =
    [(Signal::INT, Duration::from_secs(20)), (Signal::QUIT, Duration::from_secs(5))];

/// Keeps a server running until it is dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    stop: Option<Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Returns as soon as the server, our own or another process's, accepts connections.
    pub(super) fn start(cluster: Cluster, binaries: Binaries) -> Result<Self, EmbeddedError> {
        let (stop, told_to_stop) = mpsc::channel();
        let (news, first_news) = mpsc::channel();
        let starting = cluster.clone();
        let lock = cluster.lock_file()?;
        let duty = Duty { cluster, binaries, stop: Stop(told_to_stop), news, well_once: false };
        let thread = thread::Builder::new().name("postgres-keeper".to_owned()).spawn(move || duty.run(&lock));
        let thread = thread.map_err(EmbeddedError::running("a thread"))?;
        let keeper = Self { stop: Some(stop), thread: Some(thread) };
        // On an error the keeper is dropped here, so the thread has ended when the caller sees the error.
        first_news.recv_timeout(START).unwrap_or_else(|_| Err(starting.not_ready()))?;
        Ok(keeper)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic in the thread was printed already.
            let _ = thread.join();
        }
    }
}

/// Disconnects when the keeper is dropped.
#[derive(Debug)]
struct Stop(Receiver<Infallible>);

impl Stop {
    /// Waits for `wait`, or until told to stop; returns whether to stop.
    fn within(&self, wait: Duration) -> bool {
        matches!(self.0.recv_timeout(wait), Err(RecvTimeoutError::Disconnected))
    }
}

/// How one run of the server ended.
enum End {
    Stopped,
    Died { lived: Duration },
}

/// The state of the thread.
struct Duty {
    cluster: Cluster,
    binaries: Binaries,
    stop: Stop,
    news: Sender<Result<(), EmbeddedError>>,
    well_once: bool,
}

impl Duty {
    /// Keeps the server while we hold the lock. Without the lock, waits for it: when its holder ends, one of the
    /// waiting processes takes over.
    fn run(mut self, lock: &File) {
        loop {
            match lock.try_lock() {
                Ok(()) => {
                    let outcome = self.serve();
                    return self.tell(outcome);
                }
                Err(TryLockError::WouldBlock) if self.cluster.running().is_some_and(|file| file.ready) => {
                    self.tell(Ok(()));
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => {
                    return self.tell(Err(EmbeddedError::at(&self.cluster.folder)(error)));
                }
            }
            if self.wait() {
                return;
            }
        }
    }

    /// Restarts the server until told to stop.
    fn serve(&mut self) -> Result<(), EmbeddedError> {
        self.cluster.initialize(&self.binaries)?;
        self.end_orphan();
        let mut deaths = 0;
        loop {
            let End::Died { lived } = self.live()? else { return Ok(()) };
            deaths = if lived > WELL { 1 } else { deaths + 1 };
            if deaths >= self.by_age(DEATHS) {
                return Err(self.cluster.not_ready());
            }
            log::warn!("PostgreSQL died after {lived:.1?}; restarting it");
            if self.stop.within(LONGEST_WAIT.min(Duration::from_millis(50) * 2_u32.pow(deaths))) {
                return Ok(());
            }
        }
    }

    /// Runs the server once.
    fn live(&mut self) -> Result<End, EmbeddedError> {
        let born = Instant::now();
        let mut child = self.cluster.spawn(&self.binaries)?;
        let ready = PidFile { pid: child.id(), ready: true };
        let mut told = false;
        while child.try_wait().map_err(EmbeddedError::running("waitpid"))?.is_none() {
            if !told && PidFile::read(&self.cluster.data()) == Some(ready) {
                told = true;
                self.tell(Ok(()));
            }
            if self.wait() {
                shut_down(&mut child);
                return Ok(End::Stopped);
            }
        }
        Ok(End::Died { lived: born.elapsed() })
    }

    /// Ends a server whose starter is gone (normally it is already ending). Removes the PID file of a dead server:
    /// Postgres would otherwise mistake a reused process id for a rival.
    fn end_orphan(&self) {
        let gone = || self.cluster.running().is_none();
        if wait_until(Duration::from_secs(3), gone) {
            let _ = fs::remove_file(PidFile::path(&self.cluster.data()));
            return;
        }
        for (signal, patience) in SHUTDOWN {
            if let Some(file) = self.cluster.running() {
                send(signal, file.pid);
            }
            if wait_until(patience, gone) {
                return;
            }
        }
    }

    /// Reports the outcome to the starter, which listens only once.
    fn tell(&mut self, outcome: Result<(), EmbeddedError>) {
        if let Err(error) = &outcome
            && self.well_once
        {
            log::error!("giving up on PostgreSQL: {error}");
        }
        self.well_once |= outcome.is_ok();
        let _ = self.news.send(outcome);
    }

    fn wait(&self) -> bool {
        self.stop.within(self.by_age(POLL))
    }

    /// Chooses the first value before the first success and the second one after it.
    fn by_age<T>(&self, [young, grown]: [T; 2]) -> T {
        if self.well_once { grown } else { young }
    }
}

/// Ends our own server and waits until it is gone.
fn shut_down(child: &mut Child) {
    for (signal, patience) in SHUTDOWN {
        send(signal, child.id());
        if wait_until(patience, || !matches!(child.try_wait(), Ok(None))) {
            return;
        }
    }
    log::error!("PostgreSQL does not stop; killing it: it will recover at the next start");
    let _ = child.kill().and_then(|()| child.wait());
}

fn send(signal: Signal, pid: u32) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // If the process is gone already, the signal has nothing to do.
        let _ = kill_process(pid, signal);
    }
}

fn wait_until(patience: Duration, mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        if done() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
}
