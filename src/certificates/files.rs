//! The signed bytes of a certificate and their signatures, as stored.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, ETAG, EntityTag, Header, IF_NONE_MATCH, IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use ring::digest::{SHA256, digest};
use uuid::Uuid;

use super::issue::PAYLOAD;
use super::payload::{self, hex};
use super::store;
use super::types::{SignatureFormat, SignatureQuery};
use crate::accounts::Caller;
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::{Query, RequestId};
use crate::person::Cell;
use crate::state::State;

/// Fetch the signed bytes
///
/// Canonical JSON (RFC 8785). The signatures are over exactly these bytes: keep them as they are.
#[utoipa::path(
    tag = "certificates",
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses(
        (status = 200, description = "The payload", body = serde_json::Value, content_type = "application/json"),
        (status = 304, description = "It has not changed: it never does"),
    )
)]
#[get("/v1/certificates/{id}/payload")]
pub(crate) async fn get_certificate_payload(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    http: HttpRequest,
    request: RequestId,
) -> Result<HttpResponse> {
    let (account, actor, now, id) =
        (caller.account_id(), caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut diesel::PgConnection| {
        let sealed = store::payload(c, account, id)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "certificate.payload_read", Some(id), &request))?;
        Ok(sealed)
    };
    let sealed = state.db.write(work).await?;
    let bytes = state.keyring.open(Cell { column: PAYLOAD, row: id }, &sealed).map_err(Error::internal)?;
    Ok(file(&http, bytes, payload::MEDIA_TYPE, &format!("{id}.json")))
}

/// Fetch a signature
///
/// `cades` for `openssl cms -verify -binary -inform DER`, `jades` for any JOSE library that knows `b64: false`
/// (RFC 7797).
#[utoipa::path(
    tag = "certificates",
    params(("id" = Uuid, Path, description = "The certificate's id"), SignatureQuery),
    responses(
        (status = 200, description = "The detached signature", content(
            (Vec<u8> = "application/pkcs7-signature"),
            (String = "application/jose"),
        )),
        (status = 304, description = "It has not changed: it never does"),
    )
)]
#[get("/v1/certificates/{id}/signature")]
pub(crate) async fn get_certificate_signature(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    query: Query<SignatureQuery>,
    http: HttpRequest,
) -> Result<HttpResponse> {
    let (account, id) = (caller.account_id(), path.into_inner());
    let found = state.db.read(move |c| store::signatures(c, account, id)).await?;
    let (cades, jades) = found.ok_or(Code::NotFound)?;
    Ok(match query.0.format.unwrap_or_default() {
        SignatureFormat::Cades => file(&http, cades, "application/pkcs7-signature", &format!("{id}.p7s")),
        SignatureFormat::Jades => file(&http, jades.into_bytes(), "application/jose", &format!("{id}.jws")),
    })
}

/// Bytes that never change, with their digest as a strong validator (RFC 9110, section 8.8.3).
fn file(request: &HttpRequest, bytes: Vec<u8>, media_type: &'static str, name: &str) -> HttpResponse {
    let tag = EntityTag::new_strong(hex(digest(&SHA256, &bytes).as_ref()));
    let mut response = if is_known(request, &tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
    if is_known(request, &tag) { response.finish() } else { response.content_type(media_type).body(bytes) }
}

/// Whether the caller has this already (`If-None-Match`).
pub(crate) fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}
