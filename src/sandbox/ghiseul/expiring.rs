//! A bounded map whose values expire.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

/// A map of limited size whose values expire: the oldest makes room for the newest.
pub(super) struct Expiring<V> {
    lifetime: TimeDelta,
    capacity: usize,
    values: HashMap<String, (DateTime<Utc>, V)>,
    /// Keys in order of insertion, which is the order of expiry; some may be taken already.
    order: VecDeque<String>,
}

impl<V> Expiring<V> {
    pub(super) fn new(lifetime: TimeDelta, capacity: usize) -> Self {
        Self { lifetime, capacity, values: HashMap::new(), order: VecDeque::new() }
    }

    /// Stores a value for its lifetime.
    pub(super) fn insert(&mut self, key: String, value: V, now: DateTime<Utc>) {
        while let Some(oldest) = self.order.front() {
            let gone = self.values.get(oldest).is_none_or(|(expires, _)| *expires <= now);
            if !gone && self.order.len() < self.capacity {
                break;
            }
            self.values.remove(oldest);
            self.order.pop_front();
        }
        self.order.push_back(key.clone());
        self.values.insert(key, (now + self.lifetime, value));
    }

    /// Returns the value, unless expired.
    pub(super) fn get_mut(&mut self, key: &str, now: DateTime<Utc>) -> Option<&mut V> {
        self.values.get_mut(key).filter(|(expires, _)| *expires > now).map(|(_, value)| value)
    }

    /// Removes and returns the value, unless expired.
    pub(super) fn take(&mut self, key: &str, now: DateTime<Utc>) -> Option<V> {
        self.values.remove(key).filter(|(expires, _)| *expires > now).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::Expiring;

    fn second(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn of_ten_seconds(capacity: usize) -> Expiring<i32> {
        Expiring::new(TimeDelta::seconds(10), capacity)
    }

    #[test]
    fn a_value_lives_until_its_time_and_is_taken_once() {
        let mut values = of_ten_seconds(5);
        values.insert("a".into(), 1, second(0));
        assert_eq!(values.get_mut("a", second(9)), Some(&mut 1));
        assert_eq!(values.get_mut("a", second(10)), None);
        values.insert("b".into(), 2, second(0));
        assert_eq!((values.take("b", second(9)), values.take("b", second(9))), (Some(2), None));
        values.insert("c".into(), 3, second(0));
        assert_eq!(values.take("c", second(10)), None);
    }

    #[test]
    fn the_oldest_makes_room() {
        let mut values = of_ten_seconds(2);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            values.insert(key.into(), value, second(0));
        }
        assert_eq!(values.get_mut("a", second(1)), None);
        assert_eq!(values.get_mut("b", second(1)), Some(&mut 2));
        assert_eq!(values.get_mut("c", second(1)), Some(&mut 3));
    }

    #[test]
    fn memory_stays_bounded_whether_values_expire_or_are_taken() {
        let mut values = of_ten_seconds(3);
        for at in 0..100 {
            values.insert(at.to_string(), 0, second(at));
            values.take(&at.to_string(), second(at));
            assert!(values.order.len() <= 3 && values.values.is_empty());
        }
        values.insert("old".into(), 0, second(100));
        values.insert("new".into(), 0, second(200));
        assert_eq!((values.order.len(), values.values.len()), (1, 1));
    }
}
