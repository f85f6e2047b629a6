//! Why there is no token.

use thiserror::Error;

use crate::malformed::Malformed;

/// Why there is no token.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TimestampError {
    /// The random generator failed.
    #[error("the request could not be made: no random numbers")]
    Random,
    /// The request could not be encoded.
    #[error("the request could not be made")]
    Encoding(#[from] der::Error),
    /// The authority refused, with this `PKIStatus`.
    #[error("the time-stamp authority refused, status {0}")]
    Refused(u8),
    /// The answer is not of the form of RFC 3161.
    #[error("the answer is malformed")]
    Malformed(#[from] Malformed),
    /// The answer is well formed and cannot be accepted.
    #[error("the token cannot be taken")]
    Untrusted(#[from] UntrustedToken),
}

/// Why a well-formed token cannot be accepted as the answer to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UntrustedToken {
    /// Over another digest.
    #[error("it is over something else")]
    Imprint,
    /// The answer to another request.
    #[error("the nonce is another")]
    Nonce,
    /// Under another policy than was asked for.
    #[error("the policy is another")]
    Policy,
    /// Its time differs from the time of this machine by more than clocks may.
    #[error("its time is not now")]
    Time,
    /// The signature does not verify.
    #[error("the signature is not valid")]
    Signature,
    /// The authority is not trusted.
    #[error("no path leads from its certificate to an anchor")]
    Path,
}
