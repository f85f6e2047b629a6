//! Limits the connections of a node, in total and for each sender.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Limits, Pace};
use crate::sender::Network;

/// The connections of a node, by sender.
#[derive(Debug, Clone)]
pub struct Places {
    limits: Limits,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_sender: HashMap<Network, usize>,
}

/// A place for one connection, freed when dropped.
#[derive(Debug)]
pub struct Place {
    sender: Network,
    taken: Arc<Mutex<Taken>>,
}

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The node has reached its limit.
    Node,
    /// The sender has reached its limit.
    Sender,
}

impl Full {
    /// Returns the name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Sender => "sender",
        }
    }
}

impl Places {
    /// Starts with all places free.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, taken: Arc::default() }
    }

    /// Returns the lowest accepted speed.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.limits.pace
    }

    /// Takes a place for this sender.
    ///
    /// # Errors
    /// Fails if the node or the sender has reached its limit.
    pub fn enter(&self, address: IpAddr) -> Result<Place, Full> {
        let sender = Network::of(address);
        let mut taken = lock(&self.taken);
        if taken.all >= self.limits.connections.get() {
            return Err(Full::Node);
        }
        let own = taken.by_sender.get(&sender).copied().unwrap_or_default();
        if self.limits.per_sender.is_some_and(|most| own >= most.get()) {
            return Err(Full::Sender);
        }
        taken.all += 1;
        taken.by_sender.insert(sender, own + 1);
        Ok(Place { sender, taken: self.taken.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all = taken.all.saturating_sub(1);
        match taken.by_sender.get_mut(&self.sender) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.by_sender.remove(&self.sender)),
        }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    fn places(connections: usize, per_sender: usize) -> Places {
        let connections = NonZeroUsize::new(connections).unwrap();
        Places::new(Limits { connections, per_sender: NonZeroUsize::new(per_sender), pace: Pace::default() })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn places_of_a_sender_and_a_node_are_limited_and_given_back() {
        let places = places(3, 2);
        let (first, other) = (address("192.0.2.1"), address("192.0.2.2"));
        let mut held = vec![places.enter(first).unwrap(), places.enter(first).unwrap()];
        assert_eq!(places.enter(first).unwrap_err(), Full::Sender);
        held.push(places.enter(other).unwrap());
        assert_eq!(places.enter(other).unwrap_err(), Full::Node);
        held.clear();
        assert!(lock(&places.taken).by_sender.is_empty(), "nothing is left behind");
        assert!(places.enter(first).is_ok());
    }

    #[test]
    fn without_a_bound_by_sender_one_may_have_all() {
        let places = places(5, 0);
        let held: Vec<_> = (0..5).map(|_| places.enter(address("192.0.2.1")).unwrap()).collect();
        assert_eq!(places.enter(address("192.0.2.1")).unwrap_err(), Full::Node);
        drop(held);
    }

    #[test]
    fn a_network_of_ipv6_is_one_sender_and_a_mapped_address_is_what_it_maps() {
        let places = places(9, 1);
        let _held = places.enter(address("2001:db8::1")).unwrap();
        assert_eq!(places.enter(address("2001:db8::2")).unwrap_err(), Full::Sender);
        assert!(places.enter(address("2001:db8:0:1::1")).is_ok());
        let _mapped = places.enter(address("::ffff:192.0.2.1")).unwrap();
        assert_eq!(places.enter(address("192.0.2.1")).unwrap_err(), Full::Sender);
        assert!(places.enter(address("::ffff:192.0.2.2")).is_ok());
    }
}
