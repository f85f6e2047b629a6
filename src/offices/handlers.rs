//! The endpoint of this room.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get};
use chrono::NaiveDate;

use super::store::{self, Office};
use super::types::{CounterList, CounterQuery, CounterResponse, CountyLetters};
use crate::error::{Error, Result};
use crate::http::Query;
use crate::person::county;
use crate::state::State;
use crate::time::civil_date;

/// List the counters
///
/// Offices where a person's identity can be certified, with address, opening hours and the day from which each
/// certifies.
#[utoipa::path(
    tag = "identity",
    security(()),
    params(CounterQuery),
    responses((status = 200, description = "Offices, by county, town and name", body = CounterList))
)]
#[get("/v1/counters")]
pub(super) async fn list_counters(state: State, query: Query<CounterQuery>) -> Result<HttpResponse> {
    let CounterQuery { county, certifies } = query.0;
    let today = civil_date::today(state.clock.now());
    let rows = state.db.read(move |c| store::list(c, county.as_ref().map(CountyLetters::as_str))).await?;
    let items = rows.into_iter().map(|(office, since)| response(office, since, today));
    let mut items: Vec<CounterResponse> = items.collect::<Result<_>>()?;
    items.retain(|office| certifies.is_none_or(|wanted| office.certifies == wanted));
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "public, max-age=300"));
    Ok(response.json(CounterList { items, next_cursor: None }))
}

/// Converts a row.
///
/// # Errors
/// An unknown county, which the database's checks prevent.
fn response(office: Office, since: Option<NaiveDate>, today: NaiveDate) -> Result<CounterResponse> {
    Ok(CounterResponse {
        kind: office.kind,
        county_name: county::name(&office.county)
            .ok_or_else(|| Error::internal("an office is in no county"))?,
        code: office.code,
        name: office.name,
        county: office.county,
        locality: office.locality,
        address: office.address,
        programme: office.programme,
        phone: office.phone,
        certifies: since.is_some_and(|since| since <= today),
        certifies_since: since,
    })
}
