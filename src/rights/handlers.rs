//! The endpoints of this room.

use actix_web::{HttpResponse, get};

use super::access_log;
use super::types::AccessLogPage;
use crate::accounts::Caller;
use crate::error::Result;
use crate::http::page::PageQuery;
use crate::http::{Locale, Query, RequestId};
use crate::state::State;

/// See who looked at your data
///
/// Everything that was done to your account, applications, certificates, proofs of identity, mandates and support requests,
/// also by yourself: when, by whom, what and why, in the language of the request. Officers are told by their office.
/// A certificate of a legal person is yours as long as you may see it. Reading the list is an entry of the next one.
#[utoipa::path(
    tag = "accounts",
    params(PageQuery),
    responses((status = 200, description = "The accesses, newest first", body = AccessLogPage))
)]
#[get("/v1/accounts/me/access-log")]
pub(crate) async fn list_accesses(
    state: State,
    caller: Caller,
    query: Query<PageQuery>,
    locale: Locale,
    id: RequestId,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(access_log::list(&state, &caller, query.0.page(), locale, &id).await?))
}
