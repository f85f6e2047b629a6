//! The tamper-evident log: a Merkle tree (RFC 9162) over every audit event and every state of a certificate, published
//! with signed checkpoints, so that nobody changes, removes or reorders what was logged without being noticed.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `merkle` | hashes of leaves and nodes; the tree that grows at its right edge |
//! | `proof` | proofs of inclusion and consistency: what is in them, and checking them |
//! | `tile` | tiles, the parts in which the tree is published (C2SP `tlog-tiles`) |
//! | `note`, `checkpoint` | signed notes (C2SP `signed-note`), and the signed tree heads in them (C2SP `tlog-checkpoint`) |

pub mod checkpoint;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod tile;

pub use checkpoint::Checkpoint;
pub use merkle::{Frontier, Hash};
pub use note::{NoteKey, NoteSigner};
