//! Parses a payload, to compare it with the columns beside it and with what a checker has.

use chrono::NaiveDate;
use serde::Deserialize;

use super::facts::Facts;
use crate::mandates::company_index;
use crate::person::{Cui, Index, Keyring};

/// The members of a payload that verification needs; others are not parsed.
#[derive(Deserialize)]
pub(crate) struct Printed {
    #[serde(rename = "type")]
    service: String,
    registration_number: String,
    issued_on: NaiveDate,
    valid_until: NaiveDate,
    holder: Holder,
    reason: Reason,
    finding: String,
    verification: Verification,
    /// Who issued it.
    pub(crate) issuing_unit: Option<String>,
}

/// The holder.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Holder {
    /// A natural person.
    Person {
        /// Personal numeric code.
        cnp: String,
        /// Family name as printed.
        family_name: String,
        /// Given names as printed.
        given_name: String,
    },
    /// A legal person.
    Company {
        /// Fiscal code.
        cui: String,
        /// Name as printed.
        name: String,
    },
}

#[derive(Deserialize)]
struct Reason {
    code: String,
}

#[derive(Deserialize)]
struct Verification {
    control_code: String,
}

impl Printed {
    /// Parses a payload; `None` if the bytes are not one.
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }

    /// Returns the holder.
    pub(crate) fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Returns whether the payload has this number and finding.
    pub(super) fn says(&self, registration_number: &str, finding: &str) -> bool {
        self.registration_number == registration_number && self.finding == finding
    }

    /// Returns whether the columns agree with the payload.
    pub(super) fn is_of(&self, facts: &Facts<'_>, keyring: &Keyring) -> bool {
        let person_index = match &self.holder {
            Holder::Person { cnp, .. } => Some(keyring.index(Index::PERSON_CNP, cnp.as_bytes())),
            Holder::Company { cui, .. } => Cui::parse(cui).ok().map(|cui| company_index(keyring, &cui)),
        };
        let control_code_index =
            keyring.index(Index::CERTIFICATES_CONTROL_CODE, self.verification.control_code.as_bytes());
        self.says(facts.registration_number, facts.finding)
            && self.service == facts.service
            && self.reason.code == facts.reason
            && self.issued_on == facts.issued_on
            && self.valid_until == facts.valid_until
            && person_index.is_some_and(|index| index == facts.person_index)
            && control_code_index == facts.control_code_index
    }
}
