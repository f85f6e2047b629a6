//! What binds the columns of a certificate that verification answers from.
//!
//! Whoever can write to the database can write anything into these columns, but not the keyed hashes beside them, for
//! which the node's keys are needed. Two hashes, so that each is written by whoever knows all of it: `facts_mac` with the
//! issue, over what never changes; `status_mac` with the issue and with the end, over what became of it. A row that does
//! not fit its hashes, has none, or whose encrypted payload says something else is answered from by nobody: it is 503
//! `certificate_unreadable`, logged by its id, and counted.
//!
//! | Done to the database | Found out by |
//! | --- | --- |
//! | a column changed (`valid_until`, `finding`, `person_index`, `ended_as`, …) | the hash over it |
//! | a revoked row reset to not ended | `status_mac`, unless the hash of before is put back too |
//! | a payload put into another row | it can be decrypted in its own row alone |
//! | a document led to another certificate | `certificate_documents.mac` |
//! | a row put back byte for byte to what it was before its end, or deleted | nothing here: that is for the log in which no entry can be left out without a trace; its entries would hold both hashes |

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::issue::PAYLOAD;
use super::printed::Printed;
use crate::db::schema::certificates;
use crate::error::{Code, Error};
use crate::person::{Cell, Keyring};
use crate::telemetry;

const FACTS: &str = "certificates.facts 1";
const STATUS: &str = "certificates.status 1";
const DOCUMENT: &str = "certificate_documents 1";

/// The hash of a row that was there before rows were bound and that nobody could bind: it fits nothing. The row can be
/// ended like any other, and is never answered from.
pub(super) const UNFIT: [u8; 33] = [0; 33];

/// What was issued, as verification answers it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) id: Uuid,
    pub(crate) registration_number: &'a str,
    pub(crate) person_index: &'a [u8],
    pub(crate) control_code_index: &'a [u8],
    pub(crate) service: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) finding: &'a str,
    pub(crate) issued_on: NaiveDate,
    pub(crate) valid_until: NaiveDate,
    pub(crate) signer_fingerprint: &'a [u8],
}

/// What became of a certificate. As issued, it has not ended.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Status<'a> {
    pub(crate) ended_as: Option<&'a str>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) end_reason: Option<&'a str>,
    pub(crate) superseded_by: Option<Uuid>,
}

impl Facts<'_> {
    /// Their keyed hash.
    pub(crate) fn mac(&self, keyring: &Keyring) -> Vec<u8> {
        self.with_values(|values| keyring.bind(FACTS, values))
    }

    fn fit(&self, keyring: &Keyring, mac: Option<&[u8]>) -> bool {
        mac.is_some_and(|mac| self.with_values(|values| keyring.is_bound(FACTS, values, mac)))
    }

    fn with_values<T>(&self, then: impl FnOnce(&[&[u8]]) -> T) -> T {
        then(&[
            self.id.as_bytes(),
            self.registration_number.as_bytes(),
            self.person_index,
            self.control_code_index,
            self.service.as_bytes(),
            self.reason.as_bytes(),
            self.finding.as_bytes(),
            self.issued_on.to_string().as_bytes(),
            self.valid_until.to_string().as_bytes(),
            self.signer_fingerprint,
        ])
    }
}

impl Status<'_> {
    /// Its keyed hash, for the certificate of this id. Times count as the database keeps them, in microseconds.
    pub(crate) fn mac(&self, keyring: &Keyring, id: Uuid) -> Vec<u8> {
        self.with_values(id, |values| keyring.bind(STATUS, values))
    }

    fn fits(&self, keyring: &Keyring, id: Uuid, mac: Option<&[u8]>) -> bool {
        mac.is_some_and(|mac| self.with_values(id, |values| keyring.is_bound(STATUS, values, mac)))
    }

    /// What is absent is no octets, what is there one and its own: an empty reason is not none.
    fn with_values<T>(&self, id: Uuid, then: impl FnOnce(&[&[u8]]) -> T) -> T {
        let ended_at = self.ended_at.map(|at| at.timestamp_micros().to_be_bytes());
        then(&[
            id.as_bytes(),
            &optional(self.ended_as.map(str::as_bytes)),
            &optional(ended_at.as_ref().map(|at| &at[..])),
            &optional(self.end_reason.map(str::as_bytes)),
            &optional(self.superseded_by.as_ref().map(|id| &id.as_bytes()[..])),
        ])
    }
}

fn optional(value: Option<&[u8]>) -> Vec<u8> {
    value.map(|value| [&[1], value].concat()).unwrap_or_default()
}

/// The keyed hash of which certificate a document of this content was made for.
pub(crate) fn document_mac(keyring: &Keyring, certificate: Uuid, content_sha256: &[u8]) -> Vec<u8> {
    keyring.bind(DOCUMENT, &[certificate.as_bytes(), content_sha256])
}

/// A row as it was read, before anybody knows whether it is what was written.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = certificates)]
pub(crate) struct Stored {
    pub(crate) id: Uuid,
    pub(crate) registration_number: String,
    pub(crate) person_index: Vec<u8>,
    pub(crate) control_code_index: Vec<u8>,
    pub(crate) service: String,
    pub(crate) reason: String,
    pub(crate) finding: String,
    pub(crate) issued_on: NaiveDate,
    pub(crate) valid_until: NaiveDate,
    pub(crate) signer_fingerprint: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) ended_as: Option<String>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) end_reason: Option<String>,
    pub(crate) superseded_by: Option<Uuid>,
    pub(crate) facts_mac: Option<Vec<u8>>,
    pub(crate) status_mac: Option<Vec<u8>>,
}

impl Stored {
    /// Checks that the row is what was written, and answers what its payload says.
    ///
    /// # Errors
    /// `certificate_unreadable`, after it was logged and counted.
    pub(crate) fn check(&self, keyring: &Keyring) -> Result<Printed, Error> {
        if !self.facts().fit(keyring, self.facts_mac.as_deref()) {
            return Err(unreadable(self.id, "facts"));
        }
        if !self.status().fits(keyring, self.id, self.status_mac.as_deref()) {
            return Err(unreadable(self.id, "status"));
        }
        self.printed(keyring).ok_or_else(|| unreadable(self.id, "payload"))
    }

    /// The same for a row that a document of this content led to.
    ///
    /// # Errors
    /// As [`Stored::check`]; and when the document was made for another certificate.
    pub(crate) fn check_document(
        &self,
        keyring: &Keyring,
        content_sha256: &[u8],
        mac: Option<&[u8]>,
    ) -> Result<Printed, Error> {
        let values = [self.id.as_bytes(), content_sha256];
        if mac.is_some_and(|mac| keyring.is_bound(DOCUMENT, &values, mac)) {
            self.check(keyring)
        } else {
            Err(unreadable(self.id, "document"))
        }
    }

    /// What the encrypted payload says, when the columns say the same.
    pub(super) fn printed(&self, keyring: &Keyring) -> Option<Printed> {
        let payload = keyring.decrypt(Cell { column: PAYLOAD, row: self.id }, &self.payload).ok()?;
        Printed::read(&payload).filter(|printed| printed.is_of(&self.facts(), keyring))
    }

    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            id: self.id,
            registration_number: &self.registration_number,
            person_index: &self.person_index,
            control_code_index: &self.control_code_index,
            service: &self.service,
            reason: &self.reason,
            finding: &self.finding,
            issued_on: self.issued_on,
            valid_until: self.valid_until,
            signer_fingerprint: &self.signer_fingerprint,
        }
    }

    pub(super) fn status(&self) -> Status<'_> {
        Status {
            ended_as: self.ended_as.as_deref(),
            ended_at: self.ended_at,
            end_reason: self.end_reason.as_deref(),
            superseded_by: self.superseded_by,
        }
    }
}

/// Nothing can be said of a certificate whose row is not what was written.
pub(crate) fn unreadable(id: Uuid, why: &'static str) -> Error {
    log::error!("certificates: the row of {id} is not what was written ({why}): nothing is answered from it");
    telemetry::certificate_unreadable(why);
    Code::CertificateUnreadable.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_reason_is_not_none() {
        let key = Keyring::generate_spec().unwrap();
        let keyring = Keyring::parse(&key, &key).unwrap();
        let (none, empty) = (Status::default(), Status { end_reason: Some(""), ..Status::default() });
        assert_ne!(none.mac(&keyring, Uuid::nil()), empty.mac(&keyring, Uuid::nil()));
    }
}
