//! Places for uploads: a node holds their files in memory until they are judged, so it takes only so many at a time.

use std::time::Duration;

use crate::connections::places::{self, Full};
use crate::error::{Code, Error, Quota, Result};
use crate::sender::Sender;
use crate::trace;

/// Uploads of one sender on one node.
const PER_SENDER: usize = 8;
/// Uploads of one node: 320 MiB, if each is as large as it may be.
const PER_NODE: usize = 64;
/// When to come again: most uploads are judged within a second.
const LATER: Duration = Duration::from_secs(5);

/// The places of a node for uploads.
#[derive(Debug, Clone)]
pub struct Places(places::Places<Option<Sender>>);

/// The place of one upload, freed when dropped.
pub(super) type Place = places::Place<Option<Sender>>;

impl Default for Places {
    fn default() -> Self {
        Self(places::Places::new(PER_NODE, Some(PER_SENDER)))
    }
}

impl Places {
    /// Takes a place for an upload of the current request's sender.
    ///
    /// # Errors
    /// `too_many_requests` if the sender has all of its places; `overloaded` if the node has none left.
    pub(super) fn enter(&self) -> Result<Place> {
        self.enter_as(trace::sender())
    }

    fn enter_as(&self, sender: Option<Sender>) -> Result<Place> {
        self.0.enter(sender).map_err(|full| match full {
            Full::Holder => Error::exhausted(Quota::at_once(("files-at-once", PER_SENDER), LATER)),
            Full::Node => Error::from(Code::Overloaded).retry_after(LATER),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::Keyring;

    #[test]
    fn a_node_takes_only_so_many_uploads_from_all_senders_together() {
        let secret = || Keyring::generate_spec().unwrap();
        let keyring = Keyring::parse(&secret(), &secret()).unwrap();
        let sender = |n: usize| {
            let address = format!("192.0.2.{}", n / PER_SENDER);
            Some(Sender::of(&keyring, Some(address.parse().unwrap())))
        };
        let places = Places::default();
        let mut held: Vec<Place> = (0..PER_NODE).map(|n| places.enter_as(sender(n)).unwrap()).collect();
        assert_eq!(places.enter_as(sender(PER_NODE)).unwrap_err().code(), Code::Overloaded);
        assert_eq!(places.enter_as(sender(0)).unwrap_err().code(), Code::TooManyRequests);
        drop(held.pop());
        assert!(places.enter_as(sender(PER_NODE)).is_ok(), "a place is given back");
    }
}
