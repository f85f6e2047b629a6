//! Rows of applications that await a register.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::applications::store::Application;
use crate::db::schema::applications;
use crate::db::statement::Statement;
use crate::error::Result;
use crate::registry::Subjects;

/// An application that a node has taken up, until its next try: longer than asking the registers takes. A node that dies
/// loses it then, and another goes on.
const LEASE: TimeDelta = TimeDelta::seconds(10);

/// An application that awaits a register, taken up to be gone on with.
#[derive(Debug, Queryable)]
pub(super) struct Waiting {
    pub(super) application: Application,
    /// How often it was taken up: by this a node knows whether it still is the one that has it.
    tries: i32,
    bad_answers: i32,
    bad_since: Option<DateTime<Utc>>,
}

/// Answers of registers, in a row, that could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadAnswers {
    pub(super) count: i32,
    pub(super) since: DateTime<Utc>,
}

/// The queue, for the gauges.
pub(super) struct Depth {
    pub(super) count: i64,
    /// When the longest-waiting application began to wait.
    pub(super) oldest: Option<DateTime<Utc>>,
}

impl Waiting {
    /// Whom it is about.
    pub(super) const fn subjects(&self) -> Subjects {
        match self.application.mandate_id {
            None => Subjects::Persons,
            Some(_) => Subjects::Companies,
        }
    }

    /// The bad answers so far, with one more now.
    pub(super) fn one_more_bad_answer(&self, now: DateTime<Utc>) -> BadAnswers {
        BadAnswers { count: self.bad_answers.saturating_add(1), since: self.bad_since.unwrap_or(now) }
    }
}

/// Takes up those applications about such subjects that have been due longest: nobody else does before their lease ends.
pub(super) fn take(
    connection: &mut PgConnection,
    subjects: Subjects,
    most: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Waiting>> {
    let values = (
        (subjects == Subjects::Persons).into_sql::<Bool>(),
        i64::try_from(most).unwrap_or(1).into_sql::<BigInt>(),
        now.into_sql::<Timestamptz>(),
        (now + LEASE).into_sql::<Timestamptz>(),
    );
    let statement =
        Statement::<_, SqlUuid>::new("persons, most, now, until", values, include_str!("take.sql"));
    let taken: Vec<Uuid> = statement.load(connection)?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let columns =
        (Application::as_select(), applications::tries, applications::bad_answers, applications::bad_since);
    Ok(applications::table.filter(applications::id.eq_any(taken)).select(columns).load(connection)?)
}

/// Says when to try one again, and how its answers have been; does nothing when another node has it by now.
pub(super) fn put_off(
    connection: &mut PgConnection,
    waiting: &Waiting,
    again: DateTime<Utc>,
    bad: Option<BadAnswers>,
) -> Result<()> {
    let held = applications::table
        .find(waiting.application.id)
        .filter(applications::status.eq("awaiting_register"))
        .filter(applications::tries.eq(waiting.tries));
    let changes = (
        applications::next_try_at.eq(again),
        bad.map(|bad| (applications::bad_answers.eq(bad.count), applications::bad_since.eq(bad.since))),
    );
    diesel::update(held).set(changes).execute(connection)?;
    Ok(())
}

/// Measures what waits.
pub(super) fn depth(connection: &mut PgConnection) -> Result<Depth> {
    let statement = Statement::<_, (BigInt, Nullable<Timestamptz>)>::new(
        "status",
        "awaiting_register".into_sql::<diesel::sql_types::Text>(),
        "SELECT count(*), min(changed_at) FROM applications WHERE status = 'awaiting_register'",
    );
    let (count, oldest) = statement.get_result(connection)?;
    Ok(Depth { count, oldest })
}
