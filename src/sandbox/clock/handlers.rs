//! `/sandbox/clock`.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::store;
use crate::error::{Code, Error, Result};
use crate::http::Json;
use crate::state::{AppState, State};
use crate::text::Rule;
use crate::time::Clock;

/// The farthest that the clock can be moved: the development certificates live longer.
const FARTHEST: TimeDelta = TimeDelta::days(5 * 365);

const NOT_AHEAD: Rule = Rule::new(
    "clock_not_ahead",
    "The clock moves forward, and at most five years ahead of the machine's: what has happened cannot come to lie in the \
     future. Delete the data folder to begin anew",
    "Ceasul merge numai înainte, cel mult cinci ani față de cel al mașinii: ce s-a întâmplat nu poate ajunge în viitor. \
     Ștergeți folderul de date pentru a începe din nou",
);

/// How far to move the clock.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct ClockMove {
    /// Seconds from the sandbox's time on.
    forward_seconds: u32,
}

#[derive(Serialize)]
struct SandboxClock {
    /// The sandbox's time.
    now: DateTime<Utc>,
    /// How far it is ahead of the machine's.
    ahead_seconds: i64,
}

impl SandboxClock {
    fn of(state: &AppState) -> Self {
        Self { now: state.clock.now(), ahead_seconds: state.clock.ahead().num_seconds() }
    }
}

/// Shows the sandbox's time (`GET /sandbox/clock`).
#[get("/sandbox/clock")]
pub(in crate::sandbox) async fn show_clock(state: State) -> HttpResponse {
    HttpResponse::Ok().json(SandboxClock::of(&state))
}

/// Moves the clock of the whole sandbox forward (`POST /sandbox/clock` with `{"forward_seconds":86400}`). Other nodes follow
/// within a second.
#[post("/sandbox/clock")]
pub(in crate::sandbox) async fn move_clock(state: State, json: Json<ClockMove>) -> Result<HttpResponse> {
    let forward = TimeDelta::seconds(json.body.forward_seconds.into());
    match &state.clock {
        // A node of a test: its test has the time.
        Clock::System => return Err(Code::NotFound.into()),
        Clock::Pinned(_) => state.clock.set(state.clock.now() + forward),
        Clock::Ahead(_) => {
            let wanted = state.clock.ahead() + forward;
            if forward.is_zero() || wanted > FARTHEST {
                return Err(Error::invalid("/forward_seconds", &NOT_AHEAD));
            }
            let at = state.clock.now();
            let moved = state.db.write(move |c: &mut PgConnection| store::move_ahead(c, wanted, at)).await?;
            state.clock.move_ahead(moved);
        }
    }
    Ok(HttpResponse::Ok().json(SandboxClock::of(&state)))
}
