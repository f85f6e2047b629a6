//! The holder's endpoints.

use actix_web::{HttpResponse, get, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::ending;
use super::store;
use super::store::Ending;
use super::types::{MandateEndedBy, MandatePage, MandateResponse, MandateStatus, MandatesQuery};
use crate::accounts::Caller;
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::selection;
use crate::http::{Query, RequestId};
use crate::state::State;
use crate::time::civil_date;

/// List your mandates
///
/// The legal persons that you represent or asked to represent, newest first, ended ones included. `from` and `to` are days
/// on which you asked.
#[utoipa::path(
    tag = "mandates",
    security(("bearer" = []), ("oauth" = ["applications:read"])),
    params(MandatesQuery),
    responses((status = 200, description = "The mandates, newest first", body = MandatePage)),
    extensions(("x-rules" = json!([selection::RULES]))),
)]
#[get("/v1/mandates")]
pub(crate) async fn list_mandates(
    state: State,
    caller: Caller,
    query: Query<MandatesQuery>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (selection, account, viewer) = (query.0.selection()?, caller.account_id(), caller.viewer());
    let (actor, now) = (caller.actor(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        audit::record(c, &Event::new(now, actor, "mandates.listed", Some(account), &request))?;
        store::list(c, viewer, &selection)
    };
    let today = civil_date::today(now);
    let (rows, next_cursor) = selection.page.cut(caller.transaction(&state, work).await?, |row| row.id);
    let items =
        rows.iter().map(|row| MandateResponse::of(&state.keyring, row, today)).collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(MandatePage { items, next_cursor }))
}

/// Show one of your mandates
///
/// Its status, and the reason if it was refused or ended.
#[utoipa::path(
    tag = "mandates",
    security(("bearer" = []), ("oauth" = ["applications:read"])),
    params(("id" = Uuid, Path, description = "The mandate's id")),
    responses((status = 200, description = "The mandate", body = MandateResponse))
)]
#[get("/v1/mandates/{id}")]
pub(crate) async fn get_mandate(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (viewer, actor, now, id) = (caller.viewer(), caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut PgConnection| {
        let row = store::find(c, viewer, id)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "mandate.read", Some(id), &request))?;
        Ok(row)
    };
    let row = caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(MandateResponse::of(&state.keyring, &row, civil_date::today(now))?))
}

/// End one of your mandates
///
/// Also one that still waits for an officer. Issued certificates stay valid; open applications can no longer lead to a
/// certificate.
#[utoipa::path(
    tag = "mandates",
    params(("id" = Uuid, Path, description = "The mandate's id")),
    responses(
        (status = 200, description = "The mandate has ended, now or earlier", body = MandateResponse),
    ),
    extensions(("x-problems" = json!([Code::MandateNotInForce]))),
)]
#[post("/v1/mandates/{id}/end")]
pub(crate) async fn end_mandate(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (viewer, actor, now, id) = (caller.viewer(), caller.actor(), state.clock.now(), path.into_inner());
    let house = state.clone();
    let work = move |c: &mut PgConnection| {
        store::find(c, viewer, id)?.ok_or(Code::NotFound)?;
        let ending = Ending { by: MandateEndedBy::Holder, reason: None, actor, request: &request, at: now };
        let house = (&*house.keyring, &house.addresses.front_end);
        if let Some(row) =
            ending::end(c, house, id, &[MandateStatus::Pending, MandateStatus::Confirmed], &ending)?
        {
            return Ok(row);
        }
        let row = store::find(c, viewer, id)?.ok_or(Code::NotFound)?;
        match row.status {
            MandateStatus::Ended => Ok(row),
            _ => Err(Error::from(Code::MandateNotInForce).with("mandate_status", row.status.as_str())),
        }
    };
    let row = caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(MandateResponse::of(&state.keyring, &row, civil_date::today(now))?))
}
