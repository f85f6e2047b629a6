//! The endpoint of this room: public, with one answer for everybody.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::{HttpRequest, HttpResponse, get};
use chrono::{Datelike, Days, NaiveDate};
use diesel::pg::PgConnection;

use super::disclosure::THRESHOLD;
use super::store::{self, DailyFigure};
use super::types::{DayFigures, Figures, Statistics, StatisticsQuery};
use crate::error::{Error, Result};
use crate::http::{Query, etag};
use crate::state::State;
use crate::text::Rule;
use crate::time::civil_date::{self, CivilDate, DATE_RANGE};

/// The number of days by default.
const DEFAULT_DAYS: u64 = 30;
/// The largest number of days.
const MOST_DAYS: i64 = 366;

/// The earliest year of a query: there was no service before, and the database's dates do not go back much further.
const EARLIEST_YEAR: i32 = 2000;

const RANGE: Rule = DATE_RANGE.worded(
    "`from` is not after `to`, at most 366 days lie from one to the other, and none before the year 2000",
    "`from` nu poate fi după `to`; între ele pot fi cel mult 366 de zile, niciuna înainte de anul 2000",
);

/// Show public figures
///
/// By day and in total. Counts of 1 to 9 are hidden (null), as are counts that would reveal them; totals add up what
/// was shown. A day is counted once, an hour after it is over.
#[utoipa::path(
    tag = "public",
    security(()),
    params(StatisticsQuery),
    responses(
        (status = 200, description = "The figures", body = Statistics),
        (status = 304, description = "The figures have not changed"),
    ),
    extensions(("x-rules" = json!([("?from", RANGE)]))),
)]
#[get("/v1/statistics")]
pub(crate) async fn get_statistics(
    state: State,
    query: Query<StatisticsQuery>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let today = civil_date::today(state.clock.now());
    let statistics = state.db.read(move |c| statistics(c, &query.0, today)).await?;
    let body = serde_json::to_vec(&statistics).map_err(Error::internal)?;
    let tag = etag::of(&body);
    let is_known = etag::is_known(&request, &tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, tag.to_string())).insert_header((CACHE_CONTROL, "public, max-age=600"));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.content_type("application/json").body(body))
}

fn statistics(
    connection: &mut PgConnection,
    query: &StatisticsQuery,
    today: NaiveDate,
) -> Result<Statistics> {
    let through = store::last_day(connection)?;
    let to = query.to.map(CivilDate::day).or(through).unwrap_or(today);
    let from = query
        .from
        .map(CivilDate::day)
        .or_else(|| to.checked_sub_days(Days::new(DEFAULT_DAYS - 1)))
        .unwrap_or(to);
    let apart = to.signed_duration_since(from).num_days();
    if !(0..MOST_DAYS).contains(&apart) || from.year() < EARLIEST_YEAR {
        return Err(Error::invalid("?from", &RANGE));
    }
    let mut totals = Figures::default();
    if let Some(day) = through {
        for (figure, total) in store::totals(connection, day)? {
            totals.set(&figure, Some(total));
        }
    }
    let days = days(&store::list(connection, from, to)?);
    Ok(Statistics { through, threshold: THRESHOLD, totals, days })
}

/// Groups the rows by day.
fn days(rows: &[DailyFigure]) -> Vec<DayFigures> {
    let day = |rows: &[DailyFigure]| {
        let mut figures = Figures::default();
        rows.iter().for_each(|row| figures.set(&row.figure, row.shown));
        DayFigures { day: rows.first().map_or(NaiveDate::MIN, |row| row.day), figures }
    };
    rows.chunk_by(|one, next| one.day == next.day).map(day).collect()
}
