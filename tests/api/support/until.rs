//! Waiting for what comes about by itself.

use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until this holds.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    until_some(what, async || holds().then_some(())).await;
}

/// Looks until something is found, and answers it.
pub async fn until_some<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "it did not come about: {what}");
        sleep(PAUSE).await;
    }
}
