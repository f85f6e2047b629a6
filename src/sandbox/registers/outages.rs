//! `/sandbox/outages`: takes a simulated register down for a while, and brings it back. Stored in the database, so that
//! any node can do it.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::sandbox::schema::sandbox::outages;
use crate::state::State;
use crate::text::coded;

/// The longest outage, in seconds.
const LONGEST: u32 = 86_400;

/// The register, and the outage's length; 0 seconds end it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutageRequest {
    register: Register,
    seconds: u32,
}

coded! {
    /// A register that can be away.
    enum Register in "sandbox.outages.register" {
        /// Criminal records, of persons and of legal persons.
        CriminalRecords = "criminal_records",
        /// Civil status.
        CivilStatus = "civil_status",
        /// Legal persons.
        Companies = "companies",
    }
}

#[derive(Serialize)]
struct Outage {
    register: Register,
    until: DateTime<Utc>,
}

#[derive(Serialize)]
struct OutageList {
    items: Vec<Outage>,
}

/// Lists the registers that are down now (`GET /sandbox/outages`).
#[get("/sandbox/outages")]
pub(in crate::sandbox) async fn list_outages(state: State) -> Result<HttpResponse> {
    let now = state.clock.now();
    Ok(HttpResponse::Ok().json(state.db.read(move |c| list(c, now)).await?))
}

/// Starts an outage (`POST /sandbox/outages` with
/// `{"register":"criminal_records"|"civil_status"|"companies","seconds":3600}`).
#[post("/sandbox/outages")]
pub(in crate::sandbox) async fn set_outage(
    state: State,
    request: web::Json<OutageRequest>,
) -> Result<HttpResponse> {
    let now = state.clock.now();
    let until = now + TimeDelta::seconds(request.seconds.min(LONGEST).into());
    let register = request.register;
    let work = move |c: &mut PgConnection| {
        diesel::insert_into(outages::table)
            .values((outages::register.eq(register), outages::until.eq(until)))
            .on_conflict(outages::register)
            .do_update()
            .set(outages::until.eq(until))
            .execute(c)?;
        list(c, now)
    };
    Ok(HttpResponse::Ok().json(state.db.write(work).await?))
}

fn list(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<OutageList> {
    let away = outages::table.filter(outages::until.gt(now)).order(outages::register);
    let rows: Vec<(Register, DateTime<Utc>)> = away.load(connection)?;
    Ok(OutageList { items: rows.into_iter().map(|(register, until)| Outage { register, until }).collect() })
}

/// Returns whether a register is taken down.
pub(super) fn is_away(connection: &mut PgConnection, register: &str, now: DateTime<Utc>) -> Result<bool> {
    let away = outages::table.find(register).filter(outages::until.gt(now));
    Ok(diesel::select(diesel::dsl::exists(away)).get_result(connection)?)
}
