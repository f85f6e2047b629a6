//! A signed file in any of the formats.

use ring::digest::{SHA256, digest};

use crate::asic::{self, Container};
use crate::certificate::Certificate;
use crate::cms::SEQUENCE;
use crate::malformed::Malformed;
use crate::pades::{self, SignedPdf};
use crate::reading::Reading;
use crate::revocation::Evidence;
use crate::timestamp::Token;
use crate::{cades, jades};

/// A signed file in any format.
#[derive(Debug, Clone, Copy)]
pub enum Signed<'a> {
    /// A detached signature, in CMS (CAdES) or JWS (JAdES), which their first bytes tell apart.
    Detached {
        /// The signature.
        signature: &'a [u8],
        /// The payload that it covers.
        payload: &'a [u8],
    },
    /// A PDF with its signature in it (PAdES).
    Pdf(&'a [u8]),
    /// A container of files with one signature over them (ASiC-E).
    Container(&'a [u8]),
}

impl Signed<'_> {
    /// The bytes that a signature time-stamp covers.
    ///
    /// # Errors
    /// When this is not a signed file of the profile.
    pub fn signature_value(&self) -> Result<Vec<u8>, Malformed> {
        match self {
            Self::Detached { signature, .. } if is_cms(signature) => {
                cades::signature_value(signature).map(<[u8]>::to_vec)
            }
            Self::Detached { signature, .. } => jades::signature_value(text(signature)?),
            Self::Pdf(pdf) => pades::signature_value(pdf),
            Self::Container(container) => asic::signature_value(container),
        }
    }

    /// Adds a signature time-stamp (B-T); returns the signature if it is detached, else the whole file.
    ///
    /// # Errors
    /// When this is not a signed file of the profile, it has a time-stamp already, or the token covers something
    /// else.
    pub fn with_signature_timestamp(&self, token: &Token) -> Result<Vec<u8>, Malformed> {
        match self {
            Self::Detached { signature, .. } if is_cms(signature) => {
                cades::add_signature_timestamp(signature, token)
            }
            Self::Detached { signature, .. } => {
                jades::add_signature_timestamp(text(signature)?, token).map(String::into_bytes)
            }
            Self::Pdf(pdf) => pades::add_signature_timestamp(pdf, token),
            Self::Container(container) => asic::add_signature_timestamp(container, token),
        }
    }

    /// Adds the data that a later validation needs (B-LT); returns the signature if it is detached, else the whole file.
    ///
    /// # Errors
    /// When this is not a signed file of the profile, or in a format without that level here (JWS).
    pub fn with_validation_data(
        &self,
        certificates: &[Certificate],
        evidence: &[Evidence],
    ) -> Result<Vec<u8>, Malformed> {
        match self {
            Self::Detached { signature, .. } => cades::add_validation_data(signature, certificates, evidence),
            Self::Pdf(pdf) => pades::add_validation_data(pdf, certificates, evidence),
            Self::Container(container) => asic::add_validation_data(container, certificates, evidence),
        }
    }

    /// The same with `other` as the signature if it is detached, else as the file.
    #[must_use]
    pub fn replaced_by<'a>(&self, other: &'a [u8]) -> Signed<'a>
    where
        Self: 'a,
    {
        match *self {
            Self::Detached { payload, .. } => Signed::Detached { signature: other, payload },
            Self::Pdf(_) => Signed::Pdf(other),
            Self::Container(_) => Signed::Container(other),
        }
    }

    /// SHA-256 of the signed content: the payload, the PDF without signature and security store, the manifest. The same
    /// at every level.
    ///
    /// # Errors
    /// When this is not a signed file of the profile.
    pub fn content_sha256(&self) -> Result<Vec<u8>, Malformed> {
        let sha256 = |bytes: &[u8]| digest(&SHA256, bytes).as_ref().to_vec();
        Ok(match self {
            Self::Detached { payload, .. } => sha256(payload),
            Self::Pdf(pdf) => sha256(&SignedPdf::read(pdf)?.covered),
            Self::Container(container) => sha256(&Container::read(container)?.manifest),
        })
    }

    /// Reads the file strictly.
    pub(crate) fn read(&self) -> Result<Reading, Malformed> {
        match self {
            Self::Detached { signature, payload } if is_cms(signature) => {
                cades::read(signature, payload, cades::SigningTime::Attribute)
            }
            Self::Detached { signature, payload } => jades::read(signature, payload),
            Self::Pdf(pdf) => pades::read(pdf),
            Self::Container(container) => asic::read(container),
        }
    }
}

fn is_cms(signature: &[u8]) -> bool {
    signature.first() == Some(&SEQUENCE)
}

fn text(signature: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(signature).map_err(|_| Malformed::Jws)
}
