//! Where a certificate is in the log, for verification: nothing is answered from a certificate that is not in the log, or
//! not as it was logged.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64;

use super::LOGGED_WITHIN;
use super::commitment::Issued;
use super::keys::LogKeys;
use super::merkle::{Hash, leaf_hash, root_of};
use super::proof::{Head, root_by_inclusion};
use super::types::LogInclusion;

/// How far the clocks of two nodes may differ.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);

/// The columns of `certificate_log`, in their order.
pub(crate) type EntryRow = (
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    Option<bool>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<String>,
    Option<Vec<u8>>,
    Option<Vec<Vec<u8>>>,
);

/// The place of a certificate in the log, as read and not yet checked.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) issued_at: DateTime<Utc>,
    began_at: DateTime<Utc>,
    end_logged: bool,
    is_logged: bool,
    leaf: Option<EntryLeaf>,
}

/// The leaf of a certificate's issue, and what proves it.
#[derive(Debug)]
struct EntryLeaf {
    index: u64,
    commitment: Vec<u8>,
    /// Erased with the row.
    salt: Option<Vec<u8>>,
    rest: Vec<u8>,
    size: u64,
    note: String,
    subtrees: Vec<u8>,
    siblings: Vec<Vec<u8>>,
}

/// Why nothing can be said about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotInLog {
    /// It is not logged, and should be by now.
    Missing,
    /// The row is not what was logged, or what was logged is not in the signed tree.
    Altered,
}

/// Returns the newest checkpoint that was found with an entry.
pub(crate) fn newest_in(row: &EntryRow) -> Option<&String> {
    row.8.as_ref()
}

impl Entry {
    /// Takes a row; `None` if there is no certificate.
    pub(crate) fn of(row: EntryRow) -> Option<Self> {
        let (issued_at, began_at, end_logged, index, commitment, salt, rest, size, note, subtrees, siblings) =
            row;
        let leaf = || {
            Some(EntryLeaf {
                index: index?.try_into().ok()?,
                commitment: commitment?,
                salt,
                rest: rest?,
                size: size?.try_into().ok()?,
                note: note?,
                subtrees: subtrees?,
                siblings: siblings?,
            })
        };
        let (issued_at, began_at, end_logged) = (issued_at?, began_at?, end_logged?);
        Some(Self { issued_at, began_at, end_logged, is_logged: index.is_some(), leaf: leaf() })
    }

    /// Returns the digest that its leaf commits to beside the row; empty without a leaf.
    pub(crate) fn rest(&self) -> &[u8] {
        self.leaf.as_ref().map_or(&[], |leaf| &leaf.rest)
    }

    /// Checks that the certificate is in the log as its row is now, and returns the proof; `None` within its first hour.
    ///
    /// # Errors
    /// See [`NotInLog`].
    pub(crate) fn check(
        &self,
        row: &Issued<'_>,
        has_ended: bool,
        keys: &LogKeys,
        now: DateTime<Utc>,
    ) -> Result<Option<LogInclusion>, NotInLog> {
        // The time of issue is not bound to the row: one in the future would put the hour off for ever.
        let is_of_the_future = self.issued_at > now + CLOCKS_DIFFER;
        if is_of_the_future || (self.end_logged && !has_ended) {
            return Err(NotInLog::Altered);
        }
        match &self.leaf {
            Some(leaf) => leaf.prove(row, keys).map(Some).ok_or(NotInLog::Altered),
            None if self.is_logged => Err(NotInLog::Altered),
            None if now - self.issued_at.max(self.began_at) > LOGGED_WITHIN => Err(NotInLog::Missing),
            None => Ok(None),
        }
    }
}

impl EntryLeaf {
    /// Proves that the leaf commits to the row and is in the tree of the checkpoint, which one of the keys has signed.
    fn prove(&self, row: &Issued<'_>, keys: &LogKeys) -> Option<LogInclusion> {
        let commitment = row.commit(self.salt.as_ref()?, Some(keys.chain()))?;
        let head = keys.open(&self.note)?.head;
        let path = self.path()?;
        let root = root_by_inclusion(&leaf_hash(&commitment), self.index, self.size, &path)?;
        let is_proved = commitment == *self.commitment && head == Head { size: self.size, root };
        is_proved.then(|| LogInclusion {
            entry: BASE64.encode(&commitment),
            index: self.index,
            size: self.size,
            hashes: path.iter().map(|hash| BASE64.encode(hash)).collect(),
            checkpoint: self.note.clone(),
        })
    }

    /// Returns the hashes of the proof: the siblings inside the complete subtree of the leaf, then the subtrees to the
    /// right of it as one, then each to the left.
    fn path(&self) -> Option<Vec<Hash>> {
        let height = (self.index ^ self.size).checked_ilog2().filter(|_| self.index < self.size)?;
        let siblings = self.siblings.iter().map(|hash| hash.as_slice().try_into().ok());
        let mut path = siblings.collect::<Option<Vec<Hash>>>()?;
        let (subtrees, rest) = self.subtrees.as_chunks::<32>();
        let at = usize::try_from((self.size >> height >> 1).count_ones()).ok()?;
        let (left, right) = (subtrees.get(..at)?, subtrees.get(at + 1..)?);
        if path.len() != usize::try_from(height).ok()? || !rest.is_empty() {
            return None;
        }
        if !right.is_empty() {
            path.push(root_of(right));
        }
        path.extend(left.iter().rev());
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::merkle::{Frontier, Place};
    use super::*;

    /// The view's query, in Rust.
    fn siblings(index: u64, size: u64, nodes: &HashMap<Place, Hash>) -> Vec<Vec<u8>> {
        let levels = (0..62).filter(|level| index >> (level + 1) != size >> (level + 1));
        levels.map(|level| nodes[&Place { level, index: (index >> level) ^ 1 }].to_vec()).collect()
    }

    #[test]
    fn siblings_and_subtrees_make_the_proof() {
        let (mut tree, mut nodes) = (Frontier::default(), HashMap::new());
        for size in 1..=70_u64 {
            tree.push(leaf_hash(&size.to_be_bytes()), |place, hash| {
                let _ = nodes.insert(place, hash);
            });
            for index in 0..size {
                let leaf = EntryLeaf {
                    index,
                    size,
                    commitment: Vec::new(),
                    salt: None,
                    rest: Vec::new(),
                    note: String::new(),
                    subtrees: tree.subtrees().concat(),
                    siblings: siblings(index, size, &nodes),
                };
                let root =
                    root_by_inclusion(&nodes[&Place { level: 0, index }], index, size, &leaf.path().unwrap());
                assert_eq!(root, Some(tree.root()), "{index} of {size}");
            }
        }
    }
}
