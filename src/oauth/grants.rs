//! What a person granted clients, and revokes.

use actix_web::{HttpResponse, delete, get, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::grant_store;
use super::types::{GrantPage, GrantResponse};
use crate::accounts::Caller;
use crate::audit::{self, Event};
use crate::error::{Code, Result};
use crate::http::page::PageQuery;
use crate::http::{Query, RequestId};
use crate::state::State;

/// List what you granted
///
/// Each client that you let in, with what it may do for you. Revoke one that you do not need any more.
#[utoipa::path(
    tag = "grants",
    params(PageQuery),
    responses((status = 200, description = "Your grants, newest first", body = GrantPage))
)]
#[get("/v1/accounts/me/grants")]
pub(crate) async fn list_grants(
    state: State,
    caller: Caller,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (page, account) = (query.0.page(), caller.account_id());
    let rows = state.db.read(move |c| grant_store::list_grants(c, account, page)).await?;
    let (rows, next_cursor) = page.cut(rows, |row| row.id);
    let items = rows.into_iter().map(GrantResponse::of).collect();
    Ok(HttpResponse::Ok().json(GrantPage { items, next_cursor }))
}

/// Revoke what you granted
///
/// The client's tokens stop working at once; to get new ones, it must ask you again.
#[utoipa::path(
    tag = "grants",
    params(("id" = Uuid, Path, description = "The grant's id")),
    responses((status = 204, description = "The grant was revoked")),
)]
#[delete("/v1/accounts/me/grants/{id}")]
pub(crate) async fn delete_grant(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (grant, actor, now, own) = (path.into_inner(), caller.actor(), state.clock.now(), caller.clone());
    let work = move |c: &mut PgConnection| {
        own.lock_sessions(c)?;
        let client = grant_store::delete_grant(c, own.account_id(), grant)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "grant.revoked", Some(grant), &id).detail(client))
    };
    state.db.transaction(work).await?;
    Ok(HttpResponse::NoContent().finish())
}
