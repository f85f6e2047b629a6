//! The seal over certificates: the keys of this node, the one in force, and the history of all, so that every
//! certificate ever issued stays verifiable.
//!
//! A key is announced (published at `GET /v1/verify/trust`), then active, then retired: rows of `seal_keys`, changed by
//! `cazier keys`. A node signs with its key that became active last. Two can be active at once, so that nodes without
//! the new key go on with the old one. Relying parties pin the [`trust_list`].
//!
//! | File | What lives there |
//! | --- | --- |
//! | `held`, `source`, `waiting` | the keys of this node: signing with them, opening them, waiting for a device |
//! | `rotation`, `store` | one key after another; the rows of keys |
//! | `trust_list` | the signed list of keys, the file of `GET /v1/verify/trust/signed` |
//! | `health` | the state of the key, for probes, metrics and log |

mod health;
mod held;
pub mod rotation;
mod source;
pub mod store;
pub mod trust_list;
mod waiting;

pub use health::{Health, watch};
pub(crate) use held::unavailable;
pub use held::{Held, Seals};
pub use source::{OpenError, Source, Where, kind_of, open};

/// Days before expiry at which we warn.
pub const WARN_DAYS: i64 = 60;
