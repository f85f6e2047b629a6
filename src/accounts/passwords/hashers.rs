//! The threads that hash passwords. Each keeps its Argon2id memory for the life of the process, so that no flood of
//! log-ins makes the process grow: memory that is allocated for one hash and freed stays with the allocator.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use actix_web::rt::time::timeout;
use tokio::sync::oneshot;

use super::fair_queue::FairQueue;
use super::memory::Memory;
use crate::error::{Code, Error, Result};
use crate::sender::Sender;
use crate::{telemetry, trace};

/// When a refused client may retry.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Work on a password; without memory, it had to give way and refuses its caller.
type Job = Box<dyn FnOnce(Option<&mut Memory>) + Send>;

/// A fixed number of threads with a bounded queue, in which senders take turns.
pub(super) struct Hashers {
    queue: Entrance,
    longest_wait: Duration,
}

/// The queue as the threads and the callers share it.
struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

struct State {
    jobs: FairQueue<Option<Sender>, Job>,
    /// Whether anybody works, and jobs may be added.
    open: bool,
}

/// The callers' side, which closes the queue when it is gone.
struct Entrance(Arc<Queue>);

impl Hashers {
    /// Starts `threads` threads; at most `queue` jobs wait, each for at most `longest_wait`.
    pub(super) fn start(threads: usize, queue: usize, longest_wait: Duration) -> Self {
        let state = Mutex::new(State { jobs: FairQueue::new(queue), open: true });
        let queue = Arc::new(Queue { state, arrived: Condvar::new() });
        let mut started = 0;
        for number in 1..=threads {
            let jobs = queue.clone();
            let name = format!("hasher-{number}");
            match thread::Builder::new().name(name).spawn(move || work_on(&jobs)) {
                Ok(_) => started += 1,
                Err(error) => log::error!("cannot start a password thread: {error}"),
            }
        }
        queue.lock().open = started > 0;
        Self { queue: Entrance(queue), longest_wait }
    }

    /// Runs this work, which must not block, on one of the threads, in the turn of the current request's sender.
    ///
    /// # Errors
    /// `overloaded`: at once if the queue is full, later if no thread became free in time or it had to give way to a
    /// sender with less in the queue.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _waiting = telemetry::PasswordWaits::begin();
        let (reply, done) = oneshot::channel();
        let job = move |memory: Option<&mut Memory>| {
            // The caller gave up waiting, or its connection is gone.
            if !reply.is_closed() {
                let _ = reply.send(memory.map_or_else(|| Err(overloaded()), work));
            }
        };
        self.queue.0.add(Box::new(job))?;
        let done = timeout(self.longest_wait, done).await.map_err(|_| overloaded())?;
        done.map_err(|_| Error::internal("hashing a password panicked"))?
    }
}

fn overloaded() -> Error {
    Error::from(Code::Overloaded).retry_after(RETRY_AFTER)
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job in the turn of its sender, and refuses the job that gives way to it.
    fn add(&self, job: Job) -> Result<()> {
        let mut state = self.lock();
        // If no thread could be started, for lack of memory perhaps, another node has one.
        let added = if state.open { state.jobs.push(trace::sender(), job) } else { Err(job) };
        drop(state);
        let gives_way = added.map_err(|_| overloaded())?;
        gives_way.into_iter().for_each(|job| job(None));
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for the next job; `None` once the queue is closed and empty.
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop() {
                return Some(job);
            }
            if !state.open {
                return None;
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Entrance {
    fn drop(&mut self) {
        self.0.lock().open = false;
        self.0.arrived.notify_all();
    }
}

/// Runs one thread, until the queue is closed.
fn work_on(jobs: &Queue) {
    let mut memory = Memory::new();
    while let Some(job) = jobs.next() {
        // A panic may cost one answer, but not one of the few threads.
        let _ = catch_unwind(AssertUnwindSafe(|| job(Some(&mut memory))));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::future::Future;
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

    /// As a request of this sender.
    async fn of<F: Future>(sender: Sender, work: F) -> F::Output {
        trace::within(trace::Work::new("request-1", trace::Trace::begin(), Some(sender)), work).await
    }

    #[actix_web::test]
    async fn an_owner_waits_for_one_of_a_flood_and_finds_room_in_a_full_queue() {
        const QUEUE: usize = 20;
        let spec = || crate::person::Keyring::generate_spec().unwrap();
        let keyring = crate::person::Keyring::parse(&spec(), &spec()).unwrap();
        let sender = |last| Sender::of(&keyring, Some([192, 0, 2, last].into()));
        let (hostile, owner) = (sender(1), sender(2));
        let hashers = Hashers::start(1, QUEUE, PATIENCE);
        let (done, order) = channel();
        let (begun, begins) = channel();
        let (go, gate) = channel::<()>();
        let mut first = Box::pin(hashers.run(move |_| {
            begun.send(()).unwrap();
            gate.recv().map_err(Error::internal)
        }));
        assert!(poll_immediate(&mut first).await.is_none());
        begins.recv_timeout(PATIENCE).unwrap();
        let job = |number: usize| {
            let done = done.clone();
            hashers.run(move |_| done.send(number).map_err(Error::internal))
        };
        let mut flood = Vec::new();
        for number in 0..120 {
            let mut job = Box::pin(of(hostile, job(number)));
            let at_once = poll_immediate(&mut job).await;
            assert_eq!(at_once.is_some(), number >= QUEUE, "what does not fit is refused at once");
            flood.extend(at_once.is_none().then_some(job));
        }
        let mut owners = Box::pin(of(owner, job(999)));
        assert!(poll_immediate(&mut owners).await.is_none(), "there is room");
        go.send(()).unwrap();
        let (flood, owners) = join(join_all(flood), owners).await;
        owners.unwrap();
        assert_eq!(
            flood.last().unwrap().as_ref().unwrap_err().code(),
            Code::Overloaded,
            "the newest gave way"
        );
        assert_eq!(order.try_iter().take(2).collect::<Vec<_>>(), [0, 999]);
        first.await.unwrap();
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
