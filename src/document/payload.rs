//! The signed payload, the document's only source.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::RenderError;

/// The supported version of the payload.
const VERSION: &str = "1";

/// A text in both languages.
#[derive(Debug, Deserialize)]
pub(super) struct Bilingual {
    pub(super) ro: String,
    pub(super) en: String,
}

/// The signed payload.
#[derive(Deserialize)]
pub(super) struct Payload {
    version: String,
    pub(super) notice: Option<String>,
    pub(super) registration_number: String,
    /// The number of the certificate that this one replaces.
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

/// The holder: the fields of a natural or of a legal person.
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

/// The reason for the certificate.
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

/// How to verify the certificate.
#[derive(Deserialize)]
pub(super) struct Verification {
    pub(super) url: String,
    pub(super) control_code: String,
}

impl Payload {
    /// Parses the signed bytes.
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

    /// Returns whether the holder has no record.
    pub(super) fn is_clean(&self) -> bool {
        self.finding == "no_record" && self.entries.is_empty()
    }

    /// Returns the URL of the QR code. The code is in the fragment, so it never reaches a server's log.
    pub(super) fn verification_address(&self) -> String {
        let Verification { url, control_code } = &self.verification;
        format!("{url}#{}.{control_code}", self.registration_number)
    }
}

impl Holder {
    /// Returns whether the holder is a legal person.
    pub(super) fn is_legal_person(&self) -> bool {
        self.name.is_some()
    }

    /// Returns whether both names are present and at least one is not empty: some people have only one name.
    fn has_name(&self) -> bool {
        let names = self.family_name.iter().chain(&self.given_name);
        self.family_name.is_some()
            && self.given_name.is_some()
            && names.into_iter().any(|name| !name.is_empty())
    }

    /// Formats a name; a dash for a name that the person does not have.
    pub(super) fn printed(name: &Option<String>) -> Option<String> {
        name.as_ref().map(|name| if name.is_empty() { "—".to_owned() } else { name.clone() })
    }

    /// Formats place and county of birth on one line.
    pub(super) fn born_at(&self) -> Option<String> {
        match (&self.birth_place, &self.birth_county) {
            (Some(place), Some(county)) if place != county => Some(format!("{place}, {county}")),
            (Some(one), _) | (None, Some(one)) => Some(one.clone()),
            (None, None) => None,
        }
    }
}
