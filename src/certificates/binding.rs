//! Binds the columns of a certificate that verification relies on.
//!
//! An intruder with write access to the database can change these columns, but not compute the keyed hashes beside
//! them, which need the nodes' keys. There are two hashes, each written by a statement that knows all its data:
//! `facts_mac` at the issue, over what never changes; `status_mac` at the issue and at the end, over the status. A row
//! whose hashes do not fit or are missing, or whose encrypted payload disagrees, is unreadable: 503
//! `certificate_unreadable`, logged by its id, and counted.
//!
//! | Tampering | Detected by |
//! | --- | --- |
//! | a column changed (`valid_until`, `finding`, `person_index`, `ended_as`, …) | the hash over it |
//! | a revoked row reset to "not ended" | `status_mac`; if the earlier hash is restored too, the leaf of its end in the log |
//! | a payload moved to another row | it decrypts in its own row alone; its extract has a hash over the row's id |
//! | a document linked to another certificate | `certificate_documents.mac` |
//! | a column changed by somebody with the keys | its leaf in the log, whose tree is signed and published |
//! | a row deleted | nothing here: `cazier audit verify` finds its leaf |

use std::ops::Deref;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::extract::{Extract, NoExtract};
use super::facts::Facts;
use super::finding::Finding;
use super::paper::{Paper, ReadPayload};
use super::printed::Printed;
use super::status::CertificateEnd;
use crate::db::schema::certificates;
use crate::error::{Code, Error};
use crate::log::Issued;
use crate::person::{Bond, Column, Keyring};
use crate::telemetry;

/// The hash of an old row that could not be bound: it fits nothing. The row can be ended, but never verifies.
pub(super) const UNFIT: [u8; 33] = [0; 33];

/// The status of a certificate: at its issue, not ended.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Status<'a> {
    pub(crate) ended_as: Option<&'a str>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) end_reason: Option<&'a str>,
    pub(crate) superseded_by: Option<Uuid>,
}

impl Status<'_> {
    /// Computes the keyed hash, for the certificate with this id. Times have microseconds, as in the database.
    pub(crate) fn mac(&self, keyring: &Keyring, id: Uuid) -> Vec<u8> {
        self.with_values(id, |values| keyring.bind(Bond::CERTIFICATES_STATUS_1, values))
    }

    fn fits(&self, keyring: &Keyring, id: Uuid, mac: Option<&[u8]>) -> bool {
        mac.is_some_and(|mac| {
            self.with_values(id, |values| keyring.is_bound(Bond::CERTIFICATES_STATUS_1, values, mac))
        })
    }

    /// Encodes the values. An absent value has no octets; a present one has a marker first, so an empty reason is not
    /// absent.
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

/// Computes the keyed hash that binds a document's content to its certificate.
pub(crate) fn document_mac(keyring: &Keyring, certificate: Uuid, content_sha256: &[u8]) -> Vec<u8> {
    keyring.bind(Bond::CERTIFICATE_DOCUMENTS_1, &[certificate.as_bytes(), content_sha256])
}

/// The columns of a row that its hashes bind, as read. Until they are checked its codes are text: see [`Bound::finding`]
/// and [`Bound::end`].
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = certificates)]
pub(crate) struct Bound {
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
    pub(crate) ended_as: Option<String>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) end_reason: Option<String>,
    pub(crate) superseded_by: Option<Uuid>,
    pub(crate) facts_mac: Option<Vec<u8>>,
    pub(crate) status_mac: Option<Vec<u8>>,
    pub(crate) extract: Option<Vec<u8>>,
    pub(crate) logged_as: Option<Vec<u8>>,
}

/// A row as read, not yet checked to be intact.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = certificates)]
pub(crate) struct Stored {
    #[diesel(embed)]
    pub(crate) bound: Bound,
    /// Encrypted. None where the node has no keys for it, nor a role that may read it.
    #[diesel(select_expression = certificates::payload.nullable())]
    #[diesel(select_expression_type = diesel::dsl::Nullable<certificates::payload>)]
    pub(crate) payload: Option<Vec<u8>>,
}

impl Deref for Stored {
    type Target = Bound;

    fn deref(&self) -> &Bound {
        &self.bound
    }
}

impl Stored {
    /// Checks that the row is intact, and returns what its payload says, or what of it is kept beside for nodes without its
    /// keys.
    ///
    /// # Errors
    /// `certificate_unreadable`, logged and counted.
    pub(crate) fn check(&self, keyring: &Keyring) -> Result<Paper, Error> {
        if !self.facts().fit(keyring, self.facts_mac.as_deref()) {
            return Err(unreadable(self.id, "facts"));
        }
        if !self.status().fits(keyring, self.id, self.status_mac.as_deref()) {
            return Err(unreadable(self.id, "status"));
        }
        if !keyring.decrypts() {
            let extract = Extract::open(keyring, self.id, self.extract.as_deref());
            return extract.map(Paper::Extract).map_err(|why| self.without_extract(why));
        }
        let payload = self.read_payload(keyring).ok_or_else(|| unreadable(self.id, "payload"))?;
        Ok(Paper::Payload(payload))
    }

    /// Checks a row that was found by a document with this content.
    ///
    /// # Errors
    /// As [`Stored::check`]; also if the document belongs to another certificate.
    pub(crate) fn check_document(
        &self,
        keyring: &Keyring,
        content_sha256: &[u8],
        mac: Option<&[u8]>,
    ) -> Result<(), Error> {
        let values = [self.id.as_bytes(), content_sha256];
        if mac.is_some_and(|mac| keyring.is_bound(Bond::CERTIFICATE_DOCUMENTS_1, &values, mac)) {
            self.check(keyring).map(drop)
        } else {
            Err(unreadable(self.id, "document"))
        }
    }

    fn without_extract(&self, why: NoExtract) -> Error {
        match why {
            NoExtract::Altered => unreadable(self.id, "payload"),
            NoExtract::Missing => {
                log::warn!("certificates: {} has no extract yet; a worker makes it", self.id);
                Error::from(Code::DatabaseUnavailable).retry_after(Duration::from_secs(60))
            }
        }
    }

    /// Makes the extract of its payload; `None` if the row or its payload is not intact.
    pub(super) fn extracted(&self, keyring: &Keyring) -> Option<Vec<u8>> {
        let payload = self.read_payload(keyring).filter(|_| self.is_bound(keyring))?;
        Extract::value(keyring, self.id, &payload.octets, &payload.printed)
    }

    /// Decrypts the payload and reads it, if the columns agree.
    pub(super) fn read_payload(&self, keyring: &Keyring) -> Option<ReadPayload> {
        let cell = Column::CERTIFICATES_PAYLOAD.at(self.id);
        let octets = keyring.decrypt(cell, self.payload.as_deref()?).ok()?;
        let printed = Printed::read(&octets).filter(|printed| printed.is_of(&self.facts(), keyring))?;
        Some(ReadPayload { octets, printed })
    }
}

impl Bound {
    /// Returns whether both hashes fit the row.
    pub(super) fn is_bound(&self, keyring: &Keyring) -> bool {
        self.facts().fit(keyring, self.facts_mac.as_deref())
            && self.status().fits(keyring, self.id, self.status_mac.as_deref())
    }

    /// Returns what the register said.
    ///
    /// # Errors
    /// `certificate_unreadable` for an unknown code.
    pub(crate) fn finding(&self) -> Result<Finding, Error> {
        Finding::parse(&self.finding).map_err(|_| unreadable(self.id, "facts"))
    }

    /// Returns how it ended before its time, if it did.
    ///
    /// # Errors
    /// `certificate_unreadable` for an unknown code: such a certificate is never valid.
    pub(crate) fn end(&self) -> Result<Option<CertificateEnd>, Error> {
        let end = self.ended_as.as_deref().map(CertificateEnd::parse).transpose();
        end.map_err(|_| unreadable(self.id, "status"))
    }

    /// Returns what the log commits to, with what is not read here: the time of issue and the digest of the rest.
    pub(crate) fn issued<'a>(&'a self, issued_at: DateTime<Utc>, rest: &'a [u8]) -> Issued<'a> {
        Issued {
            id: self.id,
            registration_number: &self.registration_number,
            person_index: &self.person_index,
            control_code_index: &self.control_code_index,
            service: &self.service,
            reason: &self.reason,
            finding: &self.finding,
            issued_at,
            issued_on: self.issued_on,
            valid_until: self.valid_until,
            signer_fingerprint: &self.signer_fingerprint,
            rest,
            logged_as: self.logged_as.as_deref(),
        }
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

/// Reports a certificate whose row is not intact: nothing can be said about it.
pub(crate) fn unreadable(id: Uuid, why: &'static str) -> Error {
    log::error!("certificates: the row of {id} is not intact ({why}) and counts as unreadable");
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
