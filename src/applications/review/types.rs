//! Wire types of officers' work on applications.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::accounts::decision::{NOTE_MISSING, Note, REASON_MISSING, REASON_UNWANTED};
use crate::applications::event::StepReason;
use crate::applications::life::ApplicationStatus;
use crate::applications::matter::{Capacity, Correction};
use crate::error::{Error, Result};
use crate::http::validation::broken;
use crate::mandates::CompanyShown;
use crate::registry::{CivilStatus, CriminalRecordEntry};
use crate::text::forms::Form;
use crate::text::{At, Rule};
use crate::time::civil_date::CivilDate;

const ECRIS_EXTRACT: Rule = Rule::new(
    "ecris_extract",
    "A national of another member state needs that state's extract, made after the application; other applications take none",
    "Unui cetățean al altui stat i se eliberează certificatul numai cu extrasul acelui stat, făcut după depunerea cererii; la alte cereri nu se trimite niciun extras",
);

/// What an officer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// Issue with the register's present answer, including any entries.
    Issue,
    /// The register's hit is another person, or old data: issue without entries.
    Clear,
    /// Issue no certificate.
    Reject,
}

/// Why no certificate is issued; the applicant is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RejectionReason {
    /// The case was settled at a counter.
    HandledAtCounter,
    /// The papers do not prove the claim.
    NotProved,
    /// The register's data is correct.
    DataAreRight,
    /// The applicant did not bring the required papers.
    DocumentsMissing,
}

impl From<RejectionReason> for StepReason {
    fn from(reason: RejectionReason) -> Self {
        match reason {
            RejectionReason::HandledAtCounter => Self::HandledAtCounter,
            RejectionReason::NotProved => Self::NotProved,
            RejectionReason::DataAreRight => Self::DataAreRight,
            RejectionReason::DocumentsMissing => Self::DocumentsMissing,
        }
    }
}

/// What each decision needs: the forms that [`reason_and_note`] leaves.
pub(super) const FORMS: [Form; 3] = [
    Form::new(
        "Issue",
        "Issue with the register's present answer.",
        r#"{"decision": "issue", "note": "Identitate și mențiuni verificate."}"#,
    )
    .if_is("decision", "issue")
    .without(&["reason"]),
    Form::new(
        "Clear",
        "Issue without the register's hit.",
        r#"{"decision": "clear", "note": "Altă persoană cu același nume; comparat cu hotărârea."}"#,
    )
    .if_is("decision", "clear")
    .needs(&["note"])
    .without(&["reason"]),
    Form::new(
        "Reject",
        "Issue no certificate.",
        r#"{"decision": "reject", "reason": "not_proved", "note": "Procura nu acoperă cererea."}"#,
    )
    .if_is("decision", "reject")
    .needs(&["reason", "note"]),
];

/// An officer's decision.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "reason_and_note"))]
pub(crate) struct DecisionRequest {
    /// The decision.
    pub(crate) decision: Decision,
    /// For a rejection: the reason, which the applicant is told.
    pub(crate) reason: Option<RejectionReason>,
    /// The officer's note, which only officers see; required to reject and to clear.
    pub(crate) note: Option<Note>,
    /// For an application that waits for the home state: its extract, without entries. Required to issue.
    pub(crate) ecris_extract: Option<EcrisExtract>,
}

/// The rules of a decision, besides those of its fields.
pub(super) const RULES: &[At] = &[
    ("/reason", REASON_MISSING),
    ("/reason", REASON_UNWANTED),
    ("/note", NOTE_MISSING),
    ("/ecris_extract", ECRIS_EXTRACT),
    ("/ecris_extract/answered_on", ECRIS_EXTRACT),
];

/// The extract of the home state's register, received through ECRIS.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"answered_on": "2026-11-20", "reference": "SE-2026-004711"}))]
pub(crate) struct EcrisExtract {
    /// The day of the extract.
    pub(crate) answered_on: CivilDate,
    /// Its reference.
    pub(crate) reference: Note,
}

impl DecisionRequest {
    /// Returns what is stored of the decision for officers: the note, after the extract that it is based on.
    ///
    /// # Errors
    /// `invalid_input` if an application that waits for the home state is decided without its extract, if the extract
    /// is older than the application, or if any other application has one.
    pub(super) fn kept(&self, waits_for_ecris: bool, applied_on: NaiveDate) -> Result<Option<String>> {
        let Some(extract) = &self.ecris_extract else {
            let missing = waits_for_ecris && self.decision != Decision::Reject;
            return if missing {
                Err(Error::invalid("/ecris_extract", &ECRIS_EXTRACT))
            } else {
                Ok(self.note.as_ref().map(Note::to_string))
            };
        };
        if !waits_for_ecris {
            return Err(Error::invalid("/ecris_extract", &ECRIS_EXTRACT));
        }
        if extract.answered_on.day() < applied_on {
            return Err(Error::invalid("/ecris_extract/answered_on", &ECRIS_EXTRACT));
        }
        let note = self.note.as_ref().map(Note::as_str).unwrap_or_default();
        Ok(Some(format!("ECRIS {}, {}. {note}", extract.answered_on, extract.reference)))
    }
}

/// The rules between the fields.
fn reason_and_note(request: &DecisionRequest) -> Result<(), ValidationError> {
    let rejects = request.decision == Decision::Reject;
    match (rejects, request.reason, &request.note) {
        (true, None, _) => Err(broken("/reason", &REASON_MISSING)),
        (false, Some(_), _) => Err(broken("/reason", &REASON_UNWANTED)),
        (_, _, None) if request.decision != Decision::Issue => Err(broken("/note", &NOTE_MISSING)),
        _ => Ok(()),
    }
}

/// Why an application needs an officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewKind {
    /// The register returned entries, or an unreadable record.
    Entries,
    /// The owner reports wrong fields of a certificate.
    Correction,
    /// The applicant applies for a child, or by power of attorney.
    Representation,
    /// The home state of another EU national was asked.
    Ecris,
}

/// An application in the queue, without its applicant.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewItem {
    /// The application.
    pub(crate) id: Uuid,
    /// Why it needs an officer.
    pub(crate) kind: ReviewKind,
    /// Its status.
    pub(crate) status: ApplicationStatus,
    /// The requested service.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason.
    #[schema(example = "employment")]
    pub(crate) reason: String,
    /// When it was submitted.
    pub(crate) created_at: DateTime<Utc>,
    /// The day by which it should be decided.
    pub(crate) expected_on: Option<NaiveDate>,
    /// Whether the caller has claimed it.
    pub(crate) claimed_by_me: bool,
}

/// A page of the queue, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewPage {
    /// The applications.
    pub(crate) items: Vec<ReviewItem>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}

/// An application with what an officer needs to decide, just queried from the registers.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewCase {
    /// The application.
    pub(crate) application: ReviewItem,
    /// Personal numeric code of the subject; null for a legal person.
    #[schema(example = "1800101221144")]
    pub(crate) cnp: Option<String>,
    /// Fiscal code of the subject; null for a natural person.
    #[schema(example = json!(null))]
    pub(crate) cui: Option<String>,
    /// The applicant, with their proved identity.
    pub(crate) applicant: Applicant,
    /// The population register's data; null if the register does not know the person, and for a legal person.
    pub(crate) civil_status: Option<CivilStatus>,
    /// The company register's data; null if the register does not know the legal person, and for a natural person.
    pub(crate) company: Option<CompanyShown>,
    /// For a legal person: whether the applicant's mandate is in force. Without one, the only decision is to reject.
    #[schema(example = json!(null))]
    pub(crate) mandate_in_force: Option<bool>,
    /// Whether the population register's data is unreadable: nothing can be issued until it is repaired.
    #[schema(example = false)]
    pub(crate) subject_unreadable: bool,
    /// The entries of the criminal record, as far as they are readable.
    pub(crate) entries: Vec<CriminalRecordEntry>,
    /// Whether some entries are unreadable: nothing can be issued until they are repaired.
    #[schema(example = false)]
    pub(crate) entries_unreadable: bool,
    /// The requested corrections; empty unless the case is a correction.
    pub(crate) corrections: Vec<Correction>,
    /// The capacity in which the applicant applies for another person.
    pub(crate) capacity: Option<Capacity>,
    /// The home state of another EU national, ISO 3166-1.
    #[schema(example = "SE")]
    pub(crate) nationality: Option<String>,
}

/// The applicant.
#[derive(Serialize, ToSchema)]
pub(crate) struct Applicant {
    /// Personal numeric code.
    #[schema(example = "1800101221144")]
    pub(crate) cnp: String,
    /// Family name.
    #[schema(example = "Munteanu")]
    pub(crate) family_name: String,
    /// Given names.
    #[schema(example = "Andreea")]
    pub(crate) given_name: String,
}

/// The result of a decision.
#[derive(Serialize, ToSchema)]
pub(crate) struct Decided {
    /// The application.
    pub(crate) id: Uuid,
    /// Its new status.
    pub(crate) status: ApplicationStatus,
}
