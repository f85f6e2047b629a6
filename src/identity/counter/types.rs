//! Wire types of verifications at a counter.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::activation_code::ActivationCode;
use crate::accounts::decision::NOTE_MISSING;
use crate::identity::status::{VerificationReason, VerificationStatus};
use crate::person::identity_document::{DOCUMENT_NUMBER, DOCUMENT_SERIES};
use crate::person::{Cnp, DocumentKind, IdentityDocument, PersonName};
use crate::text::forms::Form;
use crate::text::rule::{self, Rule};
use crate::text::{At, Opaque, TEXT_BLANK, Text};
use crate::time::civil_date::CivilDate;

pub(super) const DOCUMENT_MISSING: Rule = Rule::new(
    "document_missing",
    "To certify, send the document that you have seen",
    "Pentru certificare, trimiteți datele documentului pe care l-ați văzut",
);
pub(super) const DOCUMENT_EXPIRED: Rule = Rule::new(
    "document_expired",
    "An expired document does not prove identity",
    "Un document expirat nu dovedește identitatea",
);
pub(super) const SEX_CONTRADICTS: Rule =
    Rule::new("sex_contradicts_cnp", "The sex does not match the CNP", "Sexul nu corespunde CNP-ului");

/// Sex, as in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Sex)]
pub(crate) enum Sex {
    /// F.
    Female,
    /// M.
    Male,
}

impl From<crate::person::Sex> for Sex {
    fn from(sex: crate::person::Sex) -> Self {
        match sex {
            crate::person::Sex::Female => Self::Female,
            crate::person::Sex::Male => Self::Male,
        }
    }
}

/// The claimed identity, which an officer compares with a document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IdentityClaim)]
#[schema(example = json!({"cnp": "1800101221144", "family_name": "Popescu", "given_name": "Ana Maria"}))]
pub(crate) struct ClaimRequest {
    /// Personal numeric code.
    pub(crate) cnp: Cnp,
    /// As in the document.
    pub(crate) family_name: PersonName,
    /// As in the document.
    pub(crate) given_name: PersonName,
    /// Required for a CNP that begins with 7, 8 or 9; otherwise optional, and must agree with the CNP.
    pub(crate) birth_date: Option<CivilDate>,
    /// Optional; must agree with the CNP.
    pub(crate) sex: Option<Sex>,
}

/// Opens a verification.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"activation_code": "7K3-MQ9-ZDH"}))]
pub(crate) struct OpenCounterVerificationRequest {
    /// The person's code, as read or scanned.
    pub(crate) activation_code: ActivationCode,
}

/// The claimed identity, for the officer to compare with the document.
#[derive(Serialize, ToSchema)]
#[schema(as = ClaimedPerson)]
pub(crate) struct ClaimedPerson {
    /// Personal numeric code.
    #[schema(example = "1800101221144")]
    pub(crate) cnp: String,
    /// Family name.
    #[schema(example = "Popescu")]
    pub(crate) family_name: String,
    /// Given names.
    #[schema(example = "Ana Maria")]
    pub(crate) given_name: String,
    /// Date of birth.
    pub(crate) birth_date: NaiveDate,
    /// Sex, derived from the CNP.
    pub(crate) sex: Option<Sex>,
}

/// Another account that the person owns.
#[derive(Serialize, ToSchema)]
pub(crate) struct OtherAccount {
    /// How the person was proved to own it.
    #[schema(example = "ghiseul")]
    pub(crate) method: String,
    /// When.
    pub(crate) verified_at: DateTime<Utc>,
}

/// A verification, as an officer sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = CounterVerification)]
pub(crate) struct CounterVerificationResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// Its status.
    pub(crate) status: VerificationStatus,
    /// Why it ended, once it is no longer open.
    pub(crate) reason: Option<VerificationReason>,
    /// The claimed identity; null once the verification is decided.
    pub(crate) claim: Option<ClaimedPerson>,
    /// Another account that the person owns: certifying requires `transfer`, and takes that account from them.
    pub(crate) other_account: Option<OtherAccount>,
    /// Until when this office may decide without opening the verification again.
    pub(crate) decide_until: Option<DateTime<Utc>>,
    /// Until when this office may undo the decision.
    pub(crate) undo_until: Option<DateTime<Utc>>,
    /// When the code expires.
    pub(crate) expires_at: DateTime<Utc>,
}

/// The officer's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CounterDecision)]
pub(crate) enum Decision {
    /// Person, claim and document agree.
    Certify,
    /// They do not agree; `note` says why.
    Reject,
}

/// The document that the officer saw.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SeenDocument)]
#[schema(example = json!({"type": "identity_card", "series": "CJ", "number": "123456"}))]
pub(crate) struct DocumentFields {
    /// Its kind.
    #[serde(rename = "type")]
    kind: DocumentKind,
    /// Series, if the kind has one.
    series: Option<Opaque<0, 32>>,
    /// Number.
    number: Opaque<1, 64>,
    /// Last day of validity; null for a document that does not expire.
    expires_on: Option<CivilDate>,
}

/// The rules of a reset, besides those of its fields.
pub(super) const OF_RESET: &[At] = &[
    ("/document", DOCUMENT_MISSING),
    ("/document/series", DOCUMENT_SERIES),
    ("/document/number", DOCUMENT_NUMBER),
    ("/document/expires_on", DOCUMENT_EXPIRED),
];
/// The rules of a decision, besides those of its fields and of the document.
pub(super) const OF_DECISION: &[At] = &[("/note", NOTE_MISSING), ("/family_name", TEXT_BLANK)];

/// The seen document, in the form of its kind.
pub(crate) struct SeenDocument {
    pub(super) document: IdentityDocument,
    pub(super) expires_on: Option<CivilDate>,
}

impl<'de> Deserialize<'de> for SeenDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let DocumentFields { kind, series, number, expires_on } = Deserialize::deserialize(deserializer)?;
        let document = IdentityDocument::parse(kind, series.as_ref().map(Opaque::as_str), number.as_str());
        let member = |rule: &Rule| if *rule == DOCUMENT_SERIES { "/series" } else { "/number" };
        let document = document.map_err(|rule| rule::as_serde_error_at(member(rule), rule))?;
        Ok(Self { document, expires_on })
    }
}

/// What each decision needs: the forms that [`DOCUMENT_MISSING`] and [`NOTE_MISSING`] leave.
pub(super) const FORMS: [Form; 2] = [
    Form::new(
        "Certify",
        "The person is the one of the claim and of the document.",
        r#"{"decision": "certify", "document": {"type": "identity_card", "series": "CJ", "number": "123456"}}"#,
    )
    .if_is("decision", "certify")
    .needs(&["document"]),
    Form::new(
        "Reject",
        "The person or the document is not the one of the claim.",
        r#"{"decision": "reject", "note": "Documentul aparține altei persoane."}"#,
    )
    .if_is("decision", "reject")
    .needs(&["note"]),
];

/// An officer's decision.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecideCounterVerificationRequest {
    /// Certify or reject.
    pub(crate) decision: Decision,
    /// The document that was seen; required to certify.
    #[schema(value_type = Option<DocumentFields>)]
    pub(crate) document: Option<SeenDocument>,
    /// The family name as in the document, if the claim misspells it.
    pub(crate) family_name: Option<PersonName>,
    /// The given names as in the document, if the claim misspells them.
    pub(crate) given_name: Option<PersonName>,
    /// True to move the person from their other account to this one, if they lost access to it.
    pub(crate) transfer: Option<bool>,
    /// Why the verification is rejected, or any note.
    pub(crate) note: Option<Text>,
}

/// Undoes a decision.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Documentul aparținea altei persoane."}))]
pub(crate) struct UndoCounterVerificationRequest {
    /// Why.
    pub(crate) reason: Text,
}

/// A decision of your office.
#[derive(Serialize, ToSchema)]
#[schema(as = CounterDecisionRecord)]
pub(crate) struct DecisionRecordResponse {
    /// The verification.
    pub(crate) id: Uuid,
    /// What was decided.
    pub(crate) status: VerificationStatus,
    /// Whether you made it.
    pub(crate) own: bool,
    /// When.
    pub(crate) decided_at: DateTime<Utc>,
    /// Until when it can be undone; null if it is too late.
    pub(crate) undo_until: Option<DateTime<Utc>>,
}

/// A page of decisions, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct DecisionRecordPage {
    /// The decisions.
    pub(crate) items: Vec<DecisionRecordResponse>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}

/// Resets the lost second factor of a person who stands before the officer.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cnp": "1800101221144", "document": {"type": "identity_card", "series": "CJ", "number": "123456"}}))]
pub(crate) struct ResetFactorRequest {
    /// The person's CNP, as in the document.
    pub(crate) cnp: Cnp,
    /// The document that was seen, required; it is not kept.
    #[schema(value_type = Option<DocumentFields>)]
    pub(crate) document: Option<SeenDocument>,
}
