//! Failures of the simulator itself.

use actix_web::ResponseError;

/// A failure of the simulator itself.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The system's source of randomness, or a key made from it, failed.
    #[error("no key or random value could be made")]
    Cryptography,
    /// A token's claims could not be written as JSON.
    #[error("the claims could not be serialized")]
    Claims(#[from] serde_json::Error),
}

impl From<ring::error::Unspecified> for SimulatorError {
    fn from(_: ring::error::Unspecified) -> Self {
        Self::Cryptography
    }
}

/// Answers 500, without details.
impl ResponseError for SimulatorError {}
