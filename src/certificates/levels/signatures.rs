//! Raises the detached signatures of a certificate. The issued ones stay; the raised ones are stored beside them.

use super::desk::Desk;
use super::raise::Failure;
use super::store::{self, Raised};
use crate::certificates::level::SignatureLevel;
use crate::error::{Context, Error};
use crate::person::Column;
use ades::{Level, Signed};

pub(super) use super::store::Waiting;

/// Adds missing time-stamps, stores them at once, and continues.
pub(super) async fn raise(desk: &Desk<'_>, waiting: &Waiting) -> Result<Level, Failure> {
    let (state, id) = (desk.state, waiting.id);
    let payload = state.keyring.decrypt(Column::CERTIFICATES_PAYLOAD.at(id), &waiting.payload);
    let payload = payload.map_err(Error::internal).context("decrypting the payload")?;
    let stamped = match state.db.read(move |c| store::find(c, id)).await? {
        Some(stamped) => stamped,
        None => stamp(desk, &payload, waiting).await?,
    };
    if stamped.level == SignatureLevel::LongTerm {
        return Ok(Level::BLT);
    }
    let now = state.clock.now();
    let signed = Signed::Detached { signature: &stamped.cades, payload: &payload };
    let (cades, level) = desk.raiser.complete(signed, desk.anchors, now).await?;
    let raised = Raised { level: level.into(), cades, raised_at: now, ..stamped };
    keep(desk, raised, false).await?;
    Ok(level)
}

async fn stamp(desk: &Desk<'_>, payload: &[u8], waiting: &Waiting) -> Result<Raised, Failure> {
    let now = desk.state.clock.now();
    let detached = |signature| Signed::Detached { signature, payload };
    let (cades, timestamped_at) = desk.raiser.stamp(detached(&waiting.cades), desk.anchors, now).await?;
    let (jades, _) = desk.raiser.stamp(detached(waiting.jades.as_bytes()), desk.anchors, now).await?;
    let raised = Raised {
        certificate_id: waiting.id,
        level: SignatureLevel::Timestamped,
        cades,
        jades: String::from_utf8(jades).map_err(Error::internal)?,
        timestamped_at,
        raised_at: now,
    };
    keep(desk, raised.clone(), true).await?;
    Ok(raised)
}

/// Stores raised signatures; keeps the lease if they are to be raised further.
async fn keep(desk: &Desk<'_>, raised: Raised, stays_leased: bool) -> Result<(), Failure> {
    let until = desk.lease.until().await;
    let leased_until = *until;
    let again = stays_leased.then_some(leased_until);
    let kept = desk.state.db.write(move |c| store::keep(c, &raised, leased_until, again)).await?;
    if kept { Ok(()) } else { Err(Failure::LeaseLost) }
}
