//! Signed data with one signer, read strictly: parts that are neither signed nor implied by signed parts have one form
//! only.

use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA,
};
use der::{Encode, Tag, Tagged};
use spki::AlgorithmIdentifierRef;

use super::set::RawSet;
use super::structure::{
    CmsVersion, ContentInfo, IssuerAndSerialNumber, RawSignedData, SignerInfo, ocsp_response, strict,
};
use super::tag::SEQUENCE;
use super::{Attributes, SigningCertificateV2, tlv};
use crate::algorithm::{Digest, Encoding, Scheme};
use crate::certificate::Certificate;
use crate::limits::MAX_EVIDENCE;
use crate::malformed::Malformed;
use crate::revocation::Evidence;

/// Signed data whose form was checked: everything that has one form only has it.
pub(crate) struct SignedData<'a> {
    /// `certificates`, each in DER.
    pub(crate) certificates: Vec<&'a [u8]>,
    /// `eContent`; absent where the signature is detached.
    pub(crate) content: Option<&'a [u8]>,
    /// `crls`, each in DER.
    revocation: Vec<&'a [u8]>,
    /// The one signer info.
    info: SignerInfo<'a>,
    /// Its signed attributes.
    attributes: Attributes<'a>,
    digest: Digest,
    scheme: Scheme,
}

/// Facts about one signer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checked {
    /// The content is the one whose digest was signed.
    pub(crate) intact: bool,
    /// The signature value fits the signer's public key and the bytes it covers.
    pub(crate) signature_valid: bool,
    /// The signed reference to the signer's certificate (ESS) fits that certificate.
    pub(crate) signer_matches_attribute: bool,
}

impl<'a> SignedData<'a> {
    /// Reads signed data whose content is of type `content_type`.
    pub(crate) fn read(bytes: &'a [u8], content_type: ObjectIdentifier) -> Result<Self, Malformed> {
        let outer: ContentInfo<'a> = strict(bytes)?;
        let raw = outer.content;
        if outer.content_type != ID_SIGNED_DATA || raw.encap_content_info.econtent_type != content_type {
            return Err(Malformed::Profile("content type"));
        }
        let revocation = raw.crls.map(RawSet::elements).transpose()?;
        let revocation = revocation.unwrap_or_default();
        check_version(&raw, &revocation)?;
        let info: SignerInfo<'a> = strict(raw.signer_info()?)?;
        let (digest, scheme) = check_signer_info(&info, &raw)?;
        let attributes = Attributes::read(info.signed_attrs)?;
        check_content_type(&attributes, content_type)?;
        // Some time-stamp authorities do not sort certificates; their order means nothing.
        let certificates = if content_type == ID_DATA {
            raw.certificates.elements()?
        } else {
            raw.certificates.unordered()?
        };
        let content = raw.encap_content_info.econtent.map(OctetStringRef::as_bytes);
        Ok(Self { certificates, content, revocation, info, attributes, digest, scheme })
    }

    /// Whether the signer info names `certificate`, by issuer and serial number.
    pub(crate) fn names(&self, certificate: &Certificate) -> Result<bool, Malformed> {
        Ok(self.info.sid.to_der()? == IssuerAndSerialNumber::of(certificate).to_der()?)
    }

    /// Removes the signer's certificate from the carried ones.
    pub(crate) fn take_signer(&self, carried: &mut Vec<Certificate>) -> Result<Certificate, Malformed> {
        let named =
            carried.iter().map(|certificate| self.names(certificate)).collect::<Result<Vec<_>, _>>()?;
        let position = named.iter().position(|named| *named);
        Ok(carried.remove(position.ok_or(Malformed::NoSigner)?))
    }

    /// Checks the signature over `content` with the key of `signer`.
    pub(crate) fn check(&self, content: &[u8], signer: &Certificate) -> Result<Checked, Malformed> {
        let key = signer.public_key().map_err(|_| Malformed::Algorithm)?;
        let digest: &OctetStringRef = self.attributes.mandatory(ID_MESSAGE_DIGEST)?;
        let reference: SigningCertificateV2 = self.attributes.mandatory(ID_AA_SIGNING_CERTIFICATE_V_2)?;
        // Signed as a SET OF, written as [0] IMPLICIT (RFC 5652, section 5.4).
        let covered = tlv(Tag::Set, &[self.info.signed_attrs.value()])?;
        Ok(Checked {
            intact: digest.as_bytes() == self.digest.of(content),
            signature_valid: key.verify(self.scheme, Encoding::Asn1, &covered, self.signature_value()),
            signer_matches_attribute: reference.refers_to(signer),
        })
    }

    /// The signature value: what a signature time-stamp covers.
    pub(crate) fn signature_value(&self) -> &'a [u8] {
        self.info.signature.as_bytes()
    }

    /// The signed attributes.
    pub(crate) fn signed_attributes(&self) -> &Attributes<'a> {
        &self.attributes
    }

    /// The unsigned attributes, if there are any.
    pub(crate) fn unsigned_attributes(&self) -> Result<Option<Attributes<'a>>, Malformed> {
        self.info.unsigned_attrs.map(Attributes::read).transpose()
    }

    /// Revocation data: CRLs, and OCSP responses (RFC 5940).
    pub(crate) fn revocation(&self) -> Result<Vec<Evidence>, Malformed> {
        if self.revocation.len() > MAX_EVIDENCE {
            return Err(Malformed::Profile("too much revocation data"));
        }
        self.revocation.iter().map(|element| evidence(element)).collect()
    }
}

/// A CRL is written as it is, an OCSP response under the tag `[1]`.
fn evidence(element: &[u8]) -> Result<Evidence, Malformed> {
    if element.first() == Some(&SEQUENCE) {
        return Evidence::from_crl(element);
    }
    Evidence::from_ocsp(ocsp_response(element)?)
}

/// The version follows from the rest (RFC 5652, section 5.1).
fn check_version(raw: &RawSignedData<'_>, revocation: &[&[u8]]) -> Result<(), Malformed> {
    let plain = raw.encap_content_info.econtent_type == ID_DATA;
    let wanted = match (revocation.iter().any(|element| element.first() != Some(&SEQUENCE)), plain) {
        (true, _) => CmsVersion::V5,
        (false, true) => CmsVersion::V1,
        (false, false) => CmsVersion::V3,
    };
    if raw.version == wanted { Ok(()) } else { Err(Malformed::Profile("version")) }
}

/// Checks the parts of a signer info that the signature does not cover and the certificates do not imply.
fn check_signer_info(info: &SignerInfo<'_>, raw: &RawSignedData<'_>) -> Result<(Digest, Scheme), Malformed> {
    // Version 1 goes with issuer and serial number (RFC 5652, section 5.3).
    if info.version != CmsVersion::V1 || info.sid.tag() != Tag::Sequence {
        return Err(Malformed::Profile("signer identifier"));
    }
    let digest = Digest::named(info.digest_algorithm).ok_or(Malformed::Algorithm)?;
    let scheme = Scheme::of_signer_info(info.signature_algorithm, digest).ok_or(Malformed::Algorithm)?;
    match raw.digest_algorithms.elements()?[..] {
        [one] if Digest::named(strict::<AlgorithmIdentifierRef<'_>>(one)?) == Some(digest) => {}
        _ => return Err(Malformed::Algorithm),
    }
    Ok((digest, scheme))
}

fn check_content_type(attributes: &Attributes<'_>, wanted: ObjectIdentifier) -> Result<(), Malformed> {
    let signed: ObjectIdentifier = attributes.mandatory(ID_CONTENT_TYPE)?;
    if signed == wanted { Ok(()) } else { Err(Malformed::Profile("content-type attribute")) }
}
