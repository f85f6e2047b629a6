//! The sweep: certificates whose time has come are raised a few at a time, on every node that has an authority.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::raise::{Raiser, RaiserError, Signatures};
use super::store::{self, Raised, Waiting};
use crate::certificates::issue::PAYLOAD;
use crate::error::{Error, Result};
use crate::person::Cell;
use crate::seal::store::{SealKey, list};
use crate::signature::{Certificate, Level, ordered_chain};
use crate::state::AppState;
use crate::telemetry;

/// Certificates leased at once.
const BATCH: i64 = 16;
/// Between two looks when nothing waited.
const IDLE: Duration = Duration::from_secs(2);
/// Until the next try after one that failed.
const RETRY: TimeDelta = TimeDelta::minutes(2);
/// Until the next try at a signature that cannot be raised: somebody must look at it first.
const UNSOUND: TimeDelta = TimeDelta::hours(6);

/// Raises signatures, for as long as it is polled.
pub async fn run(state: Arc<AppState>, raiser: Arc<Raiser>) {
    loop {
        match round(&state, &raiser).await {
            Ok(0) => actix_web::rt::time::sleep(IDLE).await,
            Ok(_) => {}
            Err(error) => {
                log::warn!("signature levels: {error}");
                actix_web::rt::time::sleep(IDLE * 10).await;
            }
        }
    }
}

/// One round; answers how many certificates were leased.
async fn round(state: &AppState, raiser: &Raiser) -> Result<usize> {
    let now = state.clock.now();
    let waiting = state.db.write(move |c| store::lease(c, BATCH, now)).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let anchors = anchors(&state.db.read(list).await?)?;
    let leased = waiting.len();
    for one in waiting {
        let id = one.id;
        match raise(state, raiser, &anchors, one).await {
            Ok(level) => telemetry::signature_level(level),
            Err(Failure::Ours(error)) => return Err(error),
            Err(Failure::Raiser(error)) => {
                log::warn!("signature levels: {id}: {error}");
                let wait = if matches!(error, RaiserError::Unsound(_)) { UNSOUND } else { RETRY };
                let again = state.clock.now() + wait;
                state.db.write(move |c| store::put_off(c, id, Some(again))).await?;
                // The others would wait for the same authority; their leases end by themselves.
                if matches!(error, RaiserError::Unavailable(_)) {
                    return Ok(0);
                }
            }
        }
    }
    Ok(leased)
}

/// Why a certificate was not raised.
enum Failure {
    Ours(Error),
    Raiser(RaiserError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<RaiserError> for Failure {
    fn from(error: RaiserError) -> Self {
        Self::Raiser(error)
    }
}

/// Stamps what has no time-stamp yet, keeps that at once, and goes on from there.
async fn raise(
    state: &AppState,
    raiser: &Raiser,
    anchors: &[Certificate],
    waiting: Waiting,
) -> Result<&'static str, Failure> {
    let id = waiting.id;
    let payload = state.keyring.open(Cell { column: PAYLOAD, row: id }, &waiting.payload);
    let payload = payload.map_err(Error::internal)?;
    let stamped = match state.db.read(move |c| store::find(c, id)).await? {
        Some(stamped) => stamped,
        None => stamp(state, raiser, anchors, &payload, waiting).await?,
    };
    let now = state.clock.now();
    let (cades, level) = raiser.complete(&stamped.cades, &payload, anchors, now).await?;
    let level = if level == Level::BLT { "b-lt" } else { "b-t" };
    let raised = Raised { level: level.to_owned(), cades, raised_at: now, ..stamped };
    state.db.write(move |c| store::keep(c, &raised, None)).await?;
    Ok(level)
}

async fn stamp(
    state: &AppState,
    raiser: &Raiser,
    anchors: &[Certificate],
    payload: &[u8],
    waiting: Waiting,
) -> Result<Raised, Failure> {
    let now = state.clock.now();
    let issued = Signatures { cades: waiting.cades, jades: waiting.jades };
    let (stamped, timestamped_at) = raiser.stamp(&issued, now).await?;
    for signature in [stamped.cades.as_slice(), stamped.jades.as_bytes()] {
        raiser.check(signature, payload, anchors, state.clock.now())?;
    }
    let raised = Raised {
        certificate_id: waiting.id,
        level: "b-t".to_owned(),
        cades: stamped.cades,
        jades: stamped.jades,
        timestamped_at,
        raised_at: now,
    };
    let (kept, again) = (raised.clone(), lease_end(now));
    state.db.write(move |c| store::keep(c, &kept, Some(again))).await?;
    Ok(raised)
}

/// The certificate stays leased while it is raised further.
fn lease_end(now: DateTime<Utc>) -> DateTime<Utc> {
    now + RETRY
}

/// The roots of all keys that ever sealed here.
fn anchors(known: &[SealKey]) -> Result<Vec<Certificate>> {
    let mut anchors: Vec<Certificate> = Vec::new();
    for key in known {
        let chain = ordered_chain(&key.chain_pem).map_err(|error| Error::internal(error.to_string()))?;
        if let Some(root) = chain.into_iter().next_back().filter(|root| !anchors.contains(root)) {
            anchors.push(root);
        }
    }
    Ok(anchors)
}
