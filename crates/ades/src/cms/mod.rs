//! The Cryptographic Message Syntax (RFC 5652) as far as signatures and time-stamps need it: signed data with one
//! signer, read strictly, and the pieces to write it.

mod attributes;
mod ess;
mod pieces;
mod signed_data;
mod structure;
mod write;

pub(super) use attributes::Attributes;
pub(super) use ess::SigningCertificateV2;
pub(super) use pieces::Pieces;
pub(super) use signed_data::{Checked, SignedData};
pub(super) use structure::{Attribute, elements};
pub(super) use write::{Template, attribute, content_info, tlv};

use cms::cert::IssuerAndSerialNumber;
use der::asn1::ObjectIdentifier;
use der::{Encode, Tag, TagNumber};

use super::certificate::Certificate;

/// `id-aa-signatureTimeStampToken` (RFC 3161, appendix A).
pub(super) const ID_AA_SIGNATURE_TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// `id-ri-ocsp-response` (RFC 5940): an OCSP response among the revocation data of signed data.
pub(super) const ID_RI_OCSP_RESPONSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.16.2");

/// `[0]`, constructed: certificates, signed attributes, the content of a `ContentInfo`.
pub(super) const CONTEXT_0: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// `[1]`, constructed: revocation data, unsigned attributes.
pub(super) const CONTEXT_1: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(1) };

/// How a signer info names its signer's certificate, in DER.
fn issuer_and_serial_number(certificate: &Certificate) -> der::Result<Vec<u8>> {
    let fields = certificate.fields();
    IssuerAndSerialNumber { issuer: fields.issuer().clone(), serial_number: fields.serial_number().clone() }
        .to_der()
}
