//! Signed data taken apart and put together again, byte for byte, to add to the parts that no signature covers.

use der::asn1::AnyRef;
use der::oid::db::rfc5911::ID_DATA;
use der::{Decode, Encode, Tag};

use super::set::RawSet;
use super::structure::{CmsVersion, ContentInfo, strict};
use super::tag::{CONTEXT_0, CONTEXT_1, SEQUENCE};
use super::{SignedData, content_info, tlv};
use crate::malformed::Malformed;

/// The fields of a detached signature's signed data, each as it was encoded.
pub(crate) struct Pieces {
    /// Version, digest algorithms, encapsulated content.
    fixed: [Vec<u8>; 3],
    /// Certificates, each in DER.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// Revocation data, each in DER.
    pub(crate) revocation: Vec<Vec<u8>>,
    /// The content of the one signer info.
    pub(crate) signer_info: Vec<u8>,
}

impl Pieces {
    /// Takes a signature apart; refuses what the strict reader refuses.
    pub(crate) fn of(signature: &[u8]) -> Result<Self, Malformed> {
        SignedData::read(signature, ID_DATA)?;
        let raw = strict::<ContentInfo<'_>>(signature)?.content;
        let owned = |elements: Vec<&[u8]>| elements.into_iter().map(<[u8]>::to_vec).collect();
        let revocation = raw.crls.map(RawSet::unordered).transpose()?;
        Ok(Self {
            fixed: [raw.version.to_der()?, raw.digest_algorithms.to_der()?, raw.encap_content_info.to_der()?],
            certificates: owned(raw.certificates.unordered()?),
            revocation: owned(revocation.unwrap_or_default()),
            signer_info: AnyRef::from_der(raw.signer_info()?)?.value().to_vec(),
        })
    }

    /// Puts the pieces together; the version follows from them (RFC 5652, section 5.1).
    pub(crate) fn assemble(mut self) -> Result<Vec<u8>, Malformed> {
        let other = self.revocation.iter().any(|choice| choice.first() != Some(&SEQUENCE));
        let [version, digests, content] = &mut self.fixed;
        *version = if other { CmsVersion::V5 } else { CmsVersion::V1 }.to_der()?;
        let certificates = set(CONTEXT_0, self.certificates)?;
        let revocation =
            if self.revocation.is_empty() { Vec::new() } else { set(CONTEXT_1, self.revocation)? };
        let signer_info = tlv(Tag::Set, &[&tlv(Tag::Sequence, &[&self.signer_info])?])?;
        let parts: [&[u8]; 6] = [version, digests, content, &certificates, &revocation, &signer_info];
        Ok(content_info(&tlv(Tag::Sequence, &parts)?)?)
    }
}

/// Encodes a set in DER order, without duplicates.
fn set(tag: Tag, mut elements: Vec<Vec<u8>>) -> der::Result<Vec<u8>> {
    elements.sort_unstable();
    elements.dedup();
    tlv(tag, &[&elements.concat()])
}
