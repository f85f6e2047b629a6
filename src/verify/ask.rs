//! Looks numbers up: one statement, for all who ask at the same moment, finds the certificates and limits guesses.
//!
//! The statement that counts a wrong CNP decides whether it is answered, and a right one waits for those before it: so
//! whoever sends a thousand at the same moment learns no more than whoever sends them one by one. That is why a group has
//! one question of a number and one of a sender.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::logged::EntryType;
use crate::certificates::RegistrationNumber;
use crate::certificates::binding::{Bound, Stored};
use crate::db::group::Grouped;
use crate::db::input::{Input, input};
use crate::db::statement::Statement;
use crate::error::{Error, Quota, Result};
use crate::log::EntryRow;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};

/// Wrong CNPs, CUIs and names per number. CNPs and CUIs have a structure, so whoever has a number must not be able to
/// try them all. The control code cannot be guessed, so it is not counted.
pub(super) const GUESSES: Limit = Limit::unsaid("certificate-guesses", 20, TimeDelta::hours(1));

/// Verifications of one sender: an employer checks hundreds at a time, and nobody tries out numbers.
const OF_ONE_SENDER: Limit = Limit::said("verifications", 1200, TimeDelta::minutes(10));

const TEXT: &str = concat!(
    rate_limit::by_sender!(),
    include_str!("find.sql"),
    rate_limit::guesses!(),
    include_str!("check.sql")
);

/// The same for a node that verifies alone: its role may not read payloads.
static WITHOUT_PAYLOAD: LazyLock<String> =
    LazyLock::new(|| TEXT.replace("c.payload", "NULL::bytea AS payload"));

/// Returns the statement, for benchmarks: its columns, comma separated, and its text.
#[must_use]
pub fn verify_statement() -> (String, &'static str) {
    (AskInput::columns(), TEXT)
}

input! {
    struct AskInput<'a> {
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

/// The keyed hash that accompanies a number.
pub(super) enum Proof {
    /// Of the holder's CNP or CUI, and the key that counts wrong ones.
    Identifier { person_index: Vec<u8>, guess_key: Vec<u8> },
    /// Of the printed control code.
    ControlCode(Vec<u8>),
}

/// A question.
pub(super) struct Ask {
    pub(super) number: RegistrationNumber,
    pub(super) proof: Proof,
    /// The key that counts wrong names, if a name is to be compared.
    pub(super) name_key: Option<Vec<u8>>,
    /// The key that counts the sender's verifications.
    pub(super) sender_key: Vec<u8>,
    pub(super) now: DateTime<Utc>,
    /// Whether the node's role may read payloads.
    pub(super) reads_payloads: bool,
}

/// What was found under a number.
pub(super) struct Answer {
    pub(super) row: Stored,
    /// Where the certificate is in the log; read only of one that matches.
    pub(super) entry: EntryRow,
    /// Whether the hash that accompanied the number is the row's.
    pub(super) matches: bool,
}

impl<'a> AskInput<'a> {
    fn of(ask: &'a Ask) -> Self {
        let (person_index, guess_key, control_code_index) = match &ask.proof {
            Proof::Identifier { person_index, guess_key } => {
                (Some(person_index.as_slice()), Some(guess_key.as_slice()), None)
            }
            Proof::ControlCode(index) => (None, None, Some(index.as_slice())),
        };
        Self {
            number: ask.number.as_str(),
            person_index,
            control_code_index,
            now: ask.now,
            guess_key,
            guesses_reset_at: ask.now + GUESSES.window,
            name_key: ask.name_key.as_deref(),
            max_guesses: GUESSES.tries,
            sender_key: &ask.sender_key,
            sender_resets_at: ask.now + OF_ONE_SENDER.window,
            max_of_sender: OF_ONE_SENDER.tries,
        }
    }
}

impl Grouped for Ask {
    type Outcome = (Option<Answer>, Quota);

    fn claims(&self) -> Vec<&[u8]> {
        vec![self.number.as_str().as_bytes(), &self.sender_key]
    }

    fn write(connection: &mut PgConnection, rows: &[&Self]) -> Result<Vec<Result<Self::Outcome>>> {
        let text = if rows.iter().all(|ask| ask.reads_payloads) { TEXT } else { WITHOUT_PAYLOAD.as_str() };
        let inputs = rows.iter().map(|ask| AskInput::of(ask)).collect();
        let found: Vec<Row> = Statement::<_, RowType>::of_rows(inputs, text).load(connection)?;
        let mut by_number: HashMap<String, Row> =
            found.into_iter().map(|mut row| (std::mem::take(&mut row.0.0), row)).collect();
        let answer = |ask: &&Self| match by_number.remove(ask.number.as_str()) {
            Some(((_, Some(until), hits, resets_at, ..), ..)) => {
                let is_senders = hits > OF_ONE_SENDER.tries && until == resets_at;
                Err(rate_limit::too_many(if is_senders { OF_ONE_SENDER } else { GUESSES }, until, ask.now))
            }
            Some(row) => {
                let (_, _, hits, resets_at, ..) = row.0;
                Ok((answer(row), OF_ONE_SENDER.quota(hits, resets_at, ask.now)))
            }
            None => Err(Error::internal("the statement left out a number")),
        };
        Ok(rows.iter().map(answer).collect())
    }
}

/// Returns the key that counts the verifications of the current request's sender.
pub(super) fn sender_key(keyring: &Keyring) -> Vec<u8> {
    Counted::by_sender(keyring, Index::RATE_LIMIT_VERIFY_SENDER, OF_ONE_SENDER).key().to_vec()
}

type RowType = (
    (
        Text,
        Nullable<Timestamptz>,
        Integer,
        Timestamptz,
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
    (
        String,
        Option<DateTime<Utc>>,
        i32,
        DateTime<Utc>,
        Option<bool>,
        Option<Uuid>,
        Option<String>,
        Bytes,
        Bytes,
    ),
    (Option<String>, Option<String>, Option<String>, Option<NaiveDate>, Option<NaiveDate>, Bytes, Bytes),
    (Option<String>, Option<DateTime<Utc>>, Option<String>, Option<Uuid>, Bytes, Bytes, Bytes, Bytes),
    EntryRow,
);

fn answer(((_, _, _, _, matches, id, number, person, control), facts, end, entry): Row) -> Option<Answer> {
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
    Some(Answer { row: Stored { bound, payload }, entry, matches: matches == Some(true) })
}
