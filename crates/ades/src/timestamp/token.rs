//! Time-stamp tokens: signed data over a [`TstInfo`], by a certificate for time-stamping alone.

use chrono::{DateTime, Utc};
use der::Decode;
use der::asn1::{Int, ObjectIdentifier};
use der::oid::db::rfc3161::ID_CT_TST_INFO;
use der::referenced::OwnedToRef;

use super::tst_info::TstInfo;
use crate::algorithm::Digest;
use crate::carried::decode_certificates;
use crate::certificate::Certificate;
use crate::cms::{Checked, SignedData};
use crate::malformed::Malformed;
use crate::revocation::Evidence;

/// A larger token is refused, in bytes: those of real authorities have 2 to 8 KiB.
pub(super) const MAX_TOKEN_BYTES: usize = 64 * 1024;

/// A token as it was received. Until it is verified, it proves nothing.
#[derive(Debug, Clone)]
pub struct Token {
    der: Vec<u8>,
    digest: Digest,
    imprint: Vec<u8>,
    gen_time: DateTime<Utc>,
    pub(super) policy: ObjectIdentifier,
    pub(super) nonce: Option<Int>,
    pub(crate) checked: Checked,
    pub(crate) signer: Certificate,
    pub(crate) carried: Vec<Certificate>,
    pub(crate) evidence: Vec<Evidence>,
}

impl Token {
    /// Reads a token, which must carry its signer's certificate.
    ///
    /// # Errors
    /// When this is not a token, or an algorithm is not accepted.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        if der.len() > MAX_TOKEN_BYTES {
            return Err(Malformed::TooLarge);
        }
        let data = SignedData::read(der, ID_CT_TST_INFO)?;
        let content = data.content.ok_or(Malformed::Profile("a time-stamp must hold its content"))?;
        let info = TstInfo::from_der(content)?;
        if info.version != 1 || data.unsigned_attributes()?.is_some() {
            return Err(Malformed::Profile("a time-stamp of another version, or with unsigned attributes"));
        }
        let digest = Digest::named(info.message_imprint.hash_algorithm.owned_to_ref());
        let mut carried = decode_certificates(&data.certificates)?;
        let signer = data.take_signer(&mut carried)?;
        Ok(Self {
            der: der.to_vec(),
            digest: digest.ok_or(Malformed::Algorithm)?,
            imprint: info.message_imprint.hashed_message.as_bytes().to_vec(),
            gen_time: info.time()?,
            policy: info.policy,
            checked: data.check(content, &signer)?,
            evidence: data.revocation()?,
            nonce: info.nonce,
            signer,
            carried,
        })
    }

    /// The encoding as it was received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The time that the token proves.
    #[must_use]
    pub fn gen_time(&self) -> DateTime<Utc> {
        self.gen_time
    }

    /// Whether the token covers `bytes`.
    #[must_use]
    pub fn covers(&self, bytes: &[u8]) -> bool {
        self.imprint == self.digest.of(bytes)
    }

    /// The certificate of the authority.
    #[must_use]
    pub fn signer(&self) -> &Certificate {
        &self.signer
    }

    /// Whether the signature verifies, over this content and with this certificate.
    pub(crate) fn is_sound(&self) -> bool {
        self.checked.intact && self.checked.signature_valid && self.checked.signer_matches_attribute
    }
}
