//! Looks up a certificate for verification: one statement finds it and limits guesses at its number. The result is used
//! only if the row is intact; then the check is logged, with the outcome that the caller gets. A logged check is never
//! changed, so a node's role may only insert.
//!
//! The statement that counts a wrong CNP decides whether it is answered, and a right one waits for those before it: so
//! whoever sends a thousand at the same moment learns no more than whoever sends them one by one. The same holds of
//! names, which the statement that logs the check counts.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::logged::{self, EntryType};
use super::method::{CheckMethod, CheckedBy};
use super::types::Outcome;
use crate::certificates::RegistrationNumber;
use crate::certificates::binding::{Bound, Stored};
use crate::certificates::printed_name::PrintedName;
use crate::db::input::{Input, input};
use crate::db::statement::Statement;
use crate::error::Result;
use crate::log::{EntryRow, LogInclusion, LogKeys};
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};

/// Wrong CNPs, CUIs and names per number. CNPs and CUIs have a structure, so whoever has a number must not be able to
/// try them all. The control code cannot be guessed, so it is not counted.
const GUESSES: Limit = Limit { tries: 20, window: TimeDelta::hours(1) };

/// Verifications of one sender: an employer checks hundreds at a time, and nobody tries out numbers.
const OF_ONE_SENDER: Limit = Limit { tries: 1200, window: TimeDelta::minutes(10) };

/// Returns the statement, for benchmarks: its columns, comma separated, and its text.
#[must_use]
pub fn verify_statement() -> (String, &'static str) {
    (CheckInput::columns(), TEXT)
}

const TEXT: &str = concat!(
    rate_limit::by_sender!(),
    include_str!("find.sql"),
    rate_limit::guesses!(),
    include_str!("check.sql")
);
const RECORD: &str = concat!(
    ", guess AS (SELECT name_key AS key, misses FROM input WHERE name_key IS NOT NULL)",
    rate_limit::guesses!(),
    include_str!("record.sql")
);

/// The same for a node that verifies alone: its role may not read payloads.
static WITHOUT_PAYLOAD: LazyLock<String> =
    LazyLock::new(|| TEXT.replace("c.payload", "NULL::bytea AS payload"));

input! {
    struct CheckInput<'a> {
        number: &'a str as Text,
        person_index: Option<&'a [u8]> as Nullable<Binary>,
        control_code_index: Option<&'a [u8]> as Nullable<Binary>,
        now: DateTime<Utc> as Timestamptz,
        guess_key: Option<&'a [u8]> as Nullable<Binary>,
        guesses_reset_at: DateTime<Utc> as Timestamptz,
        name_key: Option<&'a [u8]> as Nullable<Binary>,
        max_guesses: i32 as Integer,
        sender_key: &'a [u8] as Binary,
        sender_resets_at: DateTime<Utc> as Timestamptz,
        max_of_sender: i32 as Integer,
    }
}

input! {
    struct RecordInput<'a> {
        id: Uuid as SqlUuid,
        certificate_id: Uuid as SqlUuid,
        method: CheckMethod as Text,
        outcome: Outcome as Text,
        now: DateTime<Utc> as Timestamptz,
        name_key: Option<&'a [u8]> as Nullable<Binary>,
        misses: i32 as Integer,
        max_guesses: i32 as Integer,
        guesses_reset_at: DateTime<Utc> as Timestamptz,
    }
}

/// The keyed hash that accompanies the number.
pub(super) enum Proof {
    /// The holder's CNP or CUI, and the key that counts wrong ones.
    Identifier { checked_by: CheckedBy, person_index: Vec<u8>, guess_key: Vec<u8> },
    /// The printed control code.
    ControlCode(Vec<u8>),
}

impl Proof {
    pub(super) const fn checked_by(&self) -> CheckedBy {
        match self {
            Self::Identifier { checked_by, .. } => *checked_by,
            Self::ControlCode(_) => CheckedBy::ControlCode,
        }
    }

    /// Returns the key that counts wrong ones; the control code cannot be guessed.
    fn guess_key(&self) -> Option<&Vec<u8>> {
        match self {
            Self::Identifier { guess_key, .. } => Some(guess_key),
            Self::ControlCode(_) => None,
        }
    }
}

/// The name on the paper, and the key that counts wrong ones.
pub(super) struct Name {
    pub(super) typed: PrintedName,
    pub(super) guess_key: Vec<u8>,
}

/// The data to check.
pub(super) struct Question {
    pub(super) number: RegistrationNumber,
    pub(super) proof: Proof,
    pub(super) name: Option<Name>,
    /// The key that counts the sender's verifications.
    pub(super) sender_key: Vec<u8>,
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

type RowType = (
    (
        Nullable<Timestamptz>,
        Nullable<Bool>,
        Nullable<SqlUuid>,
        Nullable<Text>,
        Nullable<Binary>,
        Nullable<Binary>,
    ),
    (
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Date>,
        Nullable<Date>,
        Nullable<Binary>,
        Nullable<Binary>,
    ),
    (
        Nullable<Text>,
        Nullable<Timestamptz>,
        Nullable<Text>,
        Nullable<SqlUuid>,
        Nullable<Binary>,
        Nullable<Binary>,
        Nullable<Binary>,
        Nullable<Binary>,
    ),
    EntryType,
);
type Bytes = Option<Vec<u8>>;
type Row = (
    (Option<DateTime<Utc>>, Option<bool>, Option<Uuid>, Option<String>, Bytes, Bytes),
    (Option<String>, Option<String>, Option<String>, Option<NaiveDate>, Option<NaiveDate>, Bytes, Bytes),
    (Option<String>, Option<DateTime<Utc>>, Option<String>, Option<Uuid>, Bytes, Bytes, Bytes, Bytes),
    EntryRow,
);

/// Looks up the pair, by the number alone, so that an altered row is recognized as altered whatever it now says. A wrong
/// CNP or CUI is counted; after too many, nothing is answered for a while.
///
/// # Errors
/// `certificate_unreadable` if the row is not intact, or not what was logged, or the log is in doubt; `certificate_not_logged`;
/// `database_unavailable` instead of an absence while the log is in doubt; `too_many_requests`.
pub(super) fn look_up(
    connection: &mut PgConnection,
    (keyring, log_keys): (&Keyring, &LogKeys),
    question: &Question,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Found>> {
    let before = log_keys.memory().signed();
    let row = ask(connection, question, (keyring, now))?;
    if let Some(resets_at) = row.0.0 {
        return Err(rate_limit::too_many(resets_at, now));
    }
    let matches = row.0.1 == Some(true);
    let Some((row, entry)) = stored(row) else { return logged::absent(log_keys) };
    let paper = row.check(keyring)?;
    if !matches {
        return logged::absent(log_keys);
    }
    let log_as_seen = (log_keys, before.as_ref());
    logged::trust(connection, log_as_seen, (row.id, &entry))?;
    let log = logged::check(&row, entry, log_as_seen, now)?;
    let name_matches = question.name.as_ref().map(|name| paper.is_of(keyring, row.id, &name.typed));
    // The holder sees that another name was tried.
    let outcome = if name_matches == Some(false) { Outcome::NoMatch } else { Outcome::of(&row, today)? };
    let name = question.name.as_ref().zip(name_matches);
    let name = name.map(|(name, matches)| (name.guess_key.as_slice(), matches));
    record(connection, row.id, (question.proof.checked_by().into(), outcome), name, now)?;
    Ok(Some(Found { row, name_matches, issuer: paper.issuing_unit(), log }))
}

/// Runs the statement.
fn ask(
    connection: &mut PgConnection,
    Question { number, proof, name, sender_key }: &Question,
    (keyring, now): (&Keyring, DateTime<Utc>),
) -> Result<Row> {
    let (person_index, control_code_index) = match proof {
        Proof::Identifier { person_index, .. } => (Some(person_index.as_slice()), None),
        Proof::ControlCode(index) => (None, Some(index.as_slice())),
    };
    let input = CheckInput {
        number: number.as_str(),
        person_index,
        control_code_index,
        now,
        guess_key: proof.guess_key().map(Vec::as_slice),
        guesses_reset_at: now + GUESSES.window,
        name_key: name.as_ref().map(|name| name.guess_key.as_slice()),
        max_guesses: GUESSES.tries,
        sender_key,
        sender_resets_at: now + OF_ONE_SENDER.window,
        max_of_sender: OF_ONE_SENDER.tries,
    };
    let text = if keyring.decrypts() { TEXT } else { WITHOUT_PAYLOAD.as_str() };
    Ok(Statement::<_, RowType>::new(input, text).get_result(connection)?)
}

/// Returns the key that counts the verifications of the current request's sender.
pub(super) fn sender_key(keyring: &Keyring) -> Vec<u8> {
    Counted::by_sender(keyring, Index::RATE_LIMIT_VERIFY_SENDER, OF_ONE_SENDER).key().to_vec()
}

/// Logs a check: the holder sees that it took place. Of a name that was compared, takes the key that counts wrong ones,
/// and whether it matched.
///
/// # Errors
/// Fails if the database is away: nothing is answered that is not logged. `too_many_requests` after too many wrong
/// names.
pub(in crate::verify) fn record(
    connection: &mut PgConnection,
    certificate: Uuid,
    (method, outcome): (CheckMethod, Outcome),
    name: Option<(&[u8], bool)>,
    now: DateTime<Utc>,
) -> Result<()> {
    let check = RecordInput {
        id: Uuid::now_v7(),
        certificate_id: certificate,
        method,
        outcome,
        now,
        name_key: name.map(|(key, _)| key),
        misses: i32::from(name.is_some_and(|(_, matches)| !matches)),
        max_guesses: GUESSES.tries,
        guesses_reset_at: now + GUESSES.window,
    };
    let (guessed_at,): (Option<DateTime<Utc>>,) =
        Statement::<_, (Nullable<Timestamptz>,)>::new(check, RECORD).get_result(connection)?;
    guessed_at.map_or(Ok(()), |resets_at| Err(rate_limit::too_many(resets_at, now)))
}

fn stored(((_, _, id, number, person, control), facts, end, entry): Row) -> Option<(Stored, EntryRow)> {
    let (service, reason, finding, issued_on, valid_until, signer_fingerprint, payload) = facts;
    let (ended_as, ended_at, end_reason, superseded_by, facts_mac, status_mac, extract, logged_as) = end;
    let bound = Bound {
        id: id?,
        registration_number: number?,
        person_index: person?,
        control_code_index: control?,
        service: service?,
        reason: reason?,
        finding: finding?,
        issued_on: issued_on?,
        valid_until: valid_until?,
        signer_fingerprint: signer_fingerprint?,
        ended_as,
        ended_at,
        end_reason,
        superseded_by,
        facts_mac,
        status_mac,
        extract,
        logged_as,
    };
    Some((Stored { bound, payload }, entry))
}
