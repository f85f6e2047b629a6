//! Raising the signature of a container to a higher level. Files and manifest stay what they are.

use super::{Container, write};
use crate::cades;
use crate::certificate::Certificate;
use crate::malformed::Malformed;
use crate::revocation::Evidence;
use crate::timestamp::Token;

/// The value of the signature in a container: what a signature time-stamp covers.
///
/// # Errors
/// When this is not a container of the profile.
pub fn signature_value(container: &[u8]) -> Result<Vec<u8>, Malformed> {
    Ok(cades::signature_value(&Container::read(container)?.signature)?.to_vec())
}

/// Adds a signature time-stamp: B-B becomes B-T.
///
/// # Errors
/// When this is not a container of the profile, it has a time-stamp already, or the token covers something else.
pub fn add_signature_timestamp(container: &[u8], token: &Token) -> Result<Vec<u8>, Malformed> {
    with_signature(container, |signature| cades::add_signature_timestamp(signature, token))
}

/// Adds certificates and revocation data that are not there yet: B-T becomes B-LT.
///
/// # Errors
/// When this is not a container of the profile.
pub fn add_validation_data(
    container: &[u8],
    certificates: &[Certificate],
    evidence: &[Evidence],
) -> Result<Vec<u8>, Malformed> {
    with_signature(container, |signature| cades::add_validation_data(signature, certificates, evidence))
}

/// The container with another signature in it.
fn with_signature(
    container: &[u8],
    raise: impl FnOnce(&[u8]) -> Result<Vec<u8>, Malformed>,
) -> Result<Vec<u8>, Malformed> {
    let Container { objects, manifest, signature } = Container::read(container)?;
    Ok(write(&objects, &manifest, &raise(&signature)?)?)
}
