//! What must hold for any bytes: they are answered in bounded time and memory, and nothing is accepted but the few good
//! files that the seeds begin with. One function for each target; `tests/seeds.rs` replays the seeds by them.

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
