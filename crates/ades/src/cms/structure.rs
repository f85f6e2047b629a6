//! The structures of CMS (RFC 5652) as views of received bytes: nothing is copied, sets are checked and not sorted,
//! and certificates stay undecoded until somebody needs them.

use cms::content_info::CmsVersion;
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};
use spki::AlgorithmIdentifierRef;

use super::{CONTEXT_1, ID_RI_OCSP_RESPONSE};
use crate::reading::Malformed;

/// `ContentInfo`, of signed data.
#[derive(Sequence)]
pub(super) struct ContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) content: RawSignedData<'a>,
}

/// `SignedData` with certificates. Revocation data, if there is any, stands between them and the signer infos.
#[derive(Sequence)]
pub(super) struct RawSignedData<'a> {
    pub(super) version: CmsVersion,
    pub(super) digest_algorithms: AnyRef<'a>,
    pub(super) encap_content_info: EncapsulatedContentInfo<'a>,
    pub(super) certificates: AnyRef<'a>,
    fourth: AnyRef<'a>,
    fifth: Option<AnyRef<'a>>,
}

impl<'a> RawSignedData<'a> {
    pub(super) fn revocation(&self) -> Option<AnyRef<'a>> {
        self.fifth.is_some().then_some(self.fourth)
    }

    pub(super) fn signer_infos(&self) -> AnyRef<'a> {
        self.fifth.unwrap_or(self.fourth)
    }
}

/// `EncapsulatedContentInfo`.
#[derive(Sequence)]
pub(super) struct EncapsulatedContentInfo<'a> {
    pub(super) econtent_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) econtent: Option<&'a OctetStringRef>,
}

/// `SignerInfo`.
#[derive(Sequence)]
pub(super) struct SignerInfo<'a> {
    pub(super) version: CmsVersion,
    pub(super) sid: AnyRef<'a>,
    pub(super) digest_algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) signed_attrs: AnyRef<'a>,
    pub(super) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) signature: &'a OctetStringRef,
    pub(super) unsigned_attrs: Option<AnyRef<'a>>,
}

/// `Attribute`.
#[derive(Sequence)]
pub(crate) struct Attribute<'a> {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) values: AnyRef<'a>,
}

/// What follows the tag `[1]` of `OtherRevocationInfoFormat`.
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

/// The elements of a `SET OF` under its `tag`, each in DER. They must be in DER order and differ from each other.
pub(crate) fn elements<'a>(set: AnyRef<'a>, tag: Tag) -> Result<Vec<&'a [u8]>, Malformed> {
    let elements = tlvs(set, tag)?;
    if elements.is_sorted_by(|one, next| one < next) { Ok(elements) } else { Err(Malformed::NotCanonical) }
}

/// The elements under a `tag` in any order, each in DER.
pub(crate) fn tlvs<'a>(set: AnyRef<'a>, tag: Tag) -> Result<Vec<&'a [u8]>, Malformed> {
    set.tag().assert_eq(tag)?;
    let mut reader = SliceReader::new(set.value())?;
    let mut elements = Vec::new();
    while !reader.is_finished() {
        elements.push(reader.tlv_bytes()?);
    }
    Ok(elements)
}
