//! What goes over the wire about verifications.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::name::PrintedName;
pub(crate) use super::outcome::Outcome;
use crate::certificates::{ControlCode, RegistrationNumber};
use crate::http::validation::broken;
use crate::person::{Cnp, Cui};
use crate::signature::store::State;
use crate::text::Rule;

const ONE_PROOF: Rule = Rule::new(
    "one_of_cnp_cui_control_code",
    "Exactly one of `cnp`, `cui` and `control_code` goes with the number",
    "Exact unul dintre `cnp`, `cui` și `control_code` însoțește numărul",
);

fn is_registration_number(value: &str) -> Result<(), ValidationError> {
    RegistrationNumber::parse(value).map(drop).map_err(broken)
}

fn is_cnp(value: &str) -> Result<(), ValidationError> {
    Cnp::parse(value).map(drop).map_err(broken)
}

fn is_cui(value: &str) -> Result<(), ValidationError> {
    Cui::parse(value).map(drop).map_err(broken)
}

fn is_control_code(value: &str) -> Result<(), ValidationError> {
    ControlCode::parse(value).map(drop).map_err(broken)
}

fn is_printed_name(value: &str) -> Result<(), ValidationError> {
    PrintedName::parse(value).map(drop).map_err(broken)
}

/// What a relying party has in hand.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyRequest {
    /// As printed; case, spaces and dashes do not matter.
    #[validate(custom(function = "is_registration_number"))]
    #[schema(max_length = 64, example = "CJ-2026-7K3M-Q9ZD-T")]
    pub(crate) registration_number: String,
    /// The holder's personal numeric code, of a natural person.
    #[validate(custom(function = "is_cnp"))]
    #[schema(min_length = 13, max_length = 13, pattern = "^[1-9][0-9]{12}$", example = "1800101221144")]
    pub(crate) cnp: Option<String>,
    /// The holder's fiscal code, of a legal person; with `RO` before it or not.
    #[validate(custom(function = "is_cui"))]
    #[schema(max_length = 16, example = json!(null))]
    pub(crate) cui: Option<String>,
    /// As printed; case, spaces and dashes do not matter.
    #[validate(custom(function = "is_control_code"))]
    #[schema(max_length = 64, example = json!(null))]
    pub(crate) control_code: Option<String>,
    /// The holder's name as it is printed on the document, to find out whether somebody changed it there; case, diacritics
    /// and order do not matter. Without it the name on the document is not looked at.
    #[validate(custom(function = "is_printed_name"))]
    #[schema(max_length = 200, example = "Popescu Ana-Maria")]
    pub(crate) name: Option<String>,
}

impl VerifyRequest {
    /// The rule between the fields.
    pub(super) fn proof_rule(&self) -> Option<&'static Rule> {
        let given = [self.cnp.is_some(), self.cui.is_some(), self.control_code.is_some()];
        (given.into_iter().filter(|given| *given).count() != 1).then_some(&ONE_PROOF)
    }
}

/// What was found, one by one.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerificationFacts {
    /// A certificate of this number and this CNP, CUI or code stands in the register of certificates.
    pub(crate) found: bool,
    /// Today, in Romania, is not after its last day; null when nothing was found, or the name is another.
    pub(crate) in_validity: Option<bool>,
    /// It was taken back; null when nothing was found, or the name is another.
    pub(crate) revoked: Option<bool>,
    /// A corrected certificate took its place; null when nothing was found, or the name is another.
    pub(crate) superseded: Option<bool>,
    /// The name that was sent is the holder's. When it is not, the document was changed, and the outcome is `no_match`. Null
    /// when none was sent, or nothing was found: then the name on the document is not checked.
    pub(crate) name_matches: Option<bool>,
    /// What went with the number: `cnp`, `cui` or `control_code`.
    #[schema(example = "cnp")]
    pub(crate) checked_by: &'static str,
}

/// What a relying party learns about a certificate: nothing that is not on the paper in its hand.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifiedCertificate {
    /// As stored.
    #[schema(example = "CJ-2026-7K3M-Q9ZD-T")]
    pub(crate) registration_number: String,
    /// Which certificate.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason that it is valid for.
    #[schema(example = "employment")]
    pub(crate) reason: String,
    /// `no_record` or `record`.
    #[schema(example = "no_record")]
    pub(crate) finding: String,
    /// Civil date in Romania.
    pub(crate) issued_on: NaiveDate,
    /// Last day of validity.
    pub(crate) valid_until: NaiveDate,
}

/// The answer to a verification.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerificationResponse {
    /// The answer in one word.
    pub(crate) outcome: Outcome,
    /// What was found.
    pub(crate) facts: VerificationFacts,
    /// The certificate; absent without a match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<VerifiedCertificate>,
    /// When it was looked up; the answer holds for this moment.
    pub(crate) checked_at: DateTime<Utc>,
}

/// Who signs.
#[derive(Serialize, ToSchema)]
pub(crate) struct Trust {
    /// Keys of the seal by their certificates: those in force first, then the announced, then the retired.
    pub(crate) signers: Vec<TrustedSigner>,
}

/// The trust list as a JWS in the general JSON serialization (RFC 7515, section 7.2.1).
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes the file; it is served as it was signed")]
pub(crate) struct SignedTrust {
    /// The list in base64url: `issued_at`, `test` and `signers`, each with `chain_pem`, `active_from`, `retired_from` and
    /// `retired_in_emergency`.
    #[schema(example = "eyJpc3N1ZWRfYXQiOi…")]
    payload: String,
    /// By the seal and, where the operator published the list, by the operator. `typ` is `cazier-trust-list+jws`.
    signatures: Vec<TrustSignature>,
}

/// A signature over the list.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes the file; it is served as it was signed")]
pub(crate) struct TrustSignature {
    /// Header in base64url: `alg` and `typ`.
    #[schema(example = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImNhemllci10cnVzdC1saXN0K2p3cyJ9")]
    protected: String,
    /// Signature value in base64url.
    #[schema(example = "DtEhU3ljbEg8L38VWAfUAqOyKAM6…")]
    signature: String,
}

/// Where a key is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignerState {
    /// It may seal.
    Active,
    /// It is going to seal.
    Announced,
    /// It does not seal any more; what it sealed stays.
    Retired,
}

impl From<State> for SignerState {
    fn from(state: State) -> Self {
        match state {
            State::Announced => Self::Announced,
            State::Active => Self::Active,
            State::Retired => Self::Retired,
        }
    }
}

/// A certificate that seals.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrustedSigner {
    /// Subject of the certificate.
    #[schema(example = "CN=cazier TEST seal, O=cazier development, C=RO")]
    pub(crate) subject: String,
    /// SHA-256 of the certificate, in hexadecimal.
    #[schema(example = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    pub(crate) sha256: String,
    /// Where the key is in its life.
    pub(crate) state: SignerState,
    /// `seal` of an institution, or `signature` of a person.
    #[schema(example = "seal")]
    pub(crate) kind: String,
    /// Algorithm of its signatures (RFC 7518). A key of RSA is named by `RS256`, and may sign by `PS256`.
    #[schema(example = "ES256")]
    pub(crate) algorithm: &'static str,
    /// First moment of the certificate.
    pub(crate) not_before: DateTime<Utc>,
    /// Last second of the certificate.
    pub(crate) not_after: DateTime<Utc>,
    /// Since when the key stands on this list.
    pub(crate) announced_at: DateTime<Utc>,
    /// From when it seals; null while that is not decided.
    pub(crate) active_from: Option<DateTime<Utc>>,
    /// From when it does not seal any more; a certificate that says to be issued later is not ours.
    pub(crate) retired_from: Option<DateTime<Utc>>,
    /// Others may have had the key: what no time-stamp proves to be signed before `retired_from` counts for nothing.
    #[schema(example = false)]
    pub(crate) retired_in_emergency: bool,
    /// The certificate and its issuers up to the root, in PEM: `-CAfile` for OpenSSL.
    #[schema(example = "-----BEGIN CERTIFICATE-----\n…")]
    pub(crate) chain_pem: String,
    /// Whether the certificate claims to be qualified (eIDAS); the trusted list of the state decides whether it is.
    #[schema(example = false)]
    pub(crate) qualified: bool,
    /// True in the sandbox: a seal for tests, not valid in law.
    pub(crate) test: bool,
}
