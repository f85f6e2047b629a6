//! What goes over the wire between officers and this room.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::applications::life::Status;
use crate::applications::matter::{Capacity, Correction};
use crate::error::{Error, Result};
use crate::http::validation::broken;
use crate::mandates::CompanyShown;
use crate::registry::{CivilStatus, CriminalRecordEntry};
use crate::text;
use crate::text::Rule;
use crate::time::civil_date::CivilDate;

/// Longest note, in characters.
const NOTE_CHARS: usize = 1000;

const NOTE_MISSING: Rule = Rule::new(
    "note_missing",
    "A rejection and the clearing of a wrong hit need a note",
    "O respingere și înlăturarea unei potriviri greșite cer o notă",
);
const REASON_MISSING: Rule =
    Rule::new("reason_missing", "A rejection needs a reason", "O respingere cere un motiv");
const REASON_UNWANTED: Rule =
    Rule::new("reason_unwanted", "Only a rejection has a reason", "Numai o respingere are un motiv");

const ECRIS_EXTRACT: Rule = Rule::new(
    "ecris_extract",
    "Nothing is issued to a national of another state without the extract of that state, made after the application; no other application has one",
    "Unui cetățean al altui stat nu i se eliberează nimic fără extrasul acelui stat, de după depunerea cererii; nicio altă cerere nu are unul",
);

fn is_note(value: &str) -> Result<(), ValidationError> {
    text::line(value, NOTE_CHARS).map(drop).map_err(broken)
}

/// What an officer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// Issue with what the register returns now: its entries, when there are any.
    Issue,
    /// The register's hit is somebody else, or old data: issue without entries.
    Clear,
    /// No certificate.
    Reject,
}

/// Why there is no certificate, as the applicant is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RejectionReason {
    /// It was settled at a counter.
    HandledAtCounter,
    /// What was shown does not prove what was claimed.
    NotProved,
    /// The register's data are right as they are.
    DataAreRight,
    /// The applicant did not bring what was asked for.
    DocumentsMissing,
}

impl RejectionReason {
    /// As the event keeps it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::HandledAtCounter => "handled_at_counter",
            Self::NotProved => "not_proved",
            Self::DataAreRight => "data_are_right",
            Self::DocumentsMissing => "documents_missing",
        }
    }
}

/// An officer's decision.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionRequest {
    /// What is decided.
    pub(crate) decision: Decision,
    /// For a rejection: why, as the applicant is told.
    pub(crate) reason: Option<RejectionReason>,
    /// The officer's own words, for officers alone; needed to reject and to clear.
    #[serde(default, deserialize_with = "text::normalized_optional")]
    #[validate(custom(function = "is_note"))]
    #[schema(max_length = 1000, example = "Altă persoană cu același nume; comparat cu hotărârea.")]
    pub(crate) note: Option<String>,
    /// For an application that waits for the home state: the extract that came, without entries. Needed to issue.
    #[validate(nested)]
    pub(crate) ecris_extract: Option<EcrisExtract>,
}

/// The extract of the home state's register, which came through ECRIS.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EcrisExtract {
    /// The day of the extract.
    #[schema(value_type = NaiveDate)]
    pub(crate) answered_on: CivilDate,
    /// Its reference.
    #[serde(deserialize_with = "text::normalized")]
    #[validate(custom(function = "is_note"))]
    #[schema(min_length = 1, max_length = 1000, example = "SE-2026-004711")]
    pub(crate) reference: String,
}

impl DecisionRequest {
    /// What is kept of the decision for officers: the note, after the extract that it rests on.
    ///
    /// # Errors
    /// `invalid_input` when an application that waits for the home state is decided without its extract, which cannot be older
    /// than the application; or any other with one.
    pub(super) fn kept(&self, waits_for_ecris: bool, applied_on: NaiveDate) -> Result<Option<String>> {
        let Some(extract) = &self.ecris_extract else {
            let missing = waits_for_ecris && self.decision != Decision::Reject;
            return if missing {
                Err(Error::invalid("/ecris_extract", &ECRIS_EXTRACT))
            } else {
                Ok(self.note.clone())
            };
        };
        if !waits_for_ecris {
            return Err(Error::invalid("/ecris_extract", &ECRIS_EXTRACT));
        }
        if extract.answered_on.day() < applied_on {
            return Err(Error::invalid("/ecris_extract/answered_on", &ECRIS_EXTRACT));
        }
        let note = self.note.as_deref().unwrap_or_default();
        Ok(Some(format!("ECRIS {}, {}. {note}", extract.answered_on, extract.reference)))
    }

    /// The rules between the fields.
    pub(super) fn broken_rule(&self) -> Option<(&'static str, &'static Rule)> {
        let rejects = self.decision == Decision::Reject;
        match (rejects, self.reason, &self.note) {
            (true, None, _) => Some(("/reason", &REASON_MISSING)),
            (false, Some(_), _) => Some(("/reason", &REASON_UNWANTED)),
            (_, _, None) if self.decision != Decision::Issue => Some(("/note", &NOTE_MISSING)),
            _ => None,
        }
    }
}

/// Why an application needs an officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewKind {
    /// The register returned entries, or what cannot be read.
    Entries,
    /// The owner says that a field of a certificate is wrong.
    Correction,
    /// Somebody applies for a child, or by power of attorney.
    Representation,
    /// The home state of another EU national has been asked.
    Ecris,
}

/// An application in the queue; nothing here tells who applied.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewItem {
    /// The application.
    pub(crate) id: Uuid,
    /// Why it is here.
    pub(crate) kind: ReviewKind,
    /// Where it stands.
    pub(crate) status: Status,
    /// Which certificate.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason.
    #[schema(example = "employment")]
    pub(crate) reason: String,
    /// When it was handed in.
    pub(crate) created_at: DateTime<Utc>,
    /// The day by which it is to be decided.
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

/// An application with what an officer needs to decide, asked from the registers just now.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewCase {
    /// The application.
    pub(crate) application: ReviewItem,
    /// Whom the certificate is to be about: the personal numeric code; null for a legal person.
    #[schema(example = "1800101221144")]
    pub(crate) cnp: Option<String>,
    /// The same of a legal person: the fiscal code; null for a natural one.
    #[schema(example = json!(null))]
    pub(crate) cui: Option<String>,
    /// Who applied, as proved.
    pub(crate) applicant: Applicant,
    /// What the population register says; null when it does not know the person, and for a legal one.
    pub(crate) civil_status: Option<CivilStatus>,
    /// What the company register says; null when it does not know the legal person, and for a natural one.
    pub(crate) company: Option<CompanyShown>,
    /// For a legal person: whether the applicant's mandate is in force; without one there is nothing but to reject.
    #[schema(example = json!(null))]
    pub(crate) mandate_in_force: Option<bool>,
    /// What the population register says of the person cannot be read: nothing can be issued until it is put right.
    #[schema(example = false)]
    pub(crate) subject_unreadable: bool,
    /// What the criminal-record register says, as far as it can be read.
    pub(crate) entries: Vec<CriminalRecordEntry>,
    /// What the criminal-record register says, or a part of it, cannot be read: nothing can be issued until they are put right.
    #[schema(example = false)]
    pub(crate) entries_unreadable: bool,
    /// What is to be corrected, for a correction; otherwise empty.
    pub(crate) corrections: Vec<Correction>,
    /// In what right the applicant applies for another.
    pub(crate) capacity: Option<Capacity>,
    /// The home state of another EU national, ISO 3166-1.
    #[schema(example = "SE")]
    pub(crate) nationality: Option<String>,
}

/// Who applied.
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

/// What came of a decision.
#[derive(Serialize, ToSchema)]
pub(crate) struct Decided {
    /// The application.
    pub(crate) id: Uuid,
    /// Where it stands now.
    pub(crate) status: Status,
}
