//! What a strict reader finds in a signature file, before anyone asks whom to trust.

use chrono::{DateTime, Utc};

use crate::certificate::Certificate;
use crate::revocation::Evidence;
use crate::timestamp::Token;

/// The format of a signature. Exhaustive on purpose: a new format must not go unnoticed where verdicts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CMS Advanced Electronic Signatures (EN 319 122-1).
    Cades,
    /// JSON Advanced Electronic Signatures (TS 119 182-1).
    Jades,
    /// PDF Advanced Electronic Signatures (EN 319 142-1): the CMS signature inside a PDF, over all of it.
    Pades,
    /// Associated Signature Container (EN 319 162-1): a CAdES signature over the manifest of the files in it.
    Asic,
}

/// The facts that need no trust anchor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// The payload is the one whose digest was signed.
    pub(crate) intact: bool,
    /// The signature value fits the signer's public key and the bytes it covers.
    pub(crate) signature_valid: bool,
    /// The signed reference to the signer's certificate (ESS, x5t#S256) fits that certificate.
    pub(crate) signer_matches_attribute: bool,
    /// The claimed signing time.
    pub(crate) signing_time: DateTime<Utc>,
}

impl Facts {
    /// Whether all facts hold.
    pub(crate) fn all_good(&self) -> bool {
        self.intact && self.signature_valid && self.signer_matches_attribute
    }
}

/// A signature file, read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) format: Format,
    pub(crate) facts: Facts,
    pub(crate) signer: Certificate,
    /// The other certificates in the file.
    pub(crate) carried: Vec<Certificate>,
    /// The revocation data in the file.
    pub(crate) evidence: Vec<Evidence>,
    /// The time-stamps in the file.
    pub(crate) timestamps: Vec<Token>,
    /// The bytes that the time-stamps must cover.
    pub(crate) timestamped: Vec<u8>,
}

impl Reading {
    /// Whether the file holds `certificate`.
    pub(crate) fn carries(&self, certificate: &Certificate) -> bool {
        let tokens = self.timestamps.iter().flat_map(|token| token.carried.iter().chain([&token.signer]));
        self.carried.iter().chain([&self.signer]).chain(tokens).any(|one| one == certificate)
    }
}
