//! The look-up behind a verification: one statement that finds the certificate, checks that its number is not being
//! guessed at, and writes down that it was looked at.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Date, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::statement::Statement;
use crate::error::{Code, Error, Result};
use crate::throttle::{self, Limit};

/// Wrong CNPs and CUIs for one number. Both have a structure, so who holds a number must not be able to try them all; the
/// control code cannot be guessed and is not counted.
const GUESSES: Limit = Limit { tries: 20, window: TimeDelta::hours(1) };

/// The statement, for whoever measures it.
pub const VERIFY_STATEMENT: (&str, &str) = (COLUMNS, include_str!("check.sql"));

const COLUMNS: &str =
    "number, person_index, control_code_index, method, today, now, check_id, guess_key, max_guesses";

/// What goes with the number, as keyed hash.
pub(super) enum Proof {
    /// The holder's CNP or CUI, and the key under which wrong ones are counted.
    Identifier { method: &'static str, person_index: Vec<u8>, guess_key: Vec<u8> },
    /// The printed code.
    ControlCode(Vec<u8>),
}

impl Proof {
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Identifier { method, .. } => method,
            Self::ControlCode(_) => "control_code",
        }
    }
}

/// A certificate that was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) registration_number: String,
    pub(super) service: String,
    pub(super) reason: String,
    pub(super) finding: String,
    pub(super) issued_on: NaiveDate,
    pub(super) valid_until: NaiveDate,
    /// `revoked` or `superseded`, before its time.
    pub(super) ended_as: Option<String>,
}

type RowType = (
    Nullable<Timestamptz>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Date>,
    Nullable<Date>,
    Nullable<Text>,
);
type Row = (
    Option<DateTime<Utc>>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<NaiveDate>,
    Option<NaiveDate>,
    Option<String>,
);

/// Looks the pair up. A miss by CNP or CUI is counted; when too many were, no answer is given for a while.
pub(super) fn look_up(
    connection: &mut PgConnection,
    number: &str,
    proof: &Proof,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Found>> {
    let (person, control, guesses) = match proof {
        Proof::Identifier { person_index, guess_key, .. } => (Some(person_index), None, Some(guess_key)),
        Proof::ControlCode(index) => (None, Some(index), None),
    };
    let values = (
        number.into_sql::<Text>(),
        person.into_sql::<Nullable<Binary>>(),
        control.into_sql::<Nullable<Binary>>(),
        proof.method().into_sql::<Text>(),
        today.into_sql::<Date>(),
        now.into_sql::<Timestamptz>(),
        Uuid::now_v7().into_sql::<SqlUuid>(),
        guesses.into_sql::<Nullable<Binary>>(),
        GUESSES.tries.into_sql::<Integer>(),
    );
    let statement = Statement::<_, RowType>::new(VERIFY_STATEMENT.0, values, VERIFY_STATEMENT.1);
    let row: Row = statement.get_result(connection)?;
    if let Some(resets_at) = row.0 {
        let wait = (resets_at - now).to_std().unwrap_or_default();
        return Err(Error::from(Code::TooManyRequests).retry_after(wait));
    }
    let found = found(row);
    if let (None, Some(key)) = (&found, guesses) {
        throttle::count(connection, key, GUESSES, now)?;
    }
    Ok(found)
}

fn found((_, number, service, reason, finding, issued_on, valid_until, ended_as): Row) -> Option<Found> {
    Some(Found {
        registration_number: number?,
        service: service?,
        reason: reason?,
        finding: finding?,
        issued_on: issued_on?,
        valid_until: valid_until?,
        ended_as,
    })
}
