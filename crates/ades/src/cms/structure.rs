//! The structures of CMS (RFC 5652) as views of received bytes: nothing is copied, sets are checked and not sorted, and
//! certificates stay undecoded until they are needed.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Enumerated, Reader, Sequence, SliceReader, Tagged};
use spki::AlgorithmIdentifierRef;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

use super::ID_RI_OCSP_RESPONSE;
use super::set::RawSet;
use super::tag::CONTEXT_1;
use crate::certificate::Certificate;
use crate::malformed::Malformed;

/// `CMSVersion` (section 10.2.5).
///
/// ```text
/// CMSVersion ::= INTEGER { v0(0), v1(1), v2(2), v3(3), v4(4), v5(5) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enumerated)]
#[asn1(type = "INTEGER")]
#[repr(u8)]
#[allow(missing_docs, reason = "the names of RFC 5652")]
pub(super) enum CmsVersion {
    V0 = 0,
    V1 = 1,
    V2 = 2,
    V3 = 3,
    V4 = 4,
    V5 = 5,
}

/// `IssuerAndSerialNumber` (section 10.2.4): how a signer info names its signer's certificate.
///
/// ```text
/// IssuerAndSerialNumber ::= SEQUENCE {
///   issuer Name,
///   serialNumber CertificateSerialNumber }
/// ```
#[derive(Sequence)]
pub(super) struct IssuerAndSerialNumber {
    issuer: Name,
    serial_number: SerialNumber,
}

impl IssuerAndSerialNumber {
    /// The name of `certificate`.
    pub(super) fn of(certificate: &Certificate) -> Self {
        let fields = certificate.fields();
        Self { issuer: fields.issuer().clone(), serial_number: fields.serial_number().clone() }
    }
}

/// `ContentInfo` (section 3) of signed data.
///
/// ```text
/// ContentInfo ::= SEQUENCE {
///   contentType ContentType,
///   content [0] EXPLICIT ANY DEFINED BY contentType }
/// ```
#[derive(Sequence)]
pub(super) struct ContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) content: RawSignedData<'a>,
}

/// `SignedData` (section 5.1). The profile demands certificates.
///
/// ```text
/// SignedData ::= SEQUENCE {
///   version CMSVersion,
///   digestAlgorithms SET OF DigestAlgorithmIdentifier,
///   encapContentInfo EncapsulatedContentInfo,
///   certificates [0] IMPLICIT CertificateSet OPTIONAL,
///   crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
///   signerInfos SET OF SignerInfo }
/// ```
#[derive(Sequence)]
pub(super) struct RawSignedData<'a> {
    pub(super) version: CmsVersion,
    pub(super) digest_algorithms: RawSet<'a>,
    pub(super) encap_content_info: EncapsulatedContentInfo<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true")]
    pub(super) certificates: RawSet<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) crls: Option<RawSet<'a>>,
    pub(super) signer_infos: RawSet<'a>,
}

impl<'a> RawSignedData<'a> {
    /// The one signer info, in DER.
    pub(super) fn signer_info(&self) -> Result<&'a [u8], Malformed> {
        match self.signer_infos.elements()?[..] {
            [one] => Ok(one),
            _ => Err(Malformed::Profile("number of signers")),
        }
    }
}

/// `EncapsulatedContentInfo` (section 5.2).
///
/// ```text
/// EncapsulatedContentInfo ::= SEQUENCE {
///   eContentType ContentType,
///   eContent [0] EXPLICIT OCTET STRING OPTIONAL }
/// ```
#[derive(Sequence)]
pub(super) struct EncapsulatedContentInfo<'a> {
    pub(super) econtent_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) econtent: Option<&'a OctetStringRef>,
}

/// `SignerInfo` (section 5.3). The profile demands signed attributes.
///
/// ```text
/// SignerInfo ::= SEQUENCE {
///   version CMSVersion,
///   sid SignerIdentifier,
///   digestAlgorithm DigestAlgorithmIdentifier,
///   signedAttrs [0] IMPLICIT SET OF Attribute OPTIONAL,
///   signatureAlgorithm SignatureAlgorithmIdentifier,
///   signature OCTET STRING,
///   unsignedAttrs [1] IMPLICIT SET OF Attribute OPTIONAL }
/// ```
#[derive(Sequence)]
pub(super) struct SignerInfo<'a> {
    pub(super) version: CmsVersion,
    pub(super) sid: AnyRef<'a>,
    pub(super) digest_algorithm: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true")]
    pub(super) signed_attrs: RawSet<'a>,
    pub(super) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) signature: &'a OctetStringRef,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) unsigned_attrs: Option<RawSet<'a>>,
}

/// `Attribute` (section 5.3).
///
/// ```text
/// Attribute ::= SEQUENCE {
///   attrType OBJECT IDENTIFIER,
///   attrValues SET OF AttributeValue }
/// ```
#[derive(Sequence)]
pub(crate) struct Attribute<'a> {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) values: RawSet<'a>,
}

/// The OCSP response in an element of `RevocationInfoChoices` (section 10.2.1, RFC 5940).
///
/// ```text
/// RevocationInfoChoice ::= CHOICE {
///   crl CertificateList,
///   other [1] IMPLICIT OtherRevocationInfoFormat }
///
/// OtherRevocationInfoFormat ::= SEQUENCE {
///   otherRevInfoFormat OBJECT IDENTIFIER,
///   otherRevInfo ANY DEFINED BY otherRevInfoFormat }
/// ```
pub(super) fn ocsp_response(element: &[u8]) -> Result<&[u8], Malformed> {
    let element = AnyRef::from_der(element)?;
    element.tag().assert_eq(CONTEXT_1)?;
    let mut reader = SliceReader::new(element.value())?;
    let format = ObjectIdentifier::decode(&mut reader)?;
    let response = reader.tlv_bytes()?;
    if format == ID_RI_OCSP_RESPONSE && reader.is_finished() {
        Ok(response)
    } else {
        Err(Malformed::Profile("revocation data of an unknown kind"))
    }
}

/// Decodes, and refuses what DER would write differently.
pub(crate) fn strict<'a, T>(bytes: &'a [u8]) -> Result<T, Malformed>
where
    T: Decode<'a, Error = der::Error> + Encode,
{
    let value = T::from_der(bytes)?;
    if value.to_der()? == bytes { Ok(value) } else { Err(Malformed::NotCanonical) }
}
