//! Waiting for a device, on threads of its own: those of the runtime answer requests, and its blocking ones are as many
//! as there are connections to the database.

use std::thread::Builder;
use std::time::Duration;

use actix_web::rt::time::timeout;
use tokio::sync::{Semaphore, oneshot};

use crate::trace;

/// So many wait at a time.
static PLACES: Semaphore = Semaphore::const_new(32);

/// How long a request waits for a place.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs `work`, which ends in bounded time; `None` when there is no place for it.
pub(super) async fn wait_for<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let place = timeout(PATIENCE, PLACES.acquire()).await.ok()?.ok()?;
    let (answer, receiver) = oneshot::channel();
    let work = trace::carried(move || {
        // Held to the end of the work, even when whoever asked has left.
        let _place = place;
        // Fails when whoever asked has left.
        drop(answer.send(work()));
    });
    Builder::new().name("seal".into()).spawn(work).ok()?;
    receiver.await.ok()
}
