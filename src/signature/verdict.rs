//! The verdict on a signature: facts, and the outcome that follows from them (ETSI EN 319 102-1).

use chrono::{DateTime, Utc};

use super::certificate::Certificate;

/// The format of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CMS Advanced Electronic Signatures (EN 319 122-1).
    Cades,
    /// JSON Advanced Electronic Signatures (TS 119 182-1).
    Jades,
}

/// What was found out about one signature over one payload at one time.
///
/// While [`Verdict::signature_valid`] is false, everything about the signer is a claim and nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The format that was verified.
    pub format: Format,
    /// The payload is the one that was signed. A JWS signs the payload itself and not its digest, so that for
    /// [`Format::Jades`] this and [`Verdict::signature_valid`] are one fact.
    pub intact: bool,
    /// The signature value fits the signer's public key and the bytes it covers.
    pub signature_valid: bool,
    /// The signed reference to the signer's certificate (ESS signing-certificate-v2, x5t#S256) fits it.
    pub signer_matches_signing_certificate_attribute: bool,
    /// Every certificate in the file is part of the path, or is an anchor: none is there unexplained.
    pub every_certificate_used: bool,
    /// A path leads from the signer's certificate to a trust anchor, its CA certificates in validity.
    pub chain_trusted: bool,
    /// The signer's certificate is within its validity period at the time of the verification.
    pub in_validity: bool,
    /// When the signer says to have signed; no proof.
    pub claimed_signing_time: DateTime<Utc>,
    /// Who signed.
    pub signer: Signer,
}

/// The signer, as its certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Subject (RFC 4514).
    pub subject: String,
    /// Issuer (RFC 4514).
    pub issuer: String,
    /// Serial number, lower-case hexadecimal.
    pub serial: String,
    /// SHA-256 of the certificate.
    pub fingerprint: [u8; 32],
    /// First moment of validity.
    pub not_before: DateTime<Utc>,
    /// Last second of validity.
    pub not_after: DateTime<Utc>,
}

/// The outcome, by the status indications of EN 319 102-1, section 5.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// `TOTAL-PASSED`, by this profile: revocation was not looked up.
    TotalPassed,
    /// `TOTAL-FAILED`: the signature is broken.
    TotalFailed(SubIndication),
    /// `INDETERMINATE`: nothing is broken, yet not all that is needed could be established.
    Indeterminate(SubIndication),
}

/// Why a signature did not pass; the names are those of EN 319 102-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubIndication {
    /// The payload is not the one that was signed.
    HashFailure,
    /// The signature value does not verify.
    SigCryptoFailure,
    /// The signed reference points at another certificate.
    NoSigningCertificateFound,
    /// No path to a trust anchor.
    NoCertificateChainFound,
    /// Certificates that no path needs.
    SigConstraintsFailure,
    /// The certificate is not in its validity period, and no proof says that the signature existed when it was.
    OutOfBoundsNoPoe,
}

impl Verdict {
    /// Derives the outcome: the first fact that speaks against the signature decides.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        use Outcome::{Indeterminate, TotalFailed, TotalPassed};
        if !self.intact && self.format == Format::Cades {
            TotalFailed(SubIndication::HashFailure)
        } else if !self.intact || !self.signature_valid {
            TotalFailed(SubIndication::SigCryptoFailure)
        } else if !self.signer_matches_signing_certificate_attribute {
            Indeterminate(SubIndication::NoSigningCertificateFound)
        } else if !self.chain_trusted {
            Indeterminate(SubIndication::NoCertificateChainFound)
        } else if !self.every_certificate_used {
            Indeterminate(SubIndication::SigConstraintsFailure)
        } else if !self.in_validity {
            Indeterminate(SubIndication::OutOfBoundsNoPoe)
        } else {
            TotalPassed
        }
    }

    /// Whether every fact speaks for the signature.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.outcome() == Outcome::TotalPassed
    }
}

impl From<&Certificate> for Signer {
    fn from(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject(),
            issuer: certificate.issuer(),
            serial: certificate.serial(),
            fingerprint: certificate.fingerprint(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
        }
    }
}
