//! The Cryptographic Message Syntax (RFC 5652) as far as signatures and time-stamps need it: signed data with one
//! signer, read strictly, and the pieces to write it.
//!
//! The structures are our own: the readers of the crate `cms` sort sets when they decode, and a verifier must see them
//! as they were received. That crate writes the hostile files of the tests.

mod attributes;
mod ess;
mod pieces;
mod set;
mod signed_data;
mod structure;
mod tag;
mod write;

pub(super) use attributes::Attributes;
pub(super) use ess::SigningCertificateV2;
pub(super) use pieces::Pieces;
pub(super) use signed_data::{Checked, SignedData};
pub(super) use structure::Attribute;
pub(super) use tag::{CONTEXT_1, SEQUENCE};
pub(super) use write::{Template, attribute, content_info, tlv};

use der::asn1::ObjectIdentifier;

/// `id-aa-signatureTimeStampToken` (RFC 3161, appendix A).
pub(super) const ID_AA_SIGNATURE_TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// `id-ri-ocsp-response` (RFC 5940): an OCSP response among the revocation data of signed data.
pub(super) const ID_RI_OCSP_RESPONSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.16.2");
