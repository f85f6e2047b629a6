//! An officer ends a mandate.

use actix_web::{HttpResponse, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::types::{MandateDecided, MandateEndRequest};
use super::{encrypted_note, open_case};
use crate::accounts::Officer;
use crate::error::{Code, Error, Result};
use crate::http::{Json, RequestId};
use crate::mandates::ending;
use crate::mandates::store;
use crate::mandates::store::Ending;
use crate::mandates::types::{MandateEndedBy, MandateStatus};
use crate::state::State;

/// End a mandate
///
/// For officers, with a recently verified second factor: the legal person withdrew the mandate, or it should not have
/// been confirmed. We tell its holder, who no longer sees the certificates that were issued under it; these stay valid
/// until revoked.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The mandate's id")),
    responses(
        (status = 200, description = "The mandate, ended", body = MandateDecided),
    ),
    extensions(("x-problems" = json!([Code::StepUpRequired, Code::OwnApplication, Code::MandateNotInForce]))),
)]
#[post("/v1/review/mandates/{id}/end")]
pub(crate) async fn end_mandate_by_officer(
    state: State,
    officer: Officer,
    path: web::Path<Uuid>,
    request: RequestId,
    json: Json<MandateEndRequest>,
) -> Result<HttpResponse> {
    officer.stepped_up(&state)?;
    let (id, now, actor, house) =
        (path.into_inner(), state.clock.now(), officer.caller.actor(), state.clone());
    let reason = json.body.reason.into();
    let note = encrypted_note(&state.keyring, id, Some(&json.body.note))?;
    let caller = officer.caller.clone();
    let work = move |c: &mut PgConnection| {
        let (row, _) = open_case(c, &officer, id)?;
        let ending =
            Ending { by: MandateEndedBy::Officer, reason: Some(reason), actor, request: &request, at: now };
        let house = (&*house.keyring, &house.addresses.front_end);
        if ending::end(c, house, id, &[MandateStatus::Confirmed], &ending)?.is_none() {
            return Err(Error::from(Code::MandateNotInForce).with("mandate_status", row.status.as_str()));
        }
        store::sign_end(c, id, (officer.caller.account_id(), officer.office_id), note.clone())
    };
    caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(MandateDecided { id, status: MandateStatus::Ended }))
}
