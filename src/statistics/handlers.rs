//! The operation of this room: public, and the same for everybody.

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
use crate::time::civil_date::{self, CivilDate};

/// Days that are answered without being asked for.
const DEFAULT_DAYS: u64 = 30;
/// Days that can be asked for at once.
const MOST_DAYS: i64 = 366;

/// Before this there was no service, nor much earlier a date that the database knows.
const EARLIEST_YEAR: i32 = 2000;

const RANGE: Rule = Rule::new(
    "date_range",
    "`from` is not after `to`, at most 366 days lie from one to the other, and none before the year 2000",
    "`from` nu este după `to`, între ele sunt cel mult 366 de zile, niciuna înainte de anul 2000",
);

/// Show public figures
///
/// By day and in total. Counts of 1 to 9 are not shown (null), nor what would tell them; totals add up what was shown.
/// A day is counted once, an hour after it is over.
#[utoipa::path(
    tag = "public",
    security(()),
    params(StatisticsQuery),
    responses(
        (status = 200, description = "The figures", body = Statistics),
        (status = 304, description = "They have not changed"),
    )
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

/// The rows of each day together.
fn days(rows: &[DailyFigure]) -> Vec<DayFigures> {
    let day = |rows: &[DailyFigure]| {
        let mut figures = Figures::default();
        rows.iter().for_each(|row| figures.set(&row.figure, row.shown));
        DayFigures { day: rows.first().map_or(NaiveDate::MIN, |row| row.day), figures }
    };
    rows.chunk_by(|one, next| one.day == next.day).map(day).collect()
}
