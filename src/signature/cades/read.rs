//! Reading CAdES strictly: what is neither signed nor implied by what is signed has one form only.

use cms::content_info::CmsVersion;
use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA,
    ID_SIGNING_TIME,
};
use der::{Decode, Encode, Tag, Tagged};
use spki::AlgorithmIdentifierRef;
use x509_cert::time::Time;

use super::ess::SigningCertificateV2;
use super::structure::{Attribute, ContentInfo, SignedData, SignerInfo, elements, strict};
use super::{CONTEXT_0, issuer_and_serial_number, tlv};
use crate::signature::algorithm::{self, Encoding};
use crate::signature::certificate::{self, Certificate};
use crate::signature::reading::{Facts, MAX_SIGNATURE_BYTES, Malformed, Reading, decode_certificates};
use crate::signature::verdict::Format;

/// Reads a detached signature and checks it over `payload` with the public key of the certificate in it.
pub(in crate::signature) fn read(signature: &[u8], payload: &[u8]) -> Result<Reading, Malformed> {
    let parts = Parts::decode(signature)?;
    let mut carried = decode_certificates(&parts.certificates)?;
    let named = carried.iter().map(|certificate| parts.names(certificate)).collect::<Result<Vec<_>, _>>()?;
    let position = named.iter().position(|named| *named);
    let signer = carried.remove(position.ok_or(Malformed::NoSigner)?);
    let facts = parts.check(payload, &signer)?;
    Ok(Reading { format: Format::Cades, facts, signer, carried })
}

/// Whether this is a sound signature over `payload` by the owner of `signer`, carrying that certificate.
pub(in crate::signature) fn is_sound(
    signature: &[u8],
    payload: &[u8],
    signer: &Certificate,
) -> Result<bool, Malformed> {
    let parts = Parts::decode(signature)?;
    let named = parts.certificates.contains(&signer.der()) && parts.names(signer)?;
    Ok(named && parts.check(payload, signer)?.all_good())
}

/// What is left of a signature when everything that has one form only was found to have it.
struct Parts<'a> {
    certificates: Vec<&'a [u8]>,
    info: SignerInfo<'a>,
}

impl<'a> Parts<'a> {
    fn decode(signature: &'a [u8]) -> Result<Self, Malformed> {
        if signature.len() > MAX_SIGNATURE_BYTES {
            return Err(Malformed::TooLarge);
        }
        let outer: ContentInfo<'a> = strict(signature)?;
        if outer.content_type != ID_SIGNED_DATA {
            return Err(Malformed::Profile("content type"));
        }
        let signed_data = outer.content;
        check_frame(&signed_data)?;
        let [info] = elements(signed_data.signer_infos, Tag::Set)?[..] else {
            return Err(Malformed::Profile("number of signers"));
        };
        let info: SignerInfo<'a> = strict(info)?;
        check_signer_info(&info)?;
        Ok(Self { certificates: elements(signed_data.certificates, CONTEXT_0)?, info })
    }

    /// Whether the signer info names `certificate`, by issuer and serial number.
    fn names(&self, certificate: &Certificate) -> Result<bool, Malformed> {
        Ok(self.info.sid.to_der()? == issuer_and_serial_number(certificate)?)
    }

    /// What the signature says, checked over `payload` with the key of `signer`.
    fn check(&self, payload: &[u8], signer: &Certificate) -> Result<Facts, Malformed> {
        let point = signer.point().map_err(|_| Malformed::Algorithm)?;
        // Signed as a SET OF, written as [0] IMPLICIT (RFC 5652, section 5.4).
        let covered = tlv(Tag::Set, &[self.info.signed_attrs.value()])?;
        let attributes = self.signed_attributes()?;
        let digest: &OctetStringRef = single(&attributes, ID_MESSAGE_DIGEST)?;
        let reference: SigningCertificateV2 = single(&attributes, ID_AA_SIGNING_CERTIFICATE_V_2)?;
        let signing_time: Time = single(&attributes, ID_SIGNING_TIME)?;
        let value = self.info.signature.as_bytes();
        Ok(Facts {
            intact: digest.as_bytes() == algorithm::sha256(payload),
            signature_valid: algorithm::verify(point, Encoding::Asn1, &covered, value),
            signer_matches_attribute: reference.refers_to(signer),
            signing_time: certificate::moment(signing_time),
        })
    }

    /// The signed attributes, none of them twice, the content type among them as it should be.
    fn signed_attributes(&self) -> Result<Vec<Attribute<'a>>, Malformed> {
        let encoded = elements(self.info.signed_attrs, CONTEXT_0)?;
        let attributes = encoded.into_iter().map(strict).collect::<Result<Vec<Attribute<'a>>, _>>()?;
        let mut types: Vec<ObjectIdentifier> = attributes.iter().map(|attribute| attribute.oid).collect();
        types.sort_unstable();
        types.dedup();
        if types.len() != attributes.len() {
            return Err(Malformed::Profile("a signed attribute is repeated"));
        }
        if single::<ObjectIdentifier>(&attributes, ID_CONTENT_TYPE)? != ID_DATA {
            return Err(Malformed::Profile("content-type attribute"));
        }
        Ok(attributes)
    }
}

/// Checks what surrounds the certificates and the signer info.
fn check_frame(signed_data: &SignedData<'_>) -> Result<(), Malformed> {
    let content = &signed_data.encap_content_info;
    if signed_data.version != CmsVersion::V1 {
        return Err(Malformed::Profile("version"));
    }
    if content.econtent_type != ID_DATA || content.econtent.is_some() {
        return Err(Malformed::Profile("the payload must be detached data"));
    }
    if signed_data.surplus.is_some() {
        return Err(Malformed::Profile("revocation data is above level B-B"));
    }
    match elements(signed_data.digest_algorithms, Tag::Set)?[..] {
        [one] if algorithm::is_sha256(strict::<AlgorithmIdentifierRef<'_>>(one)?) => Ok(()),
        _ => Err(Malformed::Algorithm),
    }
}

/// Checks what the signature does not cover of a signer info, and the certificates do not imply.
fn check_signer_info(info: &SignerInfo<'_>) -> Result<(), Malformed> {
    // Version 1 goes with issuer and serial number (RFC 5652, section 5.3).
    if info.version != CmsVersion::V1 || info.sid.tag() != Tag::Sequence {
        return Err(Malformed::Profile("signer identifier"));
    }
    if info.unsigned_attrs.is_some() {
        return Err(Malformed::Profile("unsigned attributes are above level B-B"));
    }
    let algorithms =
        algorithm::is_sha256(info.digest_algorithm) && algorithm::is_ecdsa_sha256(info.signature_algorithm);
    if algorithms { Ok(()) } else { Err(Malformed::Algorithm) }
}

/// The value of an attribute that must be there and have exactly one.
fn single<'a, T>(attributes: &[Attribute<'a>], oid: ObjectIdentifier) -> Result<T, Malformed>
where
    T: Decode<'a, Error = der::Error>,
{
    let missing = Malformed::Profile("a mandatory signed attribute is missing or has several values");
    let Some(attribute) = attributes.iter().find(|attribute| attribute.oid == oid) else {
        return Err(missing);
    };
    match elements(attribute.values, Tag::Set)?[..] {
        [value] => Ok(T::from_der(value)?),
        _ => Err(missing),
    }
}
