//! Limits how many things of one kind a node holds at a time, in total and for each holder: connections, event streams,
//! uploads.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The places for things of one kind, by holder: a sender or an account.
#[derive(Debug, Clone)]
pub struct Places<K> {
    all: usize,
    each: Option<usize>,
    taken: Arc<Mutex<Taken<K>>>,
}

#[derive(Debug)]
struct Taken<K> {
    all: usize,
    by_holder: HashMap<K, usize>,
}

/// One place, freed when dropped.
#[derive(Debug)]
pub struct Place<K: Eq + Hash> {
    holder: K,
    taken: Arc<Mutex<Taken<K>>>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The node has reached its limit.
    Node,
    /// The holder has reached its limit.
    Holder,
}

impl<K: Eq + Hash + Copy> Places<K> {
    /// Starts with all places free: `all` on this node, `each` for one holder, who may have all if it is `None`.
    #[must_use]
    pub fn new(all: usize, each: Option<usize>) -> Self {
        let taken = Taken { all: 0, by_holder: HashMap::new() };
        Self { all, each, taken: Arc::new(Mutex::new(taken)) }
    }

    /// Takes a place for this holder.
    ///
    /// # Errors
    /// Fails if the holder or the node has reached its limit.
    pub fn enter(&self, holder: K) -> Result<Place<K>, Full> {
        self.take(holder, self.each)
    }

    /// Takes a place for a holder who stands for many: a trusted proxy.
    ///
    /// # Errors
    /// Fails if the node has reached its limit.
    pub fn enter_for_many(&self, holder: K) -> Result<Place<K>, Full> {
        self.take(holder, None)
    }

    fn take(&self, holder: K, each: Option<usize>) -> Result<Place<K>, Full> {
        let mut taken = lock(&self.taken);
        let own = taken.by_holder.get(&holder).copied().unwrap_or_default();
        if each.is_some_and(|most| own >= most) {
            return Err(Full::Holder);
        }
        if taken.all >= self.all {
            return Err(Full::Node);
        }
        taken.all += 1;
        taken.by_holder.insert(holder, own + 1);
        Ok(Place { holder, taken: self.taken.clone() })
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all = taken.all.saturating_sub(1);
        match taken.by_holder.get_mut(&self.holder) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.by_holder.remove(&self.holder)),
        }
    }
}

fn lock<K>(taken: &Mutex<Taken<K>>) -> MutexGuard<'_, Taken<K>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::sender::Network;

    fn sender(text: &str) -> Network {
        Network::of(text.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn places_of_a_sender_and_a_node_are_limited_and_given_back() {
        let places = Places::new(3, Some(2));
        let (first, other) = (sender("192.0.2.1"), sender("192.0.2.2"));
        let mut held = vec![places.enter(first).unwrap(), places.enter(first).unwrap()];
        assert_eq!(places.enter(first).unwrap_err(), Full::Holder);
        held.push(places.enter(other).unwrap());
        assert_eq!(places.enter(other).unwrap_err(), Full::Node);
        held.clear();
        assert!(lock(&places.taken).by_holder.is_empty(), "nothing is left behind");
        assert!(places.enter(first).is_ok());
    }

    #[test]
    fn without_a_bound_by_sender_one_may_have_all() {
        let places = Places::new(5, None);
        let held: Vec<_> = (0..5).map(|_| places.enter(sender("192.0.2.1")).unwrap()).collect();
        assert_eq!(places.enter(sender("192.0.2.1")).unwrap_err(), Full::Node);
        drop(held);
    }

    #[test]
    fn who_stands_for_many_is_bounded_by_the_node_alone() {
        let places = Places::new(3, Some(1));
        let proxy = sender("192.0.2.1");
        let held: Vec<_> = (0..3).map(|_| places.enter_for_many(proxy).unwrap()).collect();
        assert_eq!(places.enter_for_many(proxy).unwrap_err(), Full::Node);
        drop(held);
        assert!(lock(&places.taken).by_holder.is_empty());
    }

    #[test]
    fn a_network_of_ipv6_is_one_sender_and_a_mapped_address_is_what_it_maps() {
        let places = Places::new(9, Some(1));
        let _held = places.enter(sender("2001:db8::1")).unwrap();
        assert_eq!(places.enter(sender("2001:db8::2")).unwrap_err(), Full::Holder);
        assert!(places.enter(sender("2001:db8:0:1::1")).is_ok());
        let _mapped = places.enter(sender("::ffff:192.0.2.1")).unwrap();
        assert_eq!(places.enter(sender("192.0.2.1")).unwrap_err(), Full::Holder);
        assert!(places.enter(sender("::ffff:192.0.2.2")).is_ok());
    }
}
