//! Threads for blocking calls into a device, which can hang: callers wait no longer than a deadline, and a device that
//! failed rests for a moment before it is asked again.

use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::Pkcs11Error;
use crate::key::{DeviceError, SignError};

/// Most calls that wait for a free thread; more are refused at once.
const QUEUE: usize = 256;

/// How long a device that failed rests; until then every call fails at once.
const REST: Duration = Duration::from_secs(2);

/// A request to the device.
pub(crate) enum Order {
    /// Sign a message.
    Sign(Vec<u8>),
    /// Check that the device answers; the answer is empty.
    Ping,
}

/// One connection to the device, used by one thread.
pub(crate) type Line = Box<dyn FnMut(&Order) -> Result<Vec<u8>, DeviceError> + Send>;

/// Threads that call a device.
pub(crate) struct DeviceThreads {
    queue: SyncSender<Job>,
    deadline: Duration,
    ailment: Mutex<Option<Ailment>>,
}

/// The last failure, until a call succeeds.
struct Ailment {
    why: DeviceError,
    rests_until: Instant,
}

struct Job {
    order: Order,
    until: Instant,
    answer: SyncSender<Result<Vec<u8>, DeviceError>>,
}

impl DeviceThreads {
    /// Starts a thread for each line.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub(crate) fn start(lines: Vec<Line>, deadline: Duration) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for line in lines {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name("signing device".into()).spawn(move || work(line, &jobs))?;
        }
        Ok(Self { queue, deadline, ailment: Mutex::new(None) })
    }

    /// Sends an order to the device and waits for the answer until the deadline.
    ///
    /// # Errors
    /// When the device fails or is late, or did so a moment ago.
    pub(crate) fn call(&self, order: Order) -> Result<Vec<u8>, SignError> {
        self.admit()?;
        let (answer, receiver) = sync_channel(1);
        let job = Job { order, until: Instant::now() + self.deadline, answer };
        if self.queue.try_send(job).is_err() {
            return Err(self.failed(Pkcs11Error::Busy.into()));
        }
        match receiver.recv_timeout(self.deadline) {
            Ok(Ok(answer)) => {
                *self.ailment() = None;
                Ok(answer)
            }
            Ok(Err(why)) => Err(self.failed(why)),
            Err(_) => Err(self.failed(Pkcs11Error::Late(self.deadline).into())),
        }
    }

    /// Admits one caller after each rest, to find out whether the device is back.
    fn admit(&self) -> Result<(), SignError> {
        match &mut *self.ailment() {
            Some(ailment) if Instant::now() < ailment.rests_until => {
                Err(SignError::Device(ailment.why.clone()))
            }
            Some(ailment) => {
                ailment.rests_until = Instant::now() + self.deadline.max(REST);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn failed(&self, why: DeviceError) -> SignError {
        *self.ailment() = Some(Ailment { why: why.clone(), rests_until: Instant::now() + REST });
        SignError::Device(why)
    }

    fn ailment(&self) -> MutexGuard<'_, Option<Ailment>> {
        self.ailment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for DeviceThreads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceThreads").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

/// Runs jobs until the queue's owner is gone. Skips a job whose deadline has passed: nobody waits for it.
fn work(mut line: Line, jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if Instant::now() < job.until {
            // The caller may have given up; then the answer is dropped, and a late signature with it.
            let _ = job.answer.send(line(&job.order));
        }
    }
}

/// Runs `work` on a thread of its own; `None` if it does not end in time.
pub(crate) fn within<T: Send + 'static>(
    deadline: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (answer, receiver) = sync_channel(1);
    let thread = std::thread::Builder::new().name("signing device".into());
    thread.spawn(move || answer.send(work())).ok()?;
    receiver.recv_timeout(deadline).ok()
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    const DEADLINE: Duration = Duration::from_millis(100);

    /// A device that answers, fails or hangs as told.
    #[derive(Default)]
    struct Device {
        fails: AtomicBool,
        hangs: AtomicBool,
        asked: AtomicUsize,
    }

    fn threads(device: &Arc<Device>, count: usize) -> DeviceThreads {
        let line = |device: Arc<Device>| {
            Box::new(move |_: &Order| {
                device.asked.fetch_add(1, Ordering::SeqCst);
                while device.hangs.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                if device.fails.load(Ordering::SeqCst) {
                    Err(DeviceError::new("broken"))
                } else {
                    Ok(vec![7_u8])
                }
            }) as Line
        };
        DeviceThreads::start((0..count).map(|_| line(Arc::clone(device))).collect(), DEADLINE).unwrap()
    }

    fn why(outcome: Result<Vec<u8>, SignError>) -> String {
        outcome.unwrap_err().source().unwrap().to_string()
    }

    #[test]
    fn a_device_that_hangs_is_waited_for_until_the_deadline_and_then_left_alone() {
        let device = Arc::new(Device::default());
        let threads = threads(&device, 2);
        assert_eq!(threads.call(Order::Ping).unwrap(), [7]);
        device.hangs.store(true, Ordering::SeqCst);
        let begun = Instant::now();
        assert!(why(threads.call(Order::Sign(vec![1]))).contains("no answer within 100ms"));
        assert!(begun.elapsed() < DEADLINE * 5, "{:?}", begun.elapsed());
        let begun = Instant::now();
        for _ in 0..100 {
            assert!(why(threads.call(Order::Sign(vec![1]))).contains("no answer within 100ms"));
        }
        assert!(begun.elapsed() < DEADLINE, "refused at once: {:?}", begun.elapsed());
        assert_eq!(device.asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_device_that_is_back_is_noticed() {
        let device = Arc::new(Device::default());
        let threads = threads(&device, 1);
        device.fails.store(true, Ordering::SeqCst);
        assert!(why(threads.call(Order::Ping)).contains("broken"));
        device.fails.store(false, Ordering::SeqCst);
        assert!(why(threads.call(Order::Ping)).contains("broken"), "it rests");
        std::thread::sleep(REST + Duration::from_millis(50));
        assert_eq!(threads.call(Order::Ping).unwrap(), [7]);
        assert_eq!(threads.call(Order::Ping).unwrap(), [7], "no rest after a success");
    }

    #[test]
    fn what_is_late_already_is_not_begun() {
        let device = Arc::new(Device::default());
        let threads = threads(&device, 1);
        device.hangs.store(true, Ordering::SeqCst);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| threads.call(Order::Ping).unwrap_err());
            }
        });
        device.hangs.store(false, Ordering::SeqCst);
        std::thread::sleep(DEADLINE);
        assert_eq!(device.asked.load(Ordering::SeqCst), 1, "the two behind it were dropped");
    }

    #[test]
    fn work_of_its_own_thread_is_waited_for_no_longer_either() {
        assert_eq!(within(DEADLINE * 10, || 7), Some(7));
        assert_eq!(within(DEADLINE, || std::thread::sleep(DEADLINE * 3)), None);
    }
}
