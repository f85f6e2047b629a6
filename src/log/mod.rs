//! The tamper-evident log: a Merkle tree (RFC 9162) over every audit event and every state of a certificate, published
//! with signed checkpoints, so that nobody changes, removes or reorders what was logged without being noticed.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `append`, `keys` | the worker's job: appends what was committed, and signs the tree |
//! | `commitment` | what a leaf commits to |
//! | `inclusion` | where a certificate is in the log, for verification |
//! | `accept` | going on after a restore |
//! | `memory`, `ended` | what a process remembers of the log outside the database |
//! | `whole`, `fault` | checks the whole log against the rows: `cazier audit verify` |
//! | `store` | the rows of the log |
//! | `handlers`, `types` | the endpoints: checkpoint, tiles, proofs |
//! | `merkle` | hashes of leaves and nodes; the tree that grows at its right edge |
//! | `proof` | proofs of inclusion and consistency: what is in them, and checking them |
//! | `tile` | tiles, the parts in which the tree is published (C2SP `tlog-tiles`) |
//! | `note`, `checkpoint` | signed notes (C2SP `signed-note`), and the signed tree heads in them (C2SP `tlog-checkpoint`) |

pub mod accept;
mod append;
pub mod checkpoint;
mod commitment;
mod ended;
mod fault;
mod handlers;
mod inclusion;
mod keys;
mod memory;
pub mod merkle;
pub mod note;
pub mod proof;
mod store;
pub mod tile;
mod types;
pub mod whole;

pub use append::{AppendToLog, SCHEDULE, append_all};
pub use checkpoint::Checkpoint;
pub(crate) use commitment::Issued;
pub(crate) use handlers::unknown;
pub(crate) use inclusion::{Entry, EntryRow, NotInLog, newest_in};
pub use keys::{LogKeys, PublicKeyFault};
pub use memory::{Doubt, Memory, Signed};
pub use merkle::{Frontier, Hash};
pub use note::{NoteKey, NoteSigner};
pub(crate) use store::{Lag, lag};
pub(crate) use types::LogInclusion;

use chrono::TimeDelta;
use utoipa_actix_web::service_config::ServiceConfig;

/// How long after it was written a row may wait for its leaf. A certificate that is not logged by then does not verify.
const LOGGED_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::get_log_checkpoint)
        .service(handlers::get_log_tile)
        .service(handlers::get_log_proof);
}
