//! What can be wrong with the log, and how it is told.

use std::fmt;

use chrono::{DateTime, Utc};

/// What is wrong with the log. Names rows by their ids alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A committed row has no leaf, and does not wait for one.
    NotLogged(String),
    /// Something has waited too long for its leaf.
    Waits(DateTime<Utc>),
    /// The numbers of the leaves have a gap before this one.
    Gap(i64),
    /// The row of a leaf is gone.
    RowGone(i64, String),
    /// The row of a leaf is not what was logged.
    RowChanged(i64, String),
    /// A node of the tree is not the hash of what is below it, or is missing.
    Node(u32, u64),
    /// There are nodes that belong to no tree.
    MoreNodes(i64),
    /// A stored checkpoint is not signed by a trusted key.
    Unsigned(i64),
    /// A stored checkpoint is not of this tree.
    OtherTree(i64),
    /// A saved checkpoint is not of this tree, or of a larger one.
    Saved(u64),
    /// A leaf is erased that is not known to be.
    Erased(i64),
    /// A leaf is known to be erased and is not, or is not there.
    NotErased(u64),
    /// There is not one leaf.
    Empty,
    /// The newest leaves have no checkpoint over them.
    NoCheckpoint,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLogged(what) => write!(f, "{what} has no leaf and is not queued"),
            Self::Waits(since) => write!(f, "rows have waited for their leaves since {since}"),
            Self::Gap(index) => write!(f, "leaves are missing before leaf {index}"),
            Self::RowGone(index, what) => write!(f, "leaf {index}: {what} is gone"),
            Self::RowChanged(index, what) => write!(f, "leaf {index}: {what} is not what was logged"),
            Self::Node(level, index) => write!(f, "node {index} on level {level} is missing or changed"),
            Self::MoreNodes(count) => write!(f, "{count} nodes belong to no tree"),
            Self::Unsigned(size) => write!(f, "the checkpoint of size {size} is not signed by a trusted key"),
            Self::OtherTree(size) => write!(f, "the checkpoint of size {size} is of another tree"),
            Self::Saved(size) => write!(
                f,
                "the saved checkpoint of size {size} is of another tree: the past was changed, or this is an older copy"
            ),
            Self::Erased(index) => write!(f, "leaf {index} is erased, and is not known to be"),
            Self::NotErased(index) => write!(f, "leaf {index} is known to be erased, and is not"),
            Self::Empty => write!(f, "there is not one leaf"),
            Self::NoCheckpoint => write!(f, "no checkpoint covers the newest leaves"),
        }
    }
}
