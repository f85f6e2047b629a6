//! Rows of applications that await a register.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{count_star, min};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::applications::life::ApplicationStatus;
use crate::applications::store::Application;
use crate::db::input::input;
use crate::db::schema::applications;
use crate::db::statement::Statement;
use crate::error::Result;
use crate::registry::Subjects;

/// How long a node holds an application that it has taken up: longer than querying the registers takes. When a node
/// dies, the lease expires, and another takes over.
const LEASE: TimeDelta = TimeDelta::seconds(10);

/// An application that awaits a register, leased to this node.
#[derive(Debug, Queryable)]
pub(super) struct Waiting {
    pub(super) application: Application,
    /// How often it was taken up: tells a node whether its lease is still its own.
    tries: i32,
    bad_answers: i32,
    bad_since: Option<DateTime<Utc>>,
}

/// Consecutive unusable answers of registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadAnswers {
    pub(super) count: i32,
    pub(super) since: DateTime<Utc>,
}

/// The depth of the queue, for the gauges.
pub(super) struct Depth {
    pub(super) count: i64,
    /// Since when the oldest application has been waiting.
    pub(super) oldest: Option<DateTime<Utc>>,
}

impl Waiting {
    /// Returns the kind of its subject.
    pub(super) const fn subjects(&self) -> Subjects {
        match self.application.mandate_id {
            None => Subjects::Persons,
            Some(_) => Subjects::Companies,
        }
    }

    /// Counts one more unusable answer.
    pub(super) fn one_more_bad_answer(&self, now: DateTime<Utc>) -> BadAnswers {
        BadAnswers { count: self.bad_answers.saturating_add(1), since: self.bad_since.unwrap_or(now) }
    }
}

input! {
    struct Due {
        persons: bool as Bool,
        most: i64 as BigInt,
        now: DateTime<Utc> as Timestamptz,
        until: DateTime<Utc> as Timestamptz,
    }
}

/// Leases the oldest due applications about such subjects.
pub(super) fn take(
    connection: &mut PgConnection,
    subjects: Subjects,
    most: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Waiting>> {
    let due = Due {
        persons: subjects == Subjects::Persons,
        most: i64::try_from(most).unwrap_or(1),
        now,
        until: now + LEASE,
    };
    let statement = Statement::<_, SqlUuid>::new(due, include_str!("take.sql"));
    let taken: Vec<Uuid> = statement.load(connection)?;
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let columns =
        (Application::as_select(), applications::tries, applications::bad_answers, applications::bad_since);
    Ok(applications::table.filter(applications::id.eq_any(taken)).select(columns).load(connection)?)
}

/// Sets the next attempt and the count of unusable answers; does nothing if another node has taken over.
pub(super) fn put_off(
    connection: &mut PgConnection,
    waiting: &Waiting,
    again: DateTime<Utc>,
    bad: Option<BadAnswers>,
) -> Result<()> {
    let held = applications::table
        .find(waiting.application.id)
        .filter(applications::status.eq(ApplicationStatus::AwaitingRegister))
        .filter(applications::tries.eq(waiting.tries));
    let changes = (
        applications::next_try_at.eq(again),
        bad.map(|bad| (applications::bad_answers.eq(bad.count), applications::bad_since.eq(bad.since))),
    );
    diesel::update(held).set(changes).execute(connection)?;
    Ok(())
}

/// Measures the queue.
pub(super) fn depth(connection: &mut PgConnection) -> Result<Depth> {
    let waiting = applications::table.filter(applications::status.eq(ApplicationStatus::AwaitingRegister));
    let (count, oldest) = waiting.select((count_star(), min(applications::changed_at))).first(connection)?;
    Ok(Depth { count, oldest })
}
