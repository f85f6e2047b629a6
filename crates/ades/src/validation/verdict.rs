//! Verdicts on signatures: facts, and the outcome that follows from them (ETSI EN 319 102-1).

use chrono::{DateTime, Utc};

use crate::certificate::Certificate;
use crate::outcome::{Outcome, SubIndication};
use crate::reading::Format;
use crate::revocation::Status;

/// The baseline level that a signature reaches, by the parts that could be verified. Exhaustive on
/// purpose: a new level must not go unnoticed where verdicts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// B-B: signed.
    BB,
    /// B-T: with a time-stamp that counts.
    BT,
    /// B-LT: with a time-stamp that counts, and the data that a later validation needs.
    BLT,
}

impl Level {
    /// `b-b`, `b-t`, `b-lt`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BB => "b-b",
            Self::BT => "b-t",
            Self::BLT => "b-lt",
        }
    }
}

/// Whether a path leads to a trust anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// A path leads to an anchor, with CA certificates that are valid at [`Verdict::judged_at`].
    Trusted,
    /// No path leads to an anchor.
    NotFound,
    /// A path would, if its algorithms and key lengths were accepted.
    Algorithm,
}

/// A time-stamp on the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timestamp {
    /// The time that the token states.
    pub time: DateTime<Utc>,
    /// Subject of the authority's certificate (RFC 4514).
    pub authority: String,
    /// Whether the token covers this signature, is signed by the certificate that it names, and that certificate leads
    /// to an anchor and was neither expired nor revoked at the time.
    pub counts: bool,
}

/// The facts that were found about one signature over one payload at one time.
///
/// While [`Verdict::signature_valid`] is false, everything about the signer is a mere claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// The format that was verified.
    pub format: Format,
    /// The level that was reached.
    pub level: Level,
    /// The payload is the one that was signed. A JWS signs the payload itself and not its digest, so that for
    /// [`Format::Jades`] this and [`Verdict::signature_valid`] are one fact.
    pub intact: bool,
    /// The signature value fits the signer's public key and the bytes it covers.
    pub signature_valid: bool,
    /// The signed reference to the signer's certificate (ESS signing-certificate-v2, x5t#S256) fits it.
    pub signer_matches_signing_certificate_attribute: bool,
    /// Every certificate, time-stamp and piece of revocation data in the file counts for something: none is unexplained
    /// or broken.
    pub every_part_used: bool,
    /// Whether a path leads from the signer's certificate to a trust anchor.
    pub chain: Chain,
    /// The signer's certificate is within its validity period at [`Verdict::judged_at`].
    pub in_validity: bool,
    /// Whether the signer's certificate was revoked at [`Verdict::judged_at`].
    pub revocation: Status,
    /// The worst status of the CA certificates of the path.
    pub authority_revocation: Status,
    /// The time-stamps on the signature.
    pub timestamps: Vec<Timestamp>,
    /// The signing time that the signer claims, without proof.
    pub claimed_signing_time: DateTime<Utc>,
    /// The time for which certificates were judged: that of the earliest time-stamp that counts, which proves that the
    /// signature existed then; without one, the time of validation.
    pub judged_at: DateTime<Utc>,
    /// Who signed.
    pub signer: Signer,
}

/// The signer, by the fields of its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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

impl Verdict {
    /// Derives the outcome: the first fact against the signature decides.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.broken()
            .or_else(|| self.untrusted())
            .or_else(|| self.out_of_force())
            .unwrap_or(Outcome::TotalPassed)
    }

    /// Whether the outcome is [`Outcome::TotalPassed`].
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.outcome() == Outcome::TotalPassed
    }

    /// Facts about the signature alone.
    fn broken(&self) -> Option<Outcome> {
        if !self.intact && self.format != Format::Jades {
            Some(Outcome::TotalFailed(SubIndication::HashFailure))
        } else if !self.intact || !self.signature_valid {
            Some(Outcome::TotalFailed(SubIndication::SigCryptoFailure))
        } else {
            None
        }
    }

    /// Facts about who signed, and about what else is in the file.
    fn untrusted(&self) -> Option<Outcome> {
        let why = match self.chain {
            _ if !self.signer_matches_signing_certificate_attribute => {
                SubIndication::NoSigningCertificateFound
            }
            Chain::NotFound => SubIndication::NoCertificateChainFound,
            Chain::Algorithm => SubIndication::CryptoConstraintsFailure,
            Chain::Trusted if !self.every_part_used => SubIndication::SigConstraintsFailure,
            Chain::Trusted => return None,
        };
        Some(Outcome::Indeterminate(why))
    }

    /// Facts about the time. A claim to have signed after the certificate expired or was revoked is believed: a forger
    /// who can choose the time would choose another.
    fn out_of_force(&self) -> Option<Outcome> {
        use Outcome::{Indeterminate, TotalFailed};
        if !self.in_validity {
            return Some(if self.claimed_signing_time > self.signer.not_after {
                TotalFailed(SubIndication::Expired)
            } else if self.claimed_signing_time < self.signer.not_before {
                TotalFailed(SubIndication::NotYetValid)
            } else {
                Indeterminate(SubIndication::OutOfBoundsNoPoe)
            });
        }
        match (self.authority_revocation, self.revocation) {
            (Status::Revoked(_), _) => Some(Indeterminate(SubIndication::RevokedCaNoPoe)),
            (_, Status::Revoked(at)) if self.claimed_signing_time >= at => {
                Some(TotalFailed(SubIndication::Revoked))
            }
            (_, Status::Revoked(_)) => Some(Indeterminate(SubIndication::RevokedNoPoe)),
            (Status::Unknown, _) | (_, Status::Unknown) => Some(Indeterminate(SubIndication::TryLater)),
            _ => None,
        }
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
