//! Certificates as JSON.

use actix_web::{HttpResponse, get, web};
use uuid::Uuid;

use super::store;
use super::types::{CertificatePage, CertificateResponse, CertificatesQuery};
use crate::accounts::Caller;
use crate::audit::{self, Event};
use crate::error::{Code, Result};
use crate::http::selection;
use crate::http::{Query, RequestId};
use crate::state::State;
use crate::time::civil_date;

/// List your certificates
///
/// Newest first, ended and expired ones included. `from` and `to` are days on which they were issued.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = []), ("oauth" = ["certificates:read"])),
    params(CertificatesQuery),
    responses((status = 200, description = "The certificates, newest first", body = CertificatePage)),
    extensions(("x-rules" = json!([selection::RULES]))),
)]
#[get("/v1/certificates")]
pub(crate) async fn list_certificates(
    state: State,
    caller: Caller,
    query: Query<CertificatesQuery>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (selection, account, viewer) = (query.0.selection()?, caller.account_id(), caller.viewer());
    let (actor, now) = (caller.actor(), state.clock.now());
    let today = civil_date::today(now);
    let work = move |c: &mut diesel::PgConnection| {
        audit::record(c, &Event::new(now, actor, "certificates.listed", Some(account), &id))?;
        store::list(c, viewer, &selection, today)
    };
    let (rows, next_cursor) = selection.page.cut(caller.transaction(&state, work).await?, |row| row.id);
    let items = rows.into_iter().map(|row| CertificateResponse::of_row(&state.keyring, row, today));
    Ok(HttpResponse::Ok().json(CertificatePage { items: items.collect::<Result<_>>()?, next_cursor }))
}

/// Show one of your certificates
///
/// Its number and control code, for whoever verifies it, and links to its files.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = []), ("oauth" = ["certificates:read"])),
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses((status = 200, description = "The certificate", body = CertificateResponse))
)]
#[get("/v1/certificates/{id}")]
pub(crate) async fn get_certificate(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (viewer, actor, now, id) = (caller.viewer(), caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut diesel::PgConnection| {
        let row = store::find(c, viewer, id)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "certificate.read", Some(id), &request))?;
        Ok(row)
    };
    let row = caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(CertificateResponse::of_row(&state.keyring, row, civil_date::today(now))?))
}
