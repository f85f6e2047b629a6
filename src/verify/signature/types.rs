//! Wire types of signature verification.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use serde::Serialize;
use utoipa::ToSchema;

use super::indication::{FileFormat, Indication, RevocationStatus, SignatureSubIndication};
use super::judge::Judgement;
use crate::certificates::SignatureLevel;
use crate::error::chain;
use crate::verify::types::{Outcome, VerifiedCertificate};
use ades::{Chain, Timestamp, Verdict};

/// The posted form: `payload` and `signature`, or `document`, or `container`.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the form; `upload` reads it")]
pub(crate) struct SignatureForm {
    /// The signed bytes, exactly as fetched.
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "application/json")]
    payload: Option<Vec<u8>>,
    /// The signature: CAdES (CMS, DER or PEM), or JAdES (JWS, compact or flattened JSON).
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "application/octet-stream")]
    signature: Option<Vec<u8>>,
    /// The signed PDF (PAdES): the certificate, or its European form.
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "application/pdf")]
    document: Option<Vec<u8>>,
    /// The container (ASiC-E).
    #[schema(value_type = Option<String>, format = Binary, content_media_type = "application/vnd.etsi.asic-e+zip")]
    container: Option<Vec<u8>>,
}

/// The answer to the verification of a signature.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignatureVerificationResponse {
    /// The outcome in one word.
    pub(super) outcome: Outcome,
    /// The facts behind the outcome.
    pub(super) facts: SignatureVerificationFacts,
    /// The certificate; absent without a match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) certificate: Option<VerifiedCertificate>,
    /// When it was judged; the answer holds for this time.
    pub(super) checked_at: DateTime<Utc>,
}

/// The facts behind the outcome.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignatureVerificationFacts {
    /// The result (ETSI EN 319 102-1).
    pub(super) indication: Indication,
    /// Why it did not pass, as defined by the same standard.
    pub(super) sub_indication: Option<SignatureSubIndication>,
    /// Why the file cannot be parsed, in English, for debugging; absent for a signature of our profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    pub(super) malformed: Option<String>,
    /// Whether one of this service's own keys signed; null if the file cannot be parsed.
    pub(super) signed_by_this_service: Option<bool>,
    /// Whether the register of certificates holds exactly this payload, under its number and signed by this
    /// certificate; or exactly this document or container was made for a certificate of the register.
    pub(super) registered: bool,
    /// Whether today, in Romania, is not after its last day; null if it is not in the register.
    pub(super) in_validity: Option<bool>,
    /// Whether it was revoked; null if it is not in the register.
    pub(super) revoked: Option<bool>,
    /// Whether a corrected certificate replaced it; null if it is not in the register.
    pub(super) superseded: Option<bool>,
    /// The signature; absent if it is not of our profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) signature: Option<SignatureFacts>,
}

/// The details of a signature. Unless `signature_valid`, everything about the signer is only a claim.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignatureFacts {
    /// Its format.
    format: FileFormat,
    /// Its baseline level.
    level: SignatureLevel,
    /// Whether the content is what was signed.
    intact: bool,
    /// Whether the signature value fits the signer's public key and the signed data.
    signature_valid: bool,
    /// Whether a path leads from the signer's certificate to a trust anchor.
    chain_trusted: bool,
    /// Whether every part of the file is covered or used.
    every_part_used: bool,
    /// Whether the signer's certificate was in validity at `judged_at`.
    signer_in_validity: bool,
    /// Revocation status of the signer's certificate at `judged_at`.
    revocation: RevocationStatus,
    /// Time-stamps on the signature.
    timestamps: Vec<SignatureTimestamp>,
    /// The signing time claimed by the signer; no proof.
    claimed_signing_time: DateTime<Utc>,
    /// The time of the judgement: that of a valid time-stamp, otherwise now.
    judged_at: DateTime<Utc>,
    /// Subject of the signer's certificate.
    #[schema(example = "CN=Sigiliu electronic,O=Ministerul Afacerilor Interne,C=RO")]
    signer: String,
    /// SHA-256 of that certificate, in hexadecimal.
    #[schema(example = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    signer_sha256: String,
}

/// A time-stamp (RFC 3161).
#[derive(Serialize, ToSchema)]
pub(crate) struct SignatureTimestamp {
    /// The time attested by the authority.
    time: DateTime<Utc>,
    /// Subject of its certificate.
    #[schema(example = "CN=Time-stamp authority,O=Trust provider,C=RO")]
    authority: String,
    /// Whether the time-stamp is valid and proves its time.
    counts: bool,
}

impl SignatureVerificationFacts {
    /// Fills in the facts of the signature alone, before the register is queried.
    pub(super) fn of(judgement: &Judgement, signed_by_this_service: Option<bool>) -> Self {
        let outcome = match judgement {
            Ok(verdict) => verdict.outcome(),
            Err(malformed) => malformed.outcome(),
        };
        Self {
            indication: outcome.into(),
            sub_indication: outcome.sub_indication().map(SignatureSubIndication::from),
            malformed: judgement.as_ref().err().map(|malformed| chain(malformed)),
            signed_by_this_service,
            registered: false,
            in_validity: None,
            revoked: None,
            superseded: None,
            signature: judgement.as_ref().ok().map(SignatureFacts::from),
        }
    }
}

impl From<&Verdict> for SignatureFacts {
    fn from(verdict: &Verdict) -> Self {
        Self {
            format: verdict.format.into(),
            level: verdict.level.into(),
            intact: verdict.intact,
            signature_valid: verdict.signature_valid,
            chain_trusted: verdict.chain == Chain::Trusted,
            every_part_used: verdict.every_part_used,
            signer_in_validity: verdict.in_validity,
            revocation: (&verdict.revocation).into(),
            timestamps: verdict.timestamps.iter().map(SignatureTimestamp::from).collect(),
            claimed_signing_time: verdict.claimed_signing_time,
            judged_at: verdict.judged_at,
            signer: verdict.signer.subject.clone(),
            signer_sha256: HEXLOWER.encode(&verdict.signer.fingerprint),
        }
    }
}

impl From<&Timestamp> for SignatureTimestamp {
    fn from(stamp: &Timestamp) -> Self {
        Self { time: stamp.time, authority: stamp.authority.clone(), counts: stamp.counts }
    }
}
