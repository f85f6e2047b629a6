//! Rows of figures, and the rows that they are counted from.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{max, min};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};

use super::disclosure::Counts;
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

/// The last day that was counted.
pub(super) fn last_day(connection: &mut PgConnection) -> Result<Option<NaiveDate>> {
    Ok(daily_figures::table.select(max(daily_figures::day)).first(connection)?)
}

/// When the first account was made: before that there was nothing to count.
pub(super) fn beginning(connection: &mut PgConnection) -> Result<Option<DateTime<Utc>>> {
    Ok(accounts::table.select(min(accounts::created_at)).first(connection)?)
}

/// Counts from one instant to before another.
pub(super) fn count(
    connection: &mut PgConnection,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Counts> {
    let values = (since.into_sql::<Timestamptz>(), until.into_sql::<Timestamptz>());
    let statement = Statement::<_, (Text, BigInt)>::new("since, until", values, include_str!("count.sql"));
    let rows: Vec<(String, i64)> = statement.load(connection)?;
    Ok(rows.into_iter().collect())
}

/// The totals at the end of a day, by figure.
pub(super) fn totals(connection: &mut PgConnection, day: NaiveDate) -> Result<BTreeMap<String, i64>> {
    let of_it = daily_figures::table.filter(daily_figures::day.eq(day));
    let rows: Vec<(String, i64)> =
        of_it.select((daily_figures::figure, daily_figures::total)).load(connection)?;
    Ok(rows.into_iter().collect())
}

/// Keeps a day; one that another node kept stays as it is.
pub(super) fn insert(connection: &mut PgConnection, figures: &[DailyFigure]) -> Result<()> {
    diesel::insert_into(daily_figures::table).values(figures).on_conflict_do_nothing().execute(connection)?;
    Ok(())
}

/// Forgets the days from this one on.
pub(super) fn delete_from(connection: &mut PgConnection, day: NaiveDate) -> Result<usize> {
    Ok(diesel::delete(daily_figures::table.filter(daily_figures::day.ge(day))).execute(connection)?)
}

/// The figures of some days, the newest first.
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
