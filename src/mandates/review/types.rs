//! Wire types of officers' work on mandates.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::accounts::decision::{NOTE_MISSING, Note, REASON_MISSING, REASON_UNWANTED};
use crate::error::{Error, Result};
use crate::http::validation::broken;
use crate::mandates::company::CompanyShown;
use crate::mandates::store::Mandate;
use crate::mandates::types::{MandateCapacity, MandateConfirmer, MandateReason, MandateStatus};
use crate::mandates::view::expected_on;
use crate::person::{Cui, ProvedPerson};
use crate::text::forms::Form;
use crate::text::{At, Rule};
use crate::time::civil_date::CivilDate;

const TERM_UNWANTED: Rule = Rule::new(
    "valid_until_unwanted",
    "Only a confirmation has a last day",
    "Numai o confirmare are o ultimă zi de valabilitate",
);
const TERM_PAST: Rule = Rule::new("valid_until_past", "The last day has passed", "Ultima zi a trecut deja");

/// A mandate in the queue, without its holder.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandateReviewItem {
    /// The mandate.
    pub(crate) id: Uuid,
    /// Its status.
    pub(crate) status: MandateStatus,
    /// The capacity in which its holder acts.
    pub(crate) capacity: MandateCapacity,
    /// When it was requested.
    pub(crate) created_at: DateTime<Utc>,
    /// The day by which it should be decided.
    pub(crate) expected_on: Option<NaiveDate>,
    /// Whether the caller has claimed it.
    pub(crate) claimed_by_me: bool,
}

impl MandateReviewItem {
    pub(super) fn of(row: &Mandate, me: Uuid) -> Self {
        Self {
            id: row.id,
            status: row.status,
            capacity: row.capacity,
            created_at: row.created_at,
            expected_on: expected_on(row.status, row.created_at),
            claimed_by_me: row.reviewer_id == Some(me),
        }
    }
}

/// A page of the queue, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandateReviewPage {
    /// The mandates.
    pub(crate) items: Vec<MandateReviewItem>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}

/// The person who requests or holds a mandate.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandateHolder {
    /// Personal numeric code, as proved.
    #[schema(example = "1830612121239")]
    pub(crate) cnp: String,
    /// Family name.
    #[schema(example = "Lupescu")]
    pub(crate) family_name: String,
    /// Given names.
    #[schema(example = "Radu")]
    pub(crate) given_name: String,
}

impl From<ProvedPerson> for MandateHolder {
    fn from(person: ProvedPerson) -> Self {
        Self {
            cnp: person.cnp.as_str().to_owned(),
            family_name: person.family_name.as_str().to_owned(),
            given_name: person.given_name.as_str().to_owned(),
        }
    }
}

/// A mandate with what an officer needs to decide, just queried from the register.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandateCase {
    /// The mandate.
    pub(crate) mandate: MandateReviewItem,
    /// The person who requests it.
    pub(crate) holder: MandateHolder,
    /// Fiscal code of the legal person.
    #[schema(example = "12345674")]
    pub(crate) cui: String,
    /// The company register's data; null if the register does not know the company.
    pub(crate) company: Option<CompanyShown>,
    /// Whether the register now lists this person.
    pub(crate) named_by_register: bool,
}

/// An officer's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MandateVerdict {
    /// The papers prove the mandate.
    Confirm,
    /// They do not.
    Refuse,
}

/// Why a mandate is refused; its holder is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MandateRefusalReason {
    /// The papers do not prove the claim.
    NotProved,
    /// The person did not bring the required papers.
    DocumentsMissing,
    /// The power of attorney has expired, or does not cover this.
    NotCovered,
}

impl From<MandateRefusalReason> for MandateReason {
    fn from(reason: MandateRefusalReason) -> Self {
        match reason {
            MandateRefusalReason::NotProved => Self::NotProved,
            MandateRefusalReason::DocumentsMissing => Self::DocumentsMissing,
            MandateRefusalReason::NotCovered => Self::NotCovered,
        }
    }
}

/// What each verdict needs: the forms that [`reason_term_and_note`] leaves.
pub(super) const FORMS: [Form; 2] = [
    Form::new(
        "Confirm",
        "The papers prove the mandate.",
        r#"{"decision": "confirm", "note": "Procură notarială nr. 1187/2026, văzută în original."}"#,
    )
    .if_is("decision", "confirm")
    .needs(&["note"])
    .without(&["reason"]),
    Form::new(
        "Refuse",
        "The papers do not prove it.",
        r#"{"decision": "refuse", "reason": "not_covered", "note": "Procura a expirat la 1 octombrie 2026."}"#,
    )
    .if_is("decision", "refuse")
    .needs(&["reason", "note"])
    .without(&["valid_until"]),
];

/// An officer's decision.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "reason_term_and_note"))]
pub(crate) struct MandateDecisionRequest {
    /// The verdict.
    pub(crate) decision: MandateVerdict,
    /// For a refusal: the reason, which the holder is told.
    pub(crate) reason: Option<MandateRefusalReason>,
    /// For a power of attorney with a term: its last day (Romanian civil date).
    pub(crate) valid_until: Option<CivilDate>,
    /// What the officer examined; only officers see it.
    pub(crate) note: Option<Note>,
}

/// The rules of a decision, besides those of its fields.
pub(super) const RULES: &[At] = &[
    ("/reason", REASON_MISSING),
    ("/reason", REASON_UNWANTED),
    ("/note", NOTE_MISSING),
    ("/valid_until", TERM_UNWANTED),
    ("/valid_until", TERM_PAST),
];

impl MandateDecisionRequest {
    /// Checks that the term is not over.
    ///
    /// # Errors
    /// `valid_until_past` at `/valid_until`.
    pub(super) fn check_term(&self, today: NaiveDate) -> Result<()> {
        match self.valid_until {
            Some(last_day) if last_day.day() < today => Err(Error::invalid("/valid_until", &TERM_PAST)),
            _ => Ok(()),
        }
    }
}

/// The rules between the fields.
fn reason_term_and_note(request: &MandateDecisionRequest) -> Result<(), ValidationError> {
    match (request.decision, request.reason, request.valid_until) {
        (MandateVerdict::Refuse, None, _) => Err(broken("/reason", &REASON_MISSING)),
        (MandateVerdict::Confirm, Some(_), _) => Err(broken("/reason", &REASON_UNWANTED)),
        (MandateVerdict::Refuse, _, Some(_)) => Err(broken("/valid_until", &TERM_UNWANTED)),
        _ if request.note.is_none() => Err(broken("/note", &NOTE_MISSING)),
        _ => Ok(()),
    }
}

/// The result of a decision.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandateDecided {
    /// The mandate.
    pub(crate) id: Uuid,
    /// Its new status.
    pub(crate) status: MandateStatus,
}

/// Selects a legal person.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cui": "12345674"}))]
pub(crate) struct MandateSearchRequest {
    /// Fiscal code of the legal person.
    pub(crate) cui: Cui,
}

/// The mandates of a legal person, newest first; at most 100.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandateSearchResult {
    /// The mandates.
    pub(crate) items: Vec<FoundMandate>,
}

/// A mandate of the legal person.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundMandate {
    /// The mandate.
    pub(crate) mandate: MandateReviewItem,
    /// Its holder; null if the account is no longer that person's.
    pub(crate) holder: Option<MandateHolder>,
    /// Who confirmed it, if it was confirmed.
    pub(crate) confirmed_by: Option<MandateConfirmer>,
    /// When it ended.
    pub(crate) ended_at: Option<DateTime<Utc>>,
}

/// Why an officer ends a mandate; its holder is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MandateEndReason {
    /// The legal person has withdrawn it.
    RevokedByCompany,
    /// It was confirmed by mistake.
    Mistake,
    /// It was obtained by deceit.
    Fraud,
}

impl From<MandateEndReason> for MandateReason {
    fn from(reason: MandateEndReason) -> Self {
        match reason {
            MandateEndReason::RevokedByCompany => Self::RevokedByCompany,
            MandateEndReason::Mistake => Self::Mistake,
            MandateEndReason::Fraud => Self::Fraud,
        }
    }
}

/// Ends a mandate, by an officer.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "reason": "revoked_by_company",
    "note": "Hotărârea adunării generale din 20.11.2026, văzută în original."
}))]
pub(crate) struct MandateEndRequest {
    /// The reason, which the holder is told.
    pub(crate) reason: MandateEndReason,
    /// What the officer examined; only officers see it.
    pub(crate) note: Note,
}
