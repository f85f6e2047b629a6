//! The uploads in hand: a node holds their files in memory until they are judged, so it takes only so many at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{Code, Error, Result};
use crate::sender::Sender;
use crate::trace;

/// Uploads of one sender on one node.
const PER_SENDER: usize = 8;
/// Uploads of one node: 320 MiB, if each is as large as it may be.
const PER_NODE: usize = 64;
/// When to come again: most uploads are judged within a second.
const LATER: Duration = Duration::from_secs(5);

/// The senders of the uploads that a node holds.
#[derive(Debug, Clone, Default)]
pub struct InHand(Arc<Mutex<Vec<Option<Sender>>>>);

/// The place of one upload, freed when dropped.
#[derive(Debug)]
pub(super) struct Place {
    in_hand: InHand,
    sender: Option<Sender>,
}

impl InHand {
    /// Takes a place for an upload of the current request's sender.
    ///
    /// # Errors
    /// `too_many_requests` if the sender has all of its places; `overloaded` if the node has none left.
    pub(super) fn enter(&self) -> Result<Place> {
        let (mut held, sender) = (self.lock(), trace::sender());
        if held.iter().filter(|held| **held == sender).count() >= PER_SENDER {
            return Err(Error::from(Code::TooManyRequests).retry_after(LATER));
        }
        if held.len() >= PER_NODE {
            return Err(Error::from(Code::Overloaded).retry_after(LATER));
        }
        held.push(sender);
        Ok(Place { in_hand: self.clone(), sender })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Sender>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.in_hand.lock();
        if let Some(at) = held.iter().position(|held| *held == self.sender) {
            held.swap_remove(at);
        }
    }
}
