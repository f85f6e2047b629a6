//! The endpoints of this room.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ContentType};
use actix_web::{HttpResponse, delete, get};

use super::types::{AccessLogPage, AccountDeleted, Export};
use super::{access_log, deletion, export};
use crate::accounts::Caller;
use crate::error::{Code, Result};
use crate::http::selection::{self, DaysQuery};
use crate::http::{Locale, Query, RequestId};
use crate::state::State;

/// See who looked at your data
///
/// Everything that was done to your account, applications, certificates, proofs of identity, mandates and support requests,
/// also by yourself: when, by whom, what and why, in the language of the request. Officers are told by their office.
/// A certificate of a legal person is yours as long as you may see it. `from` and `to` are days on which it was done. Reading the
/// list is an entry of the next one.
#[utoipa::path(
    tag = "accounts",
    params(DaysQuery),
    responses((status = 200, description = "The accesses, newest first", body = AccessLogPage)),
    extensions(("x-rules" = json!([selection::RULES]))),
)]
#[get("/v1/accounts/me/access-log")]
pub(crate) async fn list_accesses(
    state: State,
    caller: Caller,
    query: Query<DaysQuery>,
    locale: Locale,
    id: RequestId,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(access_log::list(&state, &caller, query.0.selection()?, locale, &id).await?))
}

/// Download everything about you
///
/// One JSON document: account, sessions, proofs of identity, applications with their events, certificates with their signed
/// bytes and signatures, mandates, support requests, and who looked at them. Documents of certificates are at their links.
/// Needs a proof of presence of the last five minutes (`POST /v1/sessions/current/presence`); five a day. We mail the owner
/// about it. The document is sent while it is read: one that does not end with its last bracket was cut, by the end of
/// the session or an outage.
#[utoipa::path(
    tag = "accounts",
    responses(
        (status = 200, description = "Everything about you", headers(("Content-Disposition" = String)), body = Export),
    ),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::PresenceRequired, Code::TooManyRequests]))),
)]
#[get("/v1/accounts/me/export")]
pub(crate) async fn export_data(
    state: State,
    caller: Caller,
    locale: Locale,
    id: RequestId,
) -> Result<HttpResponse> {
    export::begin(&state, &caller, &id).await?;
    Ok(HttpResponse::Ok()
        .insert_header(ContentType::json())
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"cazier-export.json\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(export::document(state, caller, locale)))
}

/// Delete your account
///
/// Needs a proof of presence of the last five minutes (`POST /v1/sessions/current/presence`). Erases at once, in one
/// transaction: sessions, credentials, devices, contact data, your identity, support requests, stored answers. What law keeps is
/// set apart and named in the answer, with the law and until when; certificates go on verifying. Mandates end. We mail
/// the owner. Open applications stand against it (`applications_open`): withdraw them first. Whoever proves their identity
/// again later finds their certificates again. Staff accounts are closed by an operator.
#[utoipa::path(
    tag = "accounts",
    responses(
        (status = 200, description = "The account is deleted; what is kept", body = AccountDeleted),
    ),
    extensions(("x-problems" = json!([Code::PresenceRequired, Code::RoleRequired, Code::ApplicationsOpen, Code::CertificationFresh]))),
)]
#[delete("/v1/accounts/me")]
pub(crate) async fn delete_account(
    state: State,
    caller: Caller,
    locale: Locale,
    id: RequestId,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(deletion::delete(&state, &caller, locale, &id).await?))
}
