//! The answer just given, encrypted in the URL of the page that shows it. The form goes by POST and
//! its answer comes by GET: Back and Reload never ask to send the form again, another language shows the same answer
//! without another check, and no address or log tells what was typed. A CNP or CUI is not in it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::form::{Broken, Typed};
use crate::certificates::finding::Finding;
use crate::error::{Error, Result};
use crate::person::{Cell, Column, Keyring};
use crate::verify::handlers::Verified;
use crate::verify::types::Outcome;

/// How long an address shows its answer.
const SHOWN: TimeDelta = TimeDelta::minutes(15);

const CELL: Cell = Cell { column: Column::VERIFY_PAGE_SEEN, row: Uuid::nil() };

/// The longest encrypted text that an address holds: all that the form allows fits in, and proxies accept the header.
pub(super) const MAX_CHARS: usize = 3_000;

/// An answer and what was typed for it.
#[derive(Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) at: DateTime<Utc>,
    pub(super) typed: Typed,
    pub(super) content: Content,
}

/// What the page shows.
#[derive(Serialize, Deserialize)]
pub(super) enum Content {
    /// The answer about a certificate.
    Answer(Answer),
    /// Fields that break a rule.
    Broken(Vec<Broken>),
    /// No answer, and why; never in an address, which would show it for longer than it lasts.
    #[serde(skip)]
    Failure(Failure),
}

/// The answer about a certificate.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    pub(super) name_matches: Option<bool>,
    pub(super) certificate: Option<Certificate>,
    pub(super) checked_at: DateTime<Utc>,
}

/// What the page tells about a certificate.
#[derive(Serialize, Deserialize)]
pub(super) struct Certificate {
    pub(super) registration_number: String,
    pub(super) service: String,
    pub(super) reason: String,
    pub(super) has_entries: bool,
    pub(super) issued_on: NaiveDate,
    pub(super) valid_until: NaiveDate,
    /// The day in Romania on which it was revoked or superseded.
    pub(super) ended_on: Option<NaiveDate>,
    pub(super) issuer: Option<String>,
}

/// Why there is no answer.
pub(super) struct Failure {
    pub(super) why: Why,
    pub(super) status: u16,
    pub(super) wait_seconds: Option<u64>,
}

/// The kinds of [`Failure`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It cannot be known now.
    Unknown,
    /// What is stored about the certificate is not what was written.
    Unreadable,
    /// Too many wrong attempts for one number.
    TooMany,
}

impl Seen {
    /// Encrypts it for an address.
    pub(super) fn encrypt(&self, keyring: &Keyring) -> Result<String> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        let encrypted = keyring.encrypt_for_page(CELL, &json).map_err(Error::internal)?;
        Ok(BASE64URL_NOPAD.encode(&encrypted))
    }

    /// Reads it from an address. `None` once it is too old, and for anything that this service did not write.
    pub(super) fn decrypt(text: &str, keyring: &Keyring, now: DateTime<Utc>) -> Option<Self> {
        let text = Some(text).filter(|text| text.len() <= MAX_CHARS)?;
        let encrypted = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let json = keyring.decrypt_from_page(CELL, &encrypted).ok()?;
        let seen: Self = serde_json::from_slice(&json).ok()?;
        (now - seen.at < SHOWN).then_some(seen)
    }
}

impl From<Verified> for Answer {
    fn from(Verified { response, issuer, ended_on }: Verified) -> Self {
        let certificate = response.certificate.map(|certificate| Certificate {
            has_entries: certificate.finding == Finding::Record,
            registration_number: certificate.registration_number,
            service: certificate.service,
            reason: certificate.reason,
            issued_on: certificate.issued_on,
            valid_until: certificate.valid_until,
            ended_on,
            issuer,
        });
        let (outcome, name_matches) = (response.outcome, response.facts.name_matches);
        Self { outcome, name_matches, certificate, checked_at: response.checked_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_for_a_while_and_never_what_somebody_else_wrote() {
        let key = Keyring::generate_spec().unwrap();
        let keyring = Keyring::parse(&key, &key).unwrap();
        let now = "2026-11-24T11:10:00Z".parse().unwrap();
        let typed = Typed { number: "CJ-2026-ZW3D-ZYJ0-5".into(), ..Typed::default() };
        let seen = Seen { at: now, typed, content: Content::Broken(Vec::new()) };
        let text = seen.encrypt(&keyring).unwrap();
        assert!(!text.contains("CJ-2026"));
        let read = |text: &str, minutes| Seen::decrypt(text, &keyring, now + TimeDelta::minutes(minutes));
        assert_eq!(read(&text, 14).unwrap().typed.number, "CJ-2026-ZW3D-ZYJ0-5");
        assert!(read(&text, 15).is_none());
        let padded = format!("{text}=");
        for foreign in ["", "AAAA", "ăâ", &padded, &text.replace(['A', 'B', 'C'], "D"), &"A".repeat(100_000)]
        {
            assert!(read(foreign, 0).is_none(), "{foreign}");
        }
    }

    #[test]
    fn no_address_holds_more_than_proxies_accept() {
        let key = Keyring::generate_spec().unwrap();
        let keyring = Keyring::parse(&key, &key).unwrap();
        let now = "2026-11-24T11:10:00Z".parse().unwrap();
        let read = |chars: usize| {
            let typed = Typed { name: "a".repeat(chars), ..Typed::default() };
            let text =
                Seen { at: now, typed, content: Content::Broken(Vec::new()) }.encrypt(&keyring).unwrap();
            Seen::decrypt(&text, &keyring, now).map(|_| text.len())
        };
        assert!(read(1_000).unwrap() < MAX_CHARS);
        assert!(read(MAX_CHARS).is_none(), "it is ours, and too long");
    }
}
