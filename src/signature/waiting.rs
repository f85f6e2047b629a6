//! Waits for a device on separate threads: those of the runtime serve requests, and its blocking threads are as many as
//! there are database connections.

use std::thread::Builder;
use std::time::Duration;

use actix_web::rt::time::timeout;
use tokio::sync::{Semaphore, oneshot};

use crate::trace;

/// The number of concurrent waits.
static PLACES: Semaphore = Semaphore::const_new(32);

/// How long a request waits for a place.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs `work`, which takes bounded time; `None` if no place is free.
pub(super) async fn wait_for<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let place = timeout(PATIENCE, PLACES.acquire()).await.ok()?.ok()?;
    let (answer, receiver) = oneshot::channel();
    let work = trace::carried(move || {
        // Held to the end of the work, even if the caller is gone.
        let _place = place;
        // Fails if the caller is gone.
        drop(answer.send(work()));
    });
    Builder::new().name("seal".into()).spawn(work).ok()?;
    receiver.await.ok()
}
