//! Verification of uploaded signature files.

mod handlers;
mod indication;
mod judge;
mod known;
mod places;
pub(super) mod store;
mod types;
mod upload;

pub(crate) use handlers::verify_signature;
pub use judge::Judge;
pub use places::Places;
