//! CAdES: CMS Advanced Electronic Signatures, baseline B-B, detached (ETSI EN 319 122-1, RFC 5652).

mod ess;
mod read;
mod sign;

pub(super) use read::read;
pub use sign::Signer;

use der::asn1::ObjectIdentifier;

/// The `mime-type` attribute (EN 319 122-1, section 5.2.4.1): what kind of file was signed.
const MIME_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.1733.2.1");
