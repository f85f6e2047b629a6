//! A bounded queue that is fair between senders: they take turns, and a full queue makes room for a sender who has less in
//! it than another.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Items that wait, by sender.
#[derive(Debug)]
pub(super) struct FairQueue<S, T> {
    most: usize,
    length: usize,
    /// The senders with items, in the order of their turns.
    turns: VecDeque<S>,
    waiting: HashMap<S, VecDeque<T>>,
}

impl<S: Copy + Eq + Hash, T> FairQueue<S, T> {
    /// Makes an empty queue for at most so many items.
    pub(super) fn new(most: usize) -> Self {
        Self { most, length: 0, turns: VecDeque::new(), waiting: HashMap::new() }
    }

    /// Adds an item. If the queue is full, the newest item of the sender with the most gives way, and is returned.
    ///
    /// # Errors
    /// Returns the item itself if the queue is full and no sender has at least two items more.
    pub(super) fn push(&mut self, sender: S, item: T) -> Result<Option<T>, T> {
        let own = self.waiting.get(&sender).map_or(0, VecDeque::len);
        let mut gives_way = None;
        if self.length >= self.most {
            let Some(greedy) = self.waiting.values_mut().max_by_key(|items| items.len()) else {
                return Err(item);
            };
            if greedy.len() < own + 2 {
                return Err(item);
            }
            gives_way = greedy.pop_back();
            self.length -= 1;
        }
        if own == 0 {
            self.turns.push_back(sender);
        }
        self.waiting.entry(sender).or_default().push_back(item);
        self.length += 1;
        Ok(gives_way)
    }

    /// Takes the oldest item of the sender whose turn it is.
    pub(super) fn pop(&mut self) -> Option<T> {
        let sender = self.turns.pop_front()?;
        let items = self.waiting.get_mut(&sender)?;
        let item = items.pop_front();
        if items.is_empty() {
            self.waiting.remove(&sender);
        } else {
            self.turns.push_back(sender);
        }
        self.length -= usize::from(item.is_some());
        item
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn senders_take_turns() {
        let mut queue = FairQueue::new(9);
        for item in ["a1", "a2", "a3", "b1", "c1", "b2"] {
            assert_eq!(queue.push(item.as_bytes()[0], item), Ok(None));
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, ["a1", "b1", "c1", "a2", "b2", "a3"]);
        assert!(queue.waiting.is_empty() && queue.turns.is_empty() && queue.length == 0);
    }

    #[test]
    fn a_full_queue_makes_room_for_whoever_has_less() {
        let mut queue = FairQueue::new(3);
        for item in 1..=3 {
            queue.push('a', item).unwrap();
        }
        assert_eq!(queue.push('a', 4), Err(4), "of one sender, the next does not fit");
        assert_eq!(queue.push('b', 5), Ok(Some(3)), "the newest of the other gives way");
        assert_eq!(queue.push('b', 6), Err(6));
        assert_eq!(queue.push('c', 7), Ok(Some(2)));
        assert_eq!(queue.push('d', 8), Err(8), "each has one");
        assert_eq!(std::iter::from_fn(|| queue.pop()).collect::<Vec<_>>(), [1, 5, 7]);
        assert_eq!(FairQueue::new(0).push('a', 1), Err(1));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_waits_for_more_than_one_of_each_other(
            steps in prop::collection::vec((0_u8..6, any::<bool>()), 0..200),
        ) {
            let mut queue = FairQueue::new(8);
            let (mut inside, mut number) = (std::collections::BTreeMap::new(), 0);
            for (sender, adds) in steps {
                if adds {
                    number += 1;
                    match queue.push(sender, number) {
                        Ok(gone) => {
                            gone.map(|gone| inside.remove(&gone));
                            inside.insert(number, sender);
                        }
                        Err(refused) => prop_assert_eq!(refused, number),
                    }
                } else {
                    let before = inside.len();
                    let taken = queue.pop();
                    prop_assert_eq!(taken.is_some(), before > 0);
                    taken.map(|taken| inside.remove(&taken));
                }
                prop_assert!(inside.len() <= 8);
                prop_assert_eq!(queue.length, inside.len());
                let senders: std::collections::BTreeSet<_> = inside.values().collect();
                prop_assert_eq!(queue.turns.len(), senders.len(), "each has one turn");
            }
        }
    }
}
