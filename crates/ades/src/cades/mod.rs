//! CAdES: CMS Advanced Electronic Signatures, detached (ETSI EN 319 122-1, RFC 5652), at the baseline levels
//! B-B, B-T and B-LT.
//!
//! [`Signer`] makes B-B. [`add_signature_timestamp`] raises it to B-T with a token of a time-stamp authority over the
//! [`signature_value`], [`add_validation_data`] raises that to B-LT. Both add to the parts that no signature covers
//! and keep every signed byte.
//!
//! Validation data of B-LT is in the fields `certificates` and `crls` of the signed data, as EN 319 122-1 (clause
//! 6.3) asks of baseline signatures, OCSP responses among them by RFC 5940. The older attributes
//! (`certificate-values`, `revocation-values`) hold the same data; that clause leaves them out.

mod extend;
mod read;
mod sign;

pub use extend::{add_signature_timestamp, add_validation_data, signature_value};
pub(super) use read::{SigningTime, is_sound, is_sound_as, read};
pub use sign::Signer;

use der::asn1::ObjectIdentifier;

/// The `mime-type` attribute (EN 319 122-1, section 5.2.4.1): the media type of the payload.
const MIME_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.1733.2.1");
