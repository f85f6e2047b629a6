//! The structures of CMS (RFC 5652) as views of received bytes: nothing is copied, sets are checked and not sorted,
//! and certificates stay undecoded until somebody needs them.

use cms::content_info::CmsVersion;
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};
use spki::AlgorithmIdentifierRef;

use crate::signature::reading::Malformed;

/// `ContentInfo`, of signed data.
#[derive(Sequence)]
pub(super) struct ContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) content: SignedData<'a>,
}

/// `SignedData`; revocation data would come between the last two and make the signer infos `surplus`.
#[derive(Sequence)]
pub(super) struct SignedData<'a> {
    pub(super) version: CmsVersion,
    pub(super) digest_algorithms: AnyRef<'a>,
    pub(super) encap_content_info: EncapsulatedContentInfo<'a>,
    pub(super) certificates: AnyRef<'a>,
    pub(super) signer_infos: AnyRef<'a>,
    pub(super) surplus: Option<AnyRef<'a>>,
}

/// `EncapsulatedContentInfo`.
#[derive(Sequence)]
pub(super) struct EncapsulatedContentInfo<'a> {
    pub(super) econtent_type: ObjectIdentifier,
    pub(super) econtent: Option<AnyRef<'a>>,
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
pub(super) struct Attribute<'a> {
    pub(super) oid: ObjectIdentifier,
    pub(super) values: AnyRef<'a>,
}

/// Decodes, and refuses what DER would write differently.
pub(super) fn strict<'a, T>(bytes: &'a [u8]) -> Result<T, Malformed>
where
    T: Decode<'a, Error = der::Error> + Encode,
{
    let value = T::from_der(bytes)?;
    if value.to_der()? == bytes { Ok(value) } else { Err(Malformed::NotCanonical) }
}

/// The elements of a `SET OF` under its `tag`, each in DER. They must be in DER order and differ from each other.
pub(super) fn elements<'a>(set: AnyRef<'a>, tag: Tag) -> Result<Vec<&'a [u8]>, Malformed> {
    set.tag().assert_eq(tag)?;
    let mut reader = SliceReader::new(set.value())?;
    let mut elements = Vec::new();
    while !reader.is_finished() {
        elements.push(reader.tlv_bytes()?);
    }
    if elements.is_sorted_by(|one, next| one < next) { Ok(elements) } else { Err(Malformed::NotCanonical) }
}
