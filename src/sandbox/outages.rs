//! `/sandbox/outages`: takes a simulated register or another simulated service down for a while, or makes it misbehave, and brings it
//! back. Stored in the database, so that any node can do it.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::error::{Error, Result, Violation};
use crate::http::Json;
use crate::http::violations::UNKNOWN_VALUE;
use crate::sandbox::persons::RegisterBehaviour;
use crate::sandbox::schema::sandbox::outages;
use crate::state::State;
use crate::text::coded;

/// The longest outage, in seconds.
const LONGEST: u32 = 86_400;

/// The register or service, the outage's length (0 seconds end it), and what it does instead of answering.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct OutageRequest {
    register: Outside,
    seconds: u32,
    #[serde(default = "away")]
    behaviour: RegisterBehaviour,
}

const fn away() -> RegisterBehaviour {
    RegisterBehaviour::Away
}

coded! {
    /// A simulated register, or another party's service, that can be away.
    pub(super) enum Outside in "sandbox.outages.register" {
        /// Criminal records, of persons and of legal persons.
        CriminalRecords = "criminal_records",
        /// Civil status.
        CivilStatus = "civil_status",
        /// Legal persons.
        Companies = "companies",
        /// Ghișeul.ro, its pages for people included.
        Ghiseul = "ghiseul",
        /// The time-stamp authority.
        Timestamps = "timestamps",
        /// Revocation data of signers' certificates (OCSP, CRL).
        Revocation = "revocation",
    }
}

impl Outside {
    /// Returns what it can do instead of answering. Only a register's answer has a digest and is about somebody.
    pub(super) fn behaviours(self) -> impl Iterator<Item = RegisterBehaviour> {
        let is_register = matches!(self, Self::CriminalRecords | Self::CivilStatus | Self::Companies);
        let of_registers = [RegisterBehaviour::BadDigest, RegisterBehaviour::WrongPerson];
        RegisterBehaviour::ALL.into_iter().filter(move |one| is_register || !of_registers.contains(one))
    }
}

impl OutageRequest {
    /// Checks that it can behave so.
    ///
    /// # Errors
    /// `unknown_value` at `/behaviour`, with the known ones.
    fn check(&self) -> Result<()> {
        if self.register.behaviours().any(|one| one == self.behaviour) {
            return Ok(());
        }
        let known = self.register.behaviours().map(|one| one.as_str().to_owned()).collect();
        Err(Error::violations(vec![Violation::new("/behaviour", &UNKNOWN_VALUE).knowing(known)]))
    }
}

#[derive(Serialize)]
struct Outage {
    register: Outside,
    until: DateTime<Utc>,
    behaviour: RegisterBehaviour,
}

#[derive(Serialize)]
struct OutageList {
    items: Vec<Outage>,
}

/// Lists what is down now (`GET /sandbox/outages`).
#[get("/sandbox/outages")]
pub(super) async fn list_outages(state: State) -> Result<HttpResponse> {
    let now = state.clock.now();
    Ok(HttpResponse::Ok().json(state.db.read(move |c| list(c, now)).await?))
}

/// Starts an outage (`POST /sandbox/outages` with
/// `{"register":"criminal_records"|"ghiseul"|…,"seconds":3600,"behaviour":"away"|"slow"|…}`).
#[post("/sandbox/outages")]
pub(super) async fn set_outage(state: State, json: Json<OutageRequest>) -> Result<HttpResponse> {
    json.body.check()?;
    let now = state.clock.now();
    let OutageRequest { register, seconds, behaviour } = json.body;
    let until = now + TimeDelta::seconds(seconds.min(LONGEST).into());
    let work = move |c: &mut PgConnection| {
        diesel::insert_into(outages::table)
            .values((
                outages::register.eq(register),
                outages::until.eq(until),
                outages::behaviour.eq(behaviour),
            ))
            .on_conflict(outages::register)
            .do_update()
            .set((outages::until.eq(until), outages::behaviour.eq(behaviour)))
            .execute(c)?;
        list(c, now)
    };
    Ok(HttpResponse::Ok().json(state.db.write(work).await?))
}

fn list(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<OutageList> {
    let away = outages::table.filter(outages::until.gt(now)).order(outages::register);
    let rows: Vec<(Outside, DateTime<Utc>, RegisterBehaviour)> = away.load(connection)?;
    let outage = |(register, until, behaviour)| Outage { register, until, behaviour };
    Ok(OutageList { items: rows.into_iter().map(outage).collect() })
}

/// Returns what a register or service does now instead of answering, if anything.
pub(super) fn behaviour_of(
    connection: &mut PgConnection,
    register: Outside,
    now: DateTime<Utc>,
) -> Result<Option<RegisterBehaviour>> {
    let now_on = outages::table.find(register).filter(outages::until.gt(now));
    Ok(now_on.select(outages::behaviour).first(connection).optional()?)
}
