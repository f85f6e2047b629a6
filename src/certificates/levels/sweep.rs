//! The sweep: raises due signatures, a few at a time, on every node that has an authority.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::desk::Desk;
use super::lease::{self, Lease};
use super::raise::{Failure, Raiser, RaiserError, UNSOUND};
use super::{signatures, store};
use crate::certificates::documents::levels as documents;
use crate::error::{Code, Context, Error, Result};
use crate::signature::store::{SealKey, list};
use crate::state::AppState;
use crate::telemetry;
use ades::{Certificate, Level, ordered_chain};

/// Certificates and documents leased at once.
const BATCH: i64 = 16;
/// The pause between two rounds if nothing is due.
const IDLE: Duration = Duration::from_secs(2);

/// Raises signatures for as long as it is polled.
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

/// Runs one round; returns the number of leased signatures.
async fn round(state: &AppState, raiser: &Raiser) -> Result<usize> {
    let now = state.clock.now();
    let until = now + lease::LENGTH;
    let waiting = state.db.write(move |c| take(c, (now, until))).await.context("leasing signatures")?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let anchors = anchors(&state.db.read(list).await?)?;
    let lease = lease_on(&waiting, until);
    let desk = Desk { state, raiser, anchors: &anchors, lease: &lease };
    tokio::select! {
        biased;
        () = lease.keep(state) => {
            log::warn!("signature levels: the leases were lost; another node takes over");
            Ok(0)
        }
        raised = raise_all(&desk, waiting) => raised,
    }
}

/// Raises signatures one by one; returns their number, or zero if the rest must wait.
async fn raise_all(desk: &Desk<'_>, waiting: Vec<Waiting>) -> Result<usize> {
    let leased = waiting.len();
    for one in waiting {
        match one.raise(desk).await {
            Ok(level) => telemetry::signature_level(level.as_str()),
            Err(Failure::Ours(error)) if error.code() == Code::DatabaseUnavailable => return Err(error),
            // A signature that cannot be decrypted holds up none of the others.
            Err(Failure::Ours(error)) => {
                log::error!("signature levels: {}: {error}", one.id());
                one.put_off(desk, UNSOUND).await?;
            }
            Err(Failure::LeaseLost) => log::warn!("signature levels: {}: the lease was lost", one.id()),
            Err(Failure::Raiser(error)) => {
                log::warn!("signature levels: {}: {error}", one.id());
                one.put_off(desk, error.pause()).await?;
                // The others need the same authority; their leases expire.
                if matches!(error, RaiserError::Unavailable(_)) {
                    return Ok(0);
                }
            }
        }
    }
    Ok(leased)
}

/// A certificate's signatures, or a document.
pub(super) enum Waiting {
    Signatures(signatures::Waiting),
    Document(documents::Waiting),
}

fn take(connection: &mut PgConnection, times: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<Waiting>> {
    let signatures = store::lease(connection, BATCH, times)?.into_iter().map(Waiting::Signatures);
    let documents = documents::lease(connection, BATCH, times)?.into_iter().map(Waiting::Document);
    Ok(signatures.chain(documents).collect())
}

fn lease_on(waiting: &[Waiting], until: DateTime<Utc>) -> Lease {
    let of =
        |wanted: fn(&Waiting) -> bool| waiting.iter().filter(|one| wanted(one)).map(Waiting::id).collect();
    let signatures = of(|one| matches!(one, Waiting::Signatures(_)));
    Lease::new(signatures, of(|one| matches!(one, Waiting::Document(_))), until)
}

impl Waiting {
    pub(super) fn id(&self) -> Uuid {
        match self {
            Self::Signatures(waiting) => waiting.id,
            Self::Document(waiting) => waiting.id,
        }
    }

    async fn raise(&self, desk: &Desk<'_>) -> Result<Level, Failure> {
        match self {
            Self::Signatures(waiting) => signatures::raise(desk, waiting).await,
            Self::Document(waiting) => documents::raise(desk, waiting).await,
        }
    }

    async fn put_off(&self, desk: &Desk<'_>, pause: TimeDelta) -> Result<()> {
        let (state, until) = (desk.state, desk.lease.until().await);
        let (id, again, leased_until) = (self.id(), state.clock.now() + pause, *until);
        match self {
            Self::Signatures(_) => {
                state.db.write(move |c| store::put_off(c, id, leased_until, Some(again)).map(drop)).await
            }
            Self::Document(_) => {
                state.db.write(move |c| documents::put_off(c, id, leased_until, again)).await
            }
        }
    }
}

/// Returns the roots of all keys that ever signed here.
fn anchors(known: &[SealKey]) -> Result<Vec<Certificate>> {
    let mut anchors: Vec<Certificate> = Vec::new();
    for key in known {
        let chain = ordered_chain(&key.chain_pem).map_err(Error::internal);
        let chain = chain.context("reading the chain of a known key")?;
        let roots = chain.into_iter().filter(Certificate::is_self_issued);
        anchors.extend(roots.filter(|root| !anchors.contains(root)).collect::<Vec<_>>());
    }
    Ok(anchors)
}
