//! Checks a certificate: looks its number up, checks that the row is intact and in the log, and logs the check with the
//! outcome that the caller gets.

use actix_web::web;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::ask::{Answer, Ask, Proof};
use super::logged;
use super::method::{CheckMethod, CheckedBy};
use super::outcome::Outcome;
use super::record::Record;
use crate::certificates::RegistrationNumber;
use crate::certificates::binding::Stored;
use crate::certificates::printed_name::PrintedName;
use crate::db::Db;
use crate::db::group::GroupWriter;
use crate::error::Result;
use crate::log::{LogInclusion, LogKeys};
use crate::person::Keyring;
use crate::trace;

/// Looks numbers up and logs checks, those of the same moment together.
pub struct Checks {
    asked: GroupWriter<Ask>,
    recorded: GroupWriter<Record>,
}

/// The data to check.
pub(super) struct Question {
    pub(super) number: RegistrationNumber,
    pub(super) checked_by: CheckedBy,
    pub(super) proof: Proof,
    pub(super) name: Option<Name>,
    /// The key that counts the sender's verifications.
    pub(super) sender_key: Vec<u8>,
}

/// The name on the paper, and the key that counts wrong ones.
pub(super) struct Name {
    pub(super) typed: PrintedName,
    pub(super) guess_key: Vec<u8>,
}

/// A certificate that was found.
pub(super) struct Found {
    pub(super) row: Stored,
    /// Whether the name on the paper is the holder's; `None` if none was given.
    pub(super) name_matches: Option<bool>,
    /// Who issued it, as its document says.
    pub(super) issuer: Option<String>,
    /// Its place in the log; `None` soon after the issue.
    pub(super) log: Option<LogInclusion>,
}

/// What a check needs besides the question.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub(super) db: &'a Db,
    pub(super) keyring: &'a Keyring,
    pub(super) log_keys: &'a web::Data<LogKeys>,
}

impl Checks {
    /// Prepares checks in this database.
    #[must_use]
    pub fn new(db: &Db) -> Self {
        Self { asked: GroupWriter::new(db), recorded: GroupWriter::new(db) }
    }

    /// Looks up the pair, by the number alone, so that an altered row is recognized as altered whatever it now says. A
    /// wrong CNP or CUI is counted; after too many, nothing is answered for a while.
    ///
    /// # Errors
    /// `certificate_unreadable` if the row is not intact, or not what was logged, or the log is in doubt;
    /// `certificate_not_logged`; `database_unavailable` instead of an absence while the log is in doubt;
    /// `too_many_requests`.
    pub(super) async fn look_up(
        &self,
        Means { db, keyring, log_keys }: Means<'_>,
        question: Question,
        (today, now): (NaiveDate, DateTime<Utc>),
    ) -> Result<Option<Found>> {
        let before = log_keys.memory().signed();
        let Question { number, checked_by, proof, name, sender_key } = question;
        let name_key = name.as_ref().map(|name| name.guess_key.clone());
        let reads_payloads = keyring.decrypts();
        let ask = Ask { number, proof, name_key, sender_key, now, reads_payloads };
        let (answer, of_sender) = self.asked.write(ask).await?;
        trace::counted(of_sender);
        let Some(Answer { row, entry, matches }) = answer else {
            return logged::absent(log_keys);
        };
        let paper = row.check(keyring)?;
        if !matches {
            return logged::absent(log_keys);
        }
        logged::trust(db, (log_keys, before.as_ref()), (row.id, &entry)).await?;
        let log = logged::check(&row, entry, (log_keys, before.as_ref()), now)?;
        let name_matches = name.as_ref().map(|name| paper.is_of(keyring, row.id, &name.typed));
        // The holder sees that another name was tried.
        let outcome = if name_matches == Some(false) { Outcome::NoMatch } else { Outcome::of(&row, today)? };
        let name = name.zip(name_matches).map(|(name, matches)| (name.guess_key, matches));
        let check = Record { certificate: row.id, method: checked_by.into(), outcome, name, now };
        self.recorded.write(check).await?;
        Ok(Some(Found { row, name_matches, issuer: paper.issuing_unit(), log }))
    }

    /// Logs a check of files: the holder sees that it took place.
    ///
    /// # Errors
    /// Fails if the database is away: nothing is answered that is not logged.
    pub(super) async fn record(
        &self,
        certificate: Uuid,
        (method, outcome): (CheckMethod, Outcome),
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.recorded.write(Record { certificate, method, outcome, name: None, now }).await
    }
}
