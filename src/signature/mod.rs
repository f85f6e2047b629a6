//! The seal: the keys that this node holds, the one of them that is in force, and the history of all, so that every
//! certificate ever issued stays verifiable.
//!
//! A key is announced (published at `GET /v1/verify/trust`), then active, then retired: rows of `seal_keys`, moved by
//! `cazier keys`. A node signs with the key it holds that became active last; two can be active, so that nodes that do
//! not hold the new one yet go on with the old. The [`trust_list`] is what relying parties pin.

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

/// The end of a certificate is told of so many days before.
pub const WARN_DAYS: i64 = 60;
