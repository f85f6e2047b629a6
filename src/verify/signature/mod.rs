//! Verification of uploaded signature files.

mod handlers;
mod in_hand;
mod indication;
mod judge;
mod known;
pub(super) mod store;
mod types;
mod upload;

pub(crate) use handlers::verify_signature;
pub use in_hand::InHand;
pub use judge::Judge;
