//! The threads that hash passwords. Each keeps its Argon2id memory for the life of the process, so that no flood of
//! log-ins makes the process grow: memory that is allocated for one hash and freed stays with the allocator.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use actix_web::rt::time::timeout;
use tokio::sync::oneshot;

use super::memory::Memory;
use crate::error::{Code, Error, Result};
use crate::telemetry;

/// When a refused client may retry.
const RETRY_AFTER: Duration = Duration::from_secs(5);

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// A fixed number of threads with a bounded queue.
pub(super) struct Hashers {
    queue: SyncSender<Job>,
    longest_wait: Duration,
}

impl Hashers {
    /// Starts `threads` threads; at most `queue` jobs wait, each for at most `longest_wait`.
    pub(super) fn start(threads: usize, queue: usize, longest_wait: Duration) -> Self {
        let (sender, receiver) = sync_channel(queue);
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 1..=threads {
            let jobs = receiver.clone();
            let name = format!("hasher-{number}");
            if let Err(error) = thread::Builder::new().name(name).spawn(move || work_on(&jobs)) {
                log::error!("cannot start a password thread: {error}");
            }
        }
        Self { queue: sender, longest_wait }
    }

    /// Runs this work, which must not block, on one of the threads.
    ///
    /// # Errors
    /// `overloaded`: at once if the queue is full, later if no thread became free in time.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _waiting = telemetry::PasswordWaits::begin();
        let (reply, done) = oneshot::channel();
        let job = move |memory: &mut Memory| {
            // The caller gave up waiting, or its connection is gone.
            if !reply.is_closed() {
                let _ = reply.send(work(memory));
            }
        };
        // If no thread could be started, for lack of memory perhaps, another node has one.
        self.queue.try_send(Box::new(job)).map_err(|_| overloaded())?;
        let done = timeout(self.longest_wait, done).await.map_err(|_| overloaded())?;
        done.map_err(|_| Error::internal("hashing a password panicked"))?
    }
}

fn overloaded() -> Error {
    Error::from(Code::Overloaded).retry_after(RETRY_AFTER)
}

/// Runs one thread, until the queue is closed.
fn work_on(jobs: &Mutex<Receiver<Job>>) {
    let mut memory = Memory::new();
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A panic may cost one answer, but not one of the few threads.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;

    use futures_util::future::{join, join_all, poll_immediate};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// Returns the memory's address, to tell it from another.
    fn place(memory: &mut Memory) -> usize {
        memory.blocks(8).unwrap().as_ptr().addr()
    }

    #[actix_web::test]
    async fn two_work_some_wait_and_the_next_is_refused_at_once() {
        const QUEUE: usize = 5;
        let hashers = Hashers::start(2, QUEUE, PATIENCE);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (begun, begins) = channel();
        let (go, gate) = channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let job = || {
            let (running, most) = (running.clone(), most.clone());
            let (begun, gate) = (begun.clone(), gate.clone());
            hashers.run(move |memory| {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                begun.send(()).unwrap();
                gate.lock().unwrap().recv().unwrap();
                running.fetch_sub(1, Ordering::SeqCst);
                Ok(place(memory))
            })
        };
        let mut accepted = Vec::new();
        for number in 0..2 + QUEUE {
            let mut job = Box::pin(job());
            assert!(poll_immediate(&mut job).await.is_none());
            accepted.push(job);
            if number < 2 {
                begins.recv_timeout(PATIENCE).unwrap();
            }
        }
        // No thread is free, so only an immediate answer can come.
        let refused = poll_immediate(Box::pin(job())).await;
        let Some(Err(Error::Problem(problem))) = refused else { panic!("{refused:?}") };
        assert_eq!((problem.code, problem.retry_after), (Code::Overloaded, Some(RETRY_AFTER)));
        (0..2 + QUEUE).for_each(|_| go.send(()).unwrap());
        let places: HashSet<usize> = join_all(accepted).await.into_iter().map(|done| done.unwrap()).collect();
        assert_eq!(most.load(Ordering::SeqCst), 2);
        assert_eq!(places.len(), 2, "each thread has one memory, used again and again");
        assert!(job_of(&hashers).await.is_ok(), "there is room again");
    }

    #[actix_web::test]
    async fn without_a_thread_callers_are_sent_elsewhere() {
        let hashers = Hashers::start(0, 1, PATIENCE);
        assert_eq!(job_of(&hashers).await.unwrap_err().code(), Code::Overloaded);
    }

    async fn job_of(hashers: &Hashers) -> Result<()> {
        hashers.run(|_| Ok(())).await
    }

    #[actix_web::test]
    async fn a_caller_who_waits_too_long_is_refused_and_not_served() {
        let hashers = Hashers::start(1, 5, Duration::from_millis(20));
        let (go, gate) = channel::<()>();
        let held = hashers.run(move |_| gate.recv_timeout(PATIENCE).map_err(Error::internal));
        let worked = Arc::new(AtomicUsize::new(0));
        let late = hashers.run({
            let worked = worked.clone();
            move |_| Ok(worked.fetch_add(1, Ordering::SeqCst))
        });
        let (held, late) = join(held, late).await;
        assert_eq!(held.unwrap_err().code(), Code::Overloaded);
        assert_eq!(late.unwrap_err().code(), Code::Overloaded);
        go.send(()).unwrap();
        let patient = Hashers { longest_wait: PATIENCE, ..hashers };
        assert!(job_of(&patient).await.is_ok());
        assert_eq!(worked.load(Ordering::SeqCst), 0);
    }

    #[actix_web::test]
    async fn a_panic_costs_no_thread() {
        let hashers = Hashers::start(1, 1, PATIENCE);
        let failed = hashers.run(|_| -> Result<()> { panic!("on purpose") }).await;
        assert_eq!(failed.unwrap_err().code(), Code::Internal);
        assert!(job_of(&hashers).await.is_ok());
    }
}
