//! The stored signed bytes of a certificate and their signatures.

use std::time::Duration;

use actix_web::http::header::{CONTENT_DISPOSITION, ETAG};
use actix_web::{HttpRequest, HttpResponse, get, web};
use uuid::Uuid;

use super::level::SignatureLevel;
use super::levels::store::Raised;
use super::payload;
use super::store::{self, Signatures};
use super::types::{SignatureFormat, SignatureQuery};
use crate::accounts::Caller;
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::binary::Binary;
use crate::http::{Query, RequestId, etag};
use crate::person::Column;
use crate::state::State;
use crate::text::Rule;

const NO_LONG_TERM: Rule = Rule::new(
    "level_of_format",
    "This format is not available at this level: ask for `b-t`, or for `cades`",
    "Acest format nu este disponibil la acest nivel: cereți `b-t` sau `cades`",
);

/// Fetch the signed bytes
///
/// Canonical JSON (RFC 8785). The signatures cover exactly these bytes: store them unchanged.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = []), ("oauth" = ["certificates:read"])),
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses(
        (status = 200, description = "The payload", headers(("Content-Disposition" = String)), body = serde_json::Value, content_type = "application/json"),
        (status = 304, description = "The bytes have not changed: they never do"),
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
    let (viewer, actor, now, id) = (caller.viewer(), caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut diesel::PgConnection| {
        let encrypted = store::payload(c, viewer, id)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "certificate.payload_read", Some(id), &request))?;
        Ok(encrypted)
    };
    let encrypted = caller.transaction(&state, work).await?;
    let bytes =
        state.keyring.decrypt(Column::CERTIFICATES_PAYLOAD.at(id), &encrypted).map_err(Error::internal)?;
    Ok(file(&http, bytes, payload::MEDIA_TYPE, &format!("{id}.json")))
}

/// Fetch a signature
///
/// `cades` for `openssl cms -verify -binary -inform DER`, `jades` for any JOSE library that supports `b64: false` (RFC
/// 7797). Signatures are issued at level B-B and raised soon afterwards, in the background; the signed content and the
/// signature value stay the same.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = []), ("oauth" = ["certificates:read"])),
    params(("id" = Uuid, Path, description = "The certificate's id"), SignatureQuery),
    responses(
        (status = 200, description = "The detached signature", headers(("Content-Disposition" = String)), content(
            (inline(Binary) = "application/pkcs7-signature"),
            (String = "application/jose"),
            (serde_json::Value = "application/jose+json"),
        )),
        (status = 304, description = "The file has not changed"),
    ),
    extensions(
        ("x-problems" = json!([Code::LevelNotReached])),
        ("x-rules" = json!([("?level", NO_LONG_TERM)])),
    ),
)]
#[get("/v1/certificates/{id}/signature")]
pub(crate) async fn get_certificate_signature(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    query: Query<SignatureQuery>,
    http: HttpRequest,
) -> Result<HttpResponse> {
    let (viewer, id) = (caller.viewer(), path.into_inner());
    let found = state.db.read(move |c| store::signatures(c, viewer, id)).await?;
    let Signatures { cades, jades, raised } = found.ok_or(Code::NotFound)?;
    Ok(match query.0.format.unwrap_or_default() {
        SignatureFormat::Cades => {
            let signature = cades_at(query.0.level, cades, raised)?;
            file(&http, signature, "application/pkcs7-signature", &format!("{id}.json.p7s"))
        }
        SignatureFormat::Jades => {
            let (signature, kind) = jades_at(query.0.level, jades, raised)?;
            file(&http, signature.into_bytes(), kind, &format!("{id}.json.jws"))
        }
    })
}

/// Returns the CAdES signature at this level or above; without a level, at the highest available.
fn cades_at(level: Option<SignatureLevel>, issued: Vec<u8>, raised: Option<Raised>) -> Result<Vec<u8>> {
    match (level, raised) {
        (Some(SignatureLevel::Issued), _) | (None, None) => Ok(issued),
        (Some(SignatureLevel::LongTerm), Some(raised)) if raised.level != SignatureLevel::LongTerm => {
            Err(not_reached())
        }
        (_, Some(raised)) => Ok(raised.cades),
        (Some(_), None) => Err(not_reached()),
    }
}

/// Returns the JAdES signature: compact as issued, or as JSON with its time-stamp.
fn jades_at(
    level: Option<SignatureLevel>,
    issued: String,
    raised: Option<Raised>,
) -> Result<(String, &'static str)> {
    match (level, raised) {
        (None | Some(SignatureLevel::Issued), _) => Ok((issued, "application/jose")),
        (Some(SignatureLevel::LongTerm), _) => Err(Error::invalid("?level", &NO_LONG_TERM)),
        (Some(SignatureLevel::Timestamped), Some(raised)) => Ok((raised.jades, "application/jose+json")),
        (Some(SignatureLevel::Timestamped), None) => Err(not_reached()),
    }
}

fn not_reached() -> Error {
    Error::from(Code::LevelNotReached).retry_after(Duration::from_secs(30))
}

/// Answers with bytes and their digest as a strong validator (RFC 9110, section 8.8.3). No browser stores them: they are
/// about a person, and the computer may be shared.
pub(super) fn file(
    request: &HttpRequest,
    bytes: Vec<u8>,
    media_type: &'static str,
    name: &str,
) -> HttpResponse {
    let tag = etag::of(&bytes);
    let is_known = etag::is_known(request, &tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, tag.to_string()));
    if is_known {
        return response.finish();
    }
    let disposition = (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    response.insert_header(disposition).content_type(media_type).body(bytes)
}
