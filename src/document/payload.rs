//! The signed payload as a document reads it. What the document says comes from here and from nowhere else.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::RenderError;

/// The version of the payload that is understood here.
const VERSION: &str = "1";

/// A text in both languages.
#[derive(Debug, Deserialize)]
pub(super) struct Bilingual {
    pub(super) ro: String,
    pub(super) en: String,
}

/// The payload.
#[derive(Deserialize)]
pub(super) struct Payload {
    version: String,
    pub(super) notice: Option<String>,
    pub(super) registration_number: String,
    /// The certificate whose place this one takes.
    pub(super) corrects: Option<String>,
    pub(super) issued_at: DateTime<Utc>,
    pub(super) issued_on: NaiveDate,
    pub(super) valid_until: NaiveDate,
    pub(super) issuing_unit: String,
    pub(super) holder: Holder,
    pub(super) reason: Reason,
    pub(super) finding: String,
    pub(super) finding_text: Bilingual,
    pub(super) entries: Vec<Entry>,
    pub(super) register: Register,
    pub(super) legal_basis: Vec<String>,
    pub(super) verification: Verification,
}

/// The person that the certificate is about: the fields of a natural or of a legal person.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Holder {
    pub(super) cnp: Option<String>,
    pub(super) family_name: Option<String>,
    pub(super) given_name: Option<String>,
    pub(super) previous_names: Vec<String>,
    pub(super) father_given_name: Option<String>,
    pub(super) mother_given_name: Option<String>,
    pub(super) birth_date: Option<NaiveDate>,
    pub(super) birth_county: Option<String>,
    pub(super) birth_place: Option<String>,
    pub(super) name: Option<String>,
    pub(super) cui: Option<String>,
    pub(super) trade_register_number: Option<String>,
    pub(super) seat: Option<String>,
}

/// What the certificate is for.
#[derive(Deserialize)]
pub(super) struct Reason {
    pub(super) label: Bilingual,
    pub(super) detail: Option<String>,
}

/// An entry of the criminal record.
#[derive(Deserialize)]
pub(super) struct Entry {
    pub(super) judgment: String,
    pub(super) court: String,
    pub(super) date_final: NaiveDate,
    pub(super) offence: String,
    pub(super) sanction: String,
    pub(super) status: String,
}

/// The register's answer.
#[derive(Deserialize)]
pub(super) struct Register {
    pub(super) asked_at: DateTime<Utc>,
}

/// How anybody can check the certificate.
#[derive(Deserialize)]
pub(super) struct Verification {
    pub(super) url: String,
    pub(super) control_code: String,
}

impl Payload {
    /// Reads the signed bytes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, RenderError> {
        // The library's own text would repeat values of the payload.
        let payload: Self =
            serde_json::from_slice(bytes).map_err(|error| RenderError::Payload(error.column()))?;
        if payload.version != VERSION {
            return Err(RenderError::Version);
        }
        if !payload.holder.is_legal_person() && !payload.holder.has_name() {
            return Err(RenderError::NoName);
        }
        Ok(payload)
    }

    /// Whether the holder has no record.
    pub(super) fn is_clean(&self) -> bool {
        self.finding == "no_record" && self.entries.is_empty()
    }

    /// Where the QR code leads: the code in the fragment never reaches a server's log.
    pub(super) fn verification_address(&self) -> String {
        let Verification { url, control_code } = &self.verification;
        format!("{url}#{}.{control_code}", self.registration_number)
    }
}

impl Holder {
    /// Whether this is a firm or another legal person.
    pub(super) fn is_legal_person(&self) -> bool {
        self.name.is_some()
    }

    /// Both members are there, and one at least says something: there are people with one name only.
    fn has_name(&self) -> bool {
        let names = self.family_name.iter().chain(&self.given_name);
        self.family_name.is_some()
            && self.given_name.is_some()
            && names.into_iter().any(|name| !name.is_empty())
    }

    /// A name as it is printed: a dash for one that the person does not have.
    pub(super) fn printed(name: &Option<String>) -> Option<String> {
        name.as_ref().map(|name| if name.is_empty() { "—".to_owned() } else { name.clone() })
    }

    /// Place and county of birth, as one line.
    pub(super) fn born_at(&self) -> Option<String> {
        match (&self.birth_place, &self.birth_county) {
            (Some(place), Some(county)) if place != county => Some(format!("{place}, {county}")),
            (Some(one), _) | (None, Some(one)) => Some(one.clone()),
            (None, None) => None,
        }
    }
}
