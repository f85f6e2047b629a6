//! What must hold for any bytes: the readers answer in bounded time and memory, and accept only the few good files among
//! the seeds. One function for each target; `fuzz/tests/seeds.rs` replays the seeds by them.

mod certificate;
mod cms;
mod container;
mod jws;
mod pdf;
mod revocation;
mod timestamp;
mod trust;

pub use certificate::certificate;
pub use cms::cms;
pub use container::container;
pub use jws::jws;
pub use pdf::pdf;
pub use revocation::revocation;
pub use timestamp::timestamp;
pub use trust::{PAYLOAD, now};
