//! A stopping node announces it first: readiness fails, streams send their readers elsewhere, and only then connections
//! close.

use std::sync::Arc;

use tokio::sync::watch;

/// Whether this node is stopping. All clones share the state.
#[derive(Debug, Clone)]
pub struct Stopping(Arc<watch::Sender<bool>>);

impl Default for Stopping {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stopping {
    /// Marks the node as stopping, for good.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Returns whether the node is stopping.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once the node is stopping.
    pub async fn begins(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::{join, poll_immediate};

    use super::*;

    #[actix_web::test]
    async fn all_clones_hear_of_it_however_late_they_ask() {
        let stopping = Stopping::default();
        let other = stopping.clone();
        assert!(!other.has_begun());
        assert!(poll_immediate(Box::pin(other.begins())).await.is_none());
        join(other.begins(), async { stopping.begin() }).await;
        assert!(other.has_begun());
        other.begins().await;
    }
}
