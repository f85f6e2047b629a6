//! Wire types of verification.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::method::CheckedBy;
pub(crate) use super::outcome::Outcome;
use crate::certificates::finding::Finding;
use crate::certificates::printed_name::PrintedName;
use crate::certificates::{ControlCode, RegistrationNumber};
use crate::log::LogInclusion;
use crate::person::{Cnp, Cui};
use crate::signature::store::{KeyKind, State};
use crate::text::Rule;
use crate::text::forms::Form;

pub(super) const ONE_PROOF: Rule = Rule::new(
    "one_of_cnp_cui_control_code",
    "Send exactly one of `cnp`, `cui` and `control_code` with the number",
    "Trimiteți, împreună cu numărul, exact unul dintre `cnp`, `cui` și `control_code`",
);

/// The forms that [`ONE_PROOF`] leaves.
pub(super) const FORMS: [Form; 3] = [
    Form::new(
        "ByCnp",
        "The number, with the CNP of the holder, a natural person.",
        r#"{"registration_number": "CJ-2026-7K3M-Q9ZD-T", "cnp": "1800101221144", "name": "Popescu Ana-Maria"}"#,
    )
    .needs(&["cnp"])
    .without(&["cui", "control_code"]),
    Form::new(
        "ByCui",
        "The number, with the CUI of the holder, a legal person.",
        r#"{"registration_number": "CJ-2026-7K3M-Q9ZD-T", "cui": "RO18547290", "name": "Exemplu SRL"}"#,
    )
    .needs(&["cui"])
    .without(&["cnp", "control_code"]),
    Form::new(
        "ByControlCode",
        "The number, with the control code that is printed beside it.",
        r#"{"registration_number": "CJ-2026-7K3M-Q9ZD-T", "control_code": "8F3K-Q2ZD-7M4T-XW9A"}"#,
    )
    .needs(&["control_code"])
    .without(&["cnp", "cui"]),
];

/// The data that a relying party has: the number, with exactly one of `cnp`, `cui` and `control_code`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyRequest {
    /// As printed; case, spaces and dashes do not matter.
    pub(crate) registration_number: RegistrationNumber,
    /// The CNP of the holder, if a natural person.
    pub(crate) cnp: Option<Cnp>,
    /// The CUI of the holder, if a legal person; with or without `RO`.
    pub(crate) cui: Option<Cui>,
    /// As printed; case, spaces and dashes do not matter.
    pub(crate) control_code: Option<ControlCode>,
    /// The holder's name as printed on the document, to find out whether it was altered; case, diacritics and order do
    /// not matter. If left out, the name is not checked.
    pub(crate) name: Option<PrintedName>,
}

/// The facts behind the outcome.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerificationFacts {
    /// Whether the register of certificates has a certificate with this number and this CNP, CUI or code.
    pub(crate) found: bool,
    /// Whether today, in Romania, is not after its last day; null if nothing was found, or the name differs.
    pub(crate) in_validity: Option<bool>,
    /// Whether it was revoked; null if nothing was found, or the name differs.
    pub(crate) revoked: Option<bool>,
    /// Whether a corrected certificate replaced it; null if nothing was found, or the name differs.
    pub(crate) superseded: Option<bool>,
    /// Whether the given name is the holder's. If not, the document was altered, and the outcome is `no_match`. Null if
    /// no name was given, or nothing was found: then the name on the document is not checked.
    pub(crate) name_matches: Option<bool>,
    /// What accompanied the number.
    pub(crate) checked_by: CheckedBy,
}

/// What a relying party learns about a certificate: nothing beyond what is on the paper.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifiedCertificate {
    /// In its stored form.
    #[schema(example = "CJ-2026-7K3M-Q9ZD-T")]
    pub(crate) registration_number: String,
    /// The service that issued it.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason for which it is valid.
    #[schema(example = "employment")]
    pub(crate) reason: String,
    /// What the criminal-record register said.
    pub(crate) finding: Finding,
    /// Civil date in Romania.
    pub(crate) issued_on: NaiveDate,
    /// Last day of validity.
    pub(crate) valid_until: NaiveDate,
}

/// The answer to a verification.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerificationResponse {
    /// The outcome in one word.
    pub(crate) outcome: Outcome,
    /// The facts behind the outcome.
    pub(crate) facts: VerificationFacts,
    /// The certificate; absent without a match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<VerifiedCertificate>,
    /// Its place in the tamper-evident log, with the proof; absent without a match, and in the first minutes after the
    /// issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<LogInclusion>,
    /// When it was looked up; the answer holds for this time.
    pub(crate) checked_at: DateTime<Utc>,
}

/// The signing keys.
#[derive(Serialize, ToSchema)]
pub(crate) struct Trust {
    /// The keys with their certificates: those in force first, then the announced, then the retired ones.
    pub(crate) signers: Vec<TrustedSigner>,
}

/// The trust list as a JWS in the general JSON serialization (RFC 7515, section 7.2.1).
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes the file; it is served as it was signed")]
pub(crate) struct SignedTrust {
    /// The list in base64url: `issued_at`, `test` and `signers`, each with `chain_pem`, `active_from`, `retired_from`
    /// and `retired_in_emergency`.
    #[schema(example = "eyJpc3N1ZWRfYXQiOi…")]
    payload: String,
    /// By the key in force and, if the operator published the list, by the operator. `typ` is `cazier-trust-list+jws`.
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

/// A signing certificate.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrustedSigner {
    /// Subject of the certificate.
    #[schema(example = "CN=Sigiliu electronic, O=Ministerul Afacerilor Interne, C=RO")]
    pub(crate) subject: String,
    /// SHA-256 of the certificate, in hexadecimal.
    #[schema(example = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    pub(crate) sha256: String,
    /// State of the key.
    pub(crate) state: State,
    /// What it signs in law.
    pub(crate) kind: KeyKind,
    /// Its signature algorithm (RFC 7518). An RSA key is listed as `RS256`, and may sign with `PS256`.
    #[schema(example = "ES256")]
    pub(crate) algorithm: &'static str,
    /// Start of the certificate's validity.
    pub(crate) not_before: DateTime<Utc>,
    /// End of the certificate's validity.
    pub(crate) not_after: DateTime<Utc>,
    /// Since when the key has been on this list.
    pub(crate) announced_at: DateTime<Utc>,
    /// From when it signs; null if not decided yet.
    pub(crate) active_from: Option<DateTime<Utc>>,
    /// From when it no longer signs; a certificate that claims a later issue is not ours.
    pub(crate) retired_from: Option<DateTime<Utc>>,
    /// The key may have been compromised: signatures that no time-stamp proves to be older than `retired_from` do not
    /// count.
    #[schema(example = false)]
    pub(crate) retired_in_emergency: bool,
    /// The certificate and its issuers up to the root, in PEM: `-CAfile` for OpenSSL.
    #[schema(example = "-----BEGIN CERTIFICATE-----\n…")]
    pub(crate) chain_pem: String,
    /// Whether the certificate claims to be qualified (eIDAS); the state's trusted list decides whether it is.
    #[schema(example = false)]
    pub(crate) qualified: bool,
    /// True for a test certificate, with no legal value.
    pub(crate) test: bool,
}
