//! Writing signed data.

use der::asn1::{ObjectIdentifier, OctetStringRef, SetOfVec};
use der::oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA,
};
use der::{Any, Encode, Header, Length, Tag, Tagged};
use x509_cert::attr::Attribute;

use super::SigningCertificateV2;
use super::structure::{CmsVersion, IssuerAndSerialNumber};
use super::tag::CONTEXT_0;
use crate::algorithm::SignatureAlgorithm;
use crate::certificate::Certificate;

/// Encodes one DER element whose content is given in encoded parts.
pub(crate) fn tlv(tag: Tag, parts: &[&[u8]]) -> der::Result<Vec<u8>> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut out = Vec::with_capacity(length.saturating_add(6));
    Header::new(tag, Length::try_from(length)?).encode(&mut out)?;
    for part in parts {
        out.extend_from_slice(part);
    }
    Ok(out)
}

/// Encodes an attribute with one value.
pub(crate) fn attribute<T: Tagged + der::EncodeValue>(
    oid: ObjectIdentifier,
    value: &T,
) -> der::Result<Vec<u8>> {
    let values = SetOfVec::try_from(vec![Any::encode_from(value)?])?;
    Attribute { oid, values }.to_der()
}

/// Writes signed data of one signer. The parts that all signatures share are encoded once.
#[derive(Debug)]
pub(crate) struct Template {
    content_type: ObjectIdentifier,
    /// Of `SignedData`: version and digest algorithms.
    head: Vec<u8>,
    certificates: Vec<u8>,
    /// Of `SignerInfo`: everything before the signed attributes.
    signer_info_head: Vec<u8>,
    signature_algorithm: Vec<u8>,
    /// The attributes that are the same in every signature: content type, signing certificate.
    constant: Vec<Vec<u8>>,
}

impl Template {
    /// Encodes the shared parts, for content of one type, signed by `signer`; `chain` is carried.
    pub(crate) fn new<'a>(
        content_type: ObjectIdentifier,
        algorithm: SignatureAlgorithm,
        signer: &Certificate,
        chain: impl Iterator<Item = &'a Certificate>,
    ) -> der::Result<Self> {
        let digest = algorithm.digest().identifier();
        // RFC 5652, section 5.1.
        let version = if content_type == ID_DATA { CmsVersion::V1 } else { CmsVersion::V3 };
        let mut certificates: Vec<&[u8]> = chain.map(Certificate::der).collect();
        certificates.sort_unstable();
        // Version 1 goes with issuer and serial number (RFC 5652, section 5.3).
        let signer_id = IssuerAndSerialNumber::of(signer).to_der()?;
        let signer_info_head = [CmsVersion::V1.to_der()?, signer_id, digest.to_der()?].concat();
        Ok(Self {
            content_type,
            head: [version.to_der()?, SetOfVec::try_from(vec![digest])?.to_der()?].concat(),
            certificates: tlv(CONTEXT_0, &certificates)?,
            signer_info_head,
            signature_algorithm: algorithm.identifier()?.to_der()?,
            constant: vec![
                attribute(ID_CONTENT_TYPE, &content_type)?,
                attribute(ID_AA_SIGNING_CERTIFICATE_V_2, &SigningCertificateV2::to(signer)?)?,
            ],
        })
    }

    /// Writes a `ContentInfo` with `content` (none if detached), over `digest`, with `others` as further signed
    /// attributes.
    pub(crate) fn write<E: From<der::Error>>(
        &self,
        content: Option<&[u8]>,
        digest: &[u8],
        others: &[Vec<u8>],
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        let attributes = self.signed_attributes(digest, others)?;
        // Signed as a SET OF, written as [0] IMPLICIT (RFC 5652, section 5.4).
        let signature = sign(&tlv(Tag::Set, &[&attributes])?)?;
        let signer_info = tlv(
            Tag::Sequence,
            &[
                &self.signer_info_head,
                &tlv(CONTEXT_0, &[&attributes])?,
                &self.signature_algorithm,
                &tlv(Tag::OctetString, &[&signature])?,
            ],
        )?;
        let encapsulated = self.encapsulated(content)?;
        let signer_infos = tlv(Tag::Set, &[&signer_info])?;
        let signed_data =
            tlv(Tag::Sequence, &[&self.head, &encapsulated, &self.certificates, &signer_infos])?;
        Ok(content_info(&signed_data)?)
    }

    /// The content of the SET OF signed attributes, in DER order.
    fn signed_attributes(&self, digest: &[u8], others: &[Vec<u8>]) -> der::Result<Vec<u8>> {
        let mut attributes = vec![attribute(ID_MESSAGE_DIGEST, &OctetStringRef::new(digest)?)?];
        attributes.extend(others.iter().chain(&self.constant).cloned());
        attributes.sort_unstable();
        Ok(attributes.concat())
    }

    fn encapsulated(&self, content: Option<&[u8]>) -> der::Result<Vec<u8>> {
        let mut parts = self.content_type.to_der()?;
        if let Some(content) = content {
            parts.extend(tlv(CONTEXT_0, &[&tlv(Tag::OctetString, &[content])?])?);
        }
        tlv(Tag::Sequence, &[&parts])
    }
}

/// `ContentInfo` of an encoded `SignedData`.
pub(crate) fn content_info(signed_data: &[u8]) -> der::Result<Vec<u8>> {
    tlv(Tag::Sequence, &[&ID_SIGNED_DATA.to_der()?, &tlv(CONTEXT_0, &[signed_data])?])
}
