//! What a leaf commits to: a row, in a form that two rows never share, under a salt of its own. Whoever has the salt and
//! the row can check the leaf; without the salt, it says nothing about anybody.
//!
//! The form of a kind never changes. Columns that may be rewritten later (encrypted with another key, time-stamped) are
//! left out; the signatures of a certificate cover its payload.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use ring::digest::{SHA256, digest};
use ring::hmac;
use uuid::Uuid;

use super::merkle::Hash;
use crate::person::IndexChain;
use crate::text::coded;

coded! {
    /// What a leaf tells of.
    pub enum LeafKind in "log_leaves.kind", "log_queue.kind" {
        /// An audit event.
        AuditEvent = "audit_event",
        /// The issue of a certificate.
        Issued = "certificate_issued",
        /// A certificate's revocation.
        Revoked = "certificate_revoked",
        /// A certificate's replacement by a corrected one.
        Superseded = "certificate_superseded",
    }
}

/// Computes a commitment: each value with a marker of its presence and its length, so that no two lists share octets.
fn commit(salt: &[u8], form: &str, values: &[Option<&[u8]>]) -> Hash {
    let mut message = Vec::new();
    for value in std::iter::once(&Some(form.as_bytes())).chain(values) {
        message.push(u8::from(value.is_some()));
        let value = value.unwrap_or_default();
        message.extend((value.len() as u64).to_be_bytes());
        message.extend(value);
    }
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), &message);
    let mut hash = [0; 32];
    hash.copy_from_slice(tag.as_ref());
    hash
}

fn micros(at: DateTime<Utc>) -> [u8; 8] {
    at.timestamp_micros().to_be_bytes()
}

/// An audit event as it is stored.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = crate::db::schema::audit_events)]
pub(crate) struct AuditRow {
    pub(crate) id: i64,
    at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    actor_role: String,
    action: String,
    subject_id: Option<Uuid>,
    request_id: String,
    sender: Option<String>,
    times: Option<i32>,
    detail: Option<String>,
    client_id: Option<String>,
}

impl AuditRow {
    /// Commits to the row.
    pub(super) fn commit(&self, salt: &[u8]) -> Hash {
        let (id, at, times) = (self.id.to_be_bytes(), micros(self.at), self.times.map(i32::to_be_bytes));
        let mut values = vec![
            Some(id.as_slice()),
            Some(at.as_slice()),
            self.actor_id.as_ref().map(|id| &id.as_bytes()[..]),
            Some(self.actor_role.as_bytes()),
            Some(self.action.as_bytes()),
            self.subject_id.as_ref().map(|id| &id.as_bytes()[..]),
            Some(self.request_id.as_bytes()),
        ];
        // Added later: a row without them has a leaf of the seven values above.
        let added = [
            self.sender.as_deref().map(str::as_bytes),
            times.as_ref().map(<[u8; 4]>::as_slice),
            self.detail.as_deref().map(str::as_bytes),
        ];
        let client = self.client_id.as_deref().map(str::as_bytes);
        if client.is_some() || added.iter().any(Option::is_some) {
            values.extend(added);
        }
        // Later still, in the same manner.
        values.extend(client.map(Some));
        commit(salt, "cazier audit event 1", &values)
    }
}

/// A certificate at its issue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Issued<'a> {
    pub(crate) id: Uuid,
    pub(crate) registration_number: &'a str,
    pub(crate) person_index: &'a [u8],
    pub(crate) control_code_index: &'a [u8],
    pub(crate) service: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) finding: &'a str,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) issued_on: NaiveDate,
    pub(crate) valid_until: NaiveDate,
    pub(crate) signer_fingerprint: &'a [u8],
    /// See [`CertificateRow::rest`].
    pub(crate) rest: &'a [u8],
    /// The hashes that the leaf commits to, encrypted, if those of the row were made anew since.
    pub(crate) logged_as: Option<&'a [u8]>,
}

impl Issued<'_> {
    /// Commits to it. `None` if the hashes of the row do not follow from those that were logged.
    pub(super) fn commit(&self, salt: &[u8], chain: Option<&IndexChain>) -> Option<Hash> {
        let row = (self.person_index, self.control_code_index);
        let logged = match self.logged_as {
            Some(kept) => Some(chain?.recall(self.id, kept, row)?),
            None => None,
        };
        let (person_index, control_code_index) =
            logged.as_ref().map_or(row, |hashes| (&hashes.person, &hashes.control_code));
        Some(commit(
            salt,
            "cazier certificate issued 1",
            &[
                Some(self.id.as_bytes()),
                Some(self.registration_number.as_bytes()),
                Some(person_index),
                Some(control_code_index),
                Some(self.service.as_bytes()),
                Some(self.reason.as_bytes()),
                Some(self.finding.as_bytes()),
                Some(&micros(self.issued_at)),
                Some(self.issued_on.to_string().as_bytes()),
                Some(self.valid_until.to_string().as_bytes()),
                Some(self.signer_fingerprint),
                Some(self.rest),
            ],
        ))
    }
}

/// The end of a certificate.
#[derive(Debug, Clone, Copy)]
struct Ended<'a> {
    id: Uuid,
    ended_as: &'a str,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<&'a str>,
    superseded_by: Option<Uuid>,
}

impl Ended<'_> {
    fn commit(&self, salt: &[u8]) -> Hash {
        let ended_at = self.ended_at.map(micros);
        commit(
            salt,
            "cazier certificate ended 1",
            &[
                Some(self.id.as_bytes()),
                Some(self.ended_as.as_bytes()),
                ended_at.as_ref().map(|at| &at[..]),
                self.end_reason.map(str::as_bytes),
                self.superseded_by.as_ref().map(|id| &id.as_bytes()[..]),
            ],
        )
    }
}

/// A certificate as it is stored.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = crate::db::schema::certificates)]
pub(crate) struct CertificateRow {
    pub(crate) id: Uuid,
    application_id: Uuid,
    registration_number: String,
    person_index: Vec<u8>,
    control_code_index: Vec<u8>,
    service: String,
    reason: String,
    finding: String,
    issued_at: DateTime<Utc>,
    issued_on: NaiveDate,
    valid_until: NaiveDate,
    signer_fingerprint: Vec<u8>,
    cades: Vec<u8>,
    jades: String,
    ended_as: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
    superseded_by: Option<Uuid>,
    logged_as: Option<Vec<u8>>,
}

impl CertificateRow {
    /// Digests what verification does not read: the application and both signatures.
    pub(crate) fn rest(&self) -> Hash {
        let parts = [self.application_id.as_bytes(), &self.cades[..], self.jades.as_bytes()];
        let digests: Vec<u8> =
            parts.iter().flat_map(|part| digest(&SHA256, part).as_ref().to_vec()).collect();
        let mut rest = [0; 32];
        rest.copy_from_slice(digest(&SHA256, &digests).as_ref());
        rest
    }

    /// Commits to its issue or its end. `None` if it has not ended so, or its hashes do not follow from those that were
    /// logged.
    pub(crate) fn commit(&self, kind: LeafKind, salt: &[u8], chain: Option<&IndexChain>) -> Option<Hash> {
        match kind {
            LeafKind::Issued => self.issued(&self.rest()).commit(salt, chain),
            _ => Some(self.ended(self.end_of(kind)?).commit(salt)),
        }
    }

    /// Returns whether it is what such a leaf tells of, whatever else stands in the row.
    pub(super) fn is_told_of_by(&self, kind: LeafKind) -> bool {
        kind == LeafKind::Issued || self.end_of(kind).is_some()
    }

    /// Returns how it has ended, if so.
    fn end_of(&self, kind: LeafKind) -> Option<&str> {
        let ended_as = match kind {
            LeafKind::Revoked => "revoked",
            LeafKind::Superseded => "superseded",
            LeafKind::Issued | LeafKind::AuditEvent => return None,
        };
        self.ended_as.as_deref().filter(|found| *found == ended_as)
    }

    fn issued<'a>(&'a self, rest: &'a Hash) -> Issued<'a> {
        Issued {
            id: self.id,
            registration_number: &self.registration_number,
            person_index: &self.person_index,
            control_code_index: &self.control_code_index,
            service: &self.service,
            reason: &self.reason,
            finding: &self.finding,
            issued_at: self.issued_at,
            issued_on: self.issued_on,
            valid_until: self.valid_until,
            signer_fingerprint: &self.signer_fingerprint,
            rest,
            logged_as: self.logged_as.as_deref(),
        }
    }

    fn ended<'a>(&'a self, ended_as: &'a str) -> Ended<'a> {
        Ended {
            id: self.id,
            ended_as,
            ended_at: self.ended_at,
            end_reason: self.end_reason.as_deref(),
            superseded_by: self.superseded_by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_lists_and_no_two_salts_share_a_commitment() {
        let lists: [&[Option<&[u8]>]; 7] = [
            &[],
            &[None],
            &[Some(b"")],
            &[Some(b"a"), Some(b"b")],
            &[Some(b"ab")],
            &[Some(b"ab"), None],
            &[None, Some(b"ab")],
        ];
        let mut seen = std::collections::HashSet::new();
        for list in lists {
            for (form, salt) in [("one", [1; 32]), ("two", [1; 32]), ("one", [2; 32])] {
                assert!(seen.insert(commit(&salt, form, list)), "{list:?}");
            }
        }
    }

    /// The forms are for ever: leaves of today are checked by them in years.
    #[test]
    fn the_form_is_known() {
        let tag = commit(&[7; 32], "cazier certificate ended 1", &[Some(b"a"), None, Some(b"")]);
        let mut message = vec![1, 0, 0, 0, 0, 0, 0, 0, 26];
        message.extend(b"cazier certificate ended 1");
        message.extend([1, 0, 0, 0, 0, 0, 0, 0, 1, b'a']);
        message.extend([0; 9]);
        message.extend([1, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(tag, hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]), &message).as_ref());
    }
}
