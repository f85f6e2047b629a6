//! CAdES: CMS Advanced Electronic Signatures, baseline B-B, detached (ETSI EN 319 122-1, RFC 5652).

mod ess;
mod read;
mod sign;
mod structure;

pub(super) use read::{is_sound, read};
pub use sign::Signer;

use cms::cert::IssuerAndSerialNumber;
use der::asn1::ObjectIdentifier;
use der::{Encode, Header, Length, Tag, TagNumber};

use super::certificate::Certificate;

/// The `mime-type` attribute (EN 319 122-1, section 5.2.4.1): what kind of file was signed.
const MIME_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.1733.2.1");

/// `[0]`, constructed: certificates, signed attributes, the content of a `ContentInfo`.
const CONTEXT_0: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// How a signer info names its signer's certificate, in DER.
fn issuer_and_serial_number(certificate: &Certificate) -> der::Result<Vec<u8>> {
    let fields = certificate.fields();
    IssuerAndSerialNumber { issuer: fields.issuer().clone(), serial_number: fields.serial_number().clone() }
        .to_der()
}

/// One DER element, its content given in parts that are already encoded.
fn tlv(tag: Tag, parts: &[&[u8]]) -> der::Result<Vec<u8>> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut out = Vec::with_capacity(length.saturating_add(6));
    Header::new(tag, Length::try_from(length)?).encode(&mut out)?;
    for part in parts {
        out.extend_from_slice(part);
    }
    Ok(out)
}
