//! The counting job: counts each finished, uncounted day, in order, each in its own transaction.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use diesel::Connection;
use diesel::pg::PgConnection;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::disclosure::{self, Counts};
use super::store::{self, DailyFigure};
use crate::db::Db;
use crate::error::{Context, Result};
use crate::jobs::{Handler, Outcome, Schedule};
use crate::time::Clock;
use crate::time::civil_date;

/// The kind of job, and when it checks for a finished day.
pub const SCHEDULE: Schedule =
    Schedule { kind: "statistics", every: TimeDelta::hours(1), offset: TimeDelta::minutes(5) };

/// How long after its end a day is counted: by then, every row with a time of that day is written.
const SETTLED_AFTER: TimeDelta = TimeDelta::hours(1);

/// Figures of every day, even if zero; other methods and outcomes are counted if they occur.
const FIGURES: &[&str] = &[
    "accounts_created",
    "applications.issued",
    "applications.referred",
    "certificates_issued",
    "certificates_issued_to_legal_persons",
    "identities_verified.counter",
    "identities_verified.ghiseul",
    "verifications",
];

/// The job.
pub struct CountDays {
    /// The database.
    pub db: Db,
    /// Time.
    pub clock: Clock,
}

impl Handler for CountDays {
    fn kind(&self) -> &'static str {
        SCHEDULE.kind
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            loop {
                let now = self.clock.now();
                match self.db.write(move |c| count_next_day(c, now)).await {
                    Ok(None) => return Outcome::Done,
                    Ok(Some(day)) => log::info!("statistics: counted {day}"),
                    Err(error) => {
                        log::warn!("statistics: {error}");
                        return Outcome::Retry("the database failed");
                    }
                }
            }
        }
        .boxed_local()
    }
}

/// Counts every finished, uncounted day; returns the number of days.
///
/// # Errors
/// Fails if the database is away; the days counted until then stay.
pub fn count_days(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let mut days = 0;
    while count_next_day(connection, now)?.is_some() {
        days += 1;
    }
    Ok(days)
}

/// Deletes the figures from this day on and counts them again; returns the number of days. Until all of them are
/// counted, readers see the old figures.
///
/// # Errors
/// Fails if the database is away; nothing has changed then.
pub fn recount(connection: &mut PgConnection, from: NaiveDate, now: DateTime<Utc>) -> Result<usize> {
    connection.transaction(|c| {
        store::lock(c)?;
        store::delete_from(c, from)?;
        count_days(c, now)
    })
}

fn count_next_day(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<NaiveDate>> {
    connection.transaction(|c| {
        store::lock(c)?;
        let counted = store::last_day(c).context("finding the last counted day")?;
        let Some(day) = next_day(c, counted)? else { return Ok(None) };
        let until = civil_date::start_of_day(day + Days::new(1));
        if until + SETTLED_AFTER > now {
            return Ok(None);
        }
        let counts = store::count(c, civil_date::start_of_day(day), until);
        let mut counts = counts.context("counting a day")?;
        for figure in FIGURES {
            counts.entry((*figure).to_owned()).or_insert(0);
        }
        let before = counted.map(|day| store::totals(c, day)).transpose()?.unwrap_or_default();
        store::insert(c, &figures(day, counts, &before)).context("storing a day")?;
        Ok(Some(day))
    })
}

fn next_day(connection: &mut PgConnection, counted: Option<NaiveDate>) -> Result<Option<NaiveDate>> {
    match counted {
        Some(day) => Ok(Some(day + Days::new(1))),
        None => Ok(store::beginning(connection)?.map(civil_date::today)),
    }
}

/// Builds the rows of a day. A figure that has been counted once is always continued, so that its total is never lost.
fn figures(day: NaiveDate, mut counts: Counts, before: &Counts) -> Vec<DailyFigure> {
    for figure in before.keys() {
        counts.entry(figure.clone()).or_insert(0);
    }
    let shown = disclosure::shown(&counts);
    let row = |(figure, count): (&String, &i64)| {
        let shown = shown.get(figure.as_str()).copied().flatten();
        let total = before.get(figure).copied().unwrap_or_default() + shown.unwrap_or_default();
        DailyFigure { day, figure: figure.clone(), count: *count, shown, total }
    };
    counts.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_add_up_what_was_shown_and_carry_figures_on() {
        let day = "2026-11-24".parse().unwrap();
        let counts = |pairs: &[(&str, i64)]| pairs.iter().map(|(f, n)| ((*f).to_owned(), *n)).collect();
        let before = counts(&[("accounts_created", 100), ("identities_verified.eid", 50)]);
        let rows = figures(day, counts(&[("accounts_created", 12), ("verifications", 3)]), &before);
        let seen: Vec<_> =
            rows.iter().map(|row| (row.figure.as_str(), row.count, row.shown, row.total)).collect();
        assert_eq!(
            seen,
            [
                ("accounts_created", 12, Some(12), 112),
                ("identities_verified.eid", 0, Some(0), 50),
                ("verifications", 3, None, 0),
            ]
        );
    }
}
