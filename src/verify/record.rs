//! Logs checks (`certificate_checks`): one statement for all that end at the same moment. A logged check is never changed,
//! so a node's role may only insert.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::ask::GUESSES;
use super::method::CheckMethod;
use super::outcome::Outcome;
use crate::db::group::Grouped;
use crate::db::input::input;
use crate::db::statement::Statement;
use crate::error::{Error, Result};
use crate::rate_limit;

const TEXT: &str = concat!(
    ", guess AS (SELECT name_key AS key, misses FROM input WHERE name_key IS NOT NULL)",
    rate_limit::guesses!(),
    include_str!("record.sql")
);

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

/// A check that has an outcome.
pub(in crate::verify) struct Record {
    pub(in crate::verify) certificate: Uuid,
    pub(in crate::verify) method: CheckMethod,
    pub(in crate::verify) outcome: Outcome,
    /// The key that counts wrong names, and whether the name that was compared is the holder's.
    pub(in crate::verify) name: Option<(Vec<u8>, bool)>,
    pub(in crate::verify) now: DateTime<Utc>,
}

impl<'a> RecordInput<'a> {
    fn of(id: Uuid, check: &'a Record) -> Self {
        Self {
            id,
            certificate_id: check.certificate,
            method: check.method,
            outcome: check.outcome,
            now: check.now,
            name_key: check.name.as_ref().map(|(key, _)| key.as_slice()),
            misses: i32::from(check.name.as_ref().is_some_and(|(_, matches)| !matches)),
            max_guesses: GUESSES.tries,
            guesses_reset_at: check.now + GUESSES.window,
        }
    }
}

impl Grouped for Record {
    type Outcome = ();

    fn claims(&self) -> Vec<&[u8]> {
        self.name.iter().map(|(key, _)| key.as_slice()).collect()
    }

    fn write(connection: &mut PgConnection, rows: &[&Self]) -> Result<Vec<Result<()>>> {
        let rows: Vec<_> = rows.iter().map(|check| (Uuid::now_v7(), check)).collect();
        let inputs = rows.iter().map(|(id, check)| RecordInput::of(*id, check)).collect();
        let statement = Statement::<_, (SqlUuid, Nullable<Timestamptz>)>::of_rows(inputs, TEXT);
        let refused: HashMap<Uuid, Option<DateTime<Utc>>> = statement.load(connection)?.into_iter().collect();
        let outcome = |(id, check): &(Uuid, &&Self)| match refused.get(id) {
            Some(None) => Ok(()),
            Some(Some(resets_at)) => Err(rate_limit::too_many(GUESSES, *resets_at, check.now)),
            None => Err(Error::internal("the statement left out a check")),
        };
        Ok(rows.iter().map(outcome).collect())
    }
}
