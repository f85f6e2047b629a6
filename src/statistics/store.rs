//! Rows of figures, and the counting of other rooms' rows.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{max, min};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};

use super::disclosure::Counts;
use crate::db::input::input;
use crate::db::schema::{accounts, daily_figures};
use crate::db::statement::Statement;
use crate::error::Result;

/// A figure of a day.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = daily_figures)]
pub(super) struct DailyFigure {
    pub(super) day: NaiveDate,
    pub(super) figure: String,
    pub(super) count: i64,
    pub(super) shown: Option<i64>,
    pub(super) total: i64,
}

/// Locks the figures until the end of the transaction: a day's totals continue those of the day before, so only one
/// transaction at a time counts. Readers do not wait. An advisory lock, because `LOCK TABLE` needs the right to change
/// the whole table.
pub(super) fn lock(connection: &mut PgConnection) -> Result<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtext('cazier'), hashtext('daily_figures'))")
        .execute(connection)?;
    Ok(())
}

/// Returns the last counted day.
pub(super) fn last_day(connection: &mut PgConnection) -> Result<Option<NaiveDate>> {
    Ok(daily_figures::table.select(max(daily_figures::day)).first(connection)?)
}

/// Returns when the first account was created: before that there was nothing to count.
pub(super) fn beginning(connection: &mut PgConnection) -> Result<Option<DateTime<Utc>>> {
    Ok(accounts::table.select(min(accounts::created_at)).first(connection)?)
}

input! {
    struct Period {
        since: DateTime<Utc> as Timestamptz,
        until: DateTime<Utc> as Timestamptz,
    }
}

/// Counts from one instant (inclusive) to another (exclusive).
pub(super) fn count(
    connection: &mut PgConnection,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Counts> {
    let statement = Statement::<_, (Text, BigInt)>::new(Period { since, until }, include_str!("count.sql"));
    let rows: Vec<(String, i64)> = statement.load(connection)?;
    Ok(rows.into_iter().collect())
}

/// Returns the totals at the end of a day, by figure.
pub(super) fn totals(connection: &mut PgConnection, day: NaiveDate) -> Result<BTreeMap<String, i64>> {
    let of_it = daily_figures::table.filter(daily_figures::day.eq(day));
    let rows: Vec<(String, i64)> =
        of_it.select((daily_figures::figure, daily_figures::total)).load(connection)?;
    Ok(rows.into_iter().collect())
}

/// Stores a day.
pub(super) fn insert(connection: &mut PgConnection, figures: &[DailyFigure]) -> Result<()> {
    diesel::insert_into(daily_figures::table).values(figures).execute(connection)?;
    Ok(())
}

/// Deletes the days from this one on.
pub(super) fn delete_from(connection: &mut PgConnection, day: NaiveDate) -> Result<usize> {
    Ok(diesel::delete(daily_figures::table.filter(daily_figures::day.ge(day))).execute(connection)?)
}

/// Lists the figures of some days, newest first.
pub(super) fn list(
    connection: &mut PgConnection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<DailyFigure>> {
    let of_them = daily_figures::table
        .filter(daily_figures::day.between(from, to))
        .order((daily_figures::day.desc(), daily_figures::figure))
        .select(DailyFigure::as_select());
    Ok(of_them.load(connection)?)
}
