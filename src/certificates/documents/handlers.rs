//! The endpoints for documents.

use actix_web::{HttpRequest, HttpResponse, get, web};
use uuid::Uuid;

use super::desk::Desk;
use super::kind::Kind;
use super::store::{self, Source};
use super::types::{self, DocumentQuery};
use crate::accounts::Caller;
use crate::audit::{self, Event};
use crate::certificates::files::file;
use crate::certificates::finding::Finding;
use crate::certificates::store as certificates;
use crate::error::{Code, Result};
use crate::http::binary::Binary;
use crate::http::{Query, RequestId};
use crate::signature::Seals;
use crate::state::State;

/// Fetch the certificate as PDF
///
/// PDF/A-3a and PDF/UA-1, signed as a whole (PAdES), with the signed bytes and their CAdES signature attached. In
/// Romanian; also in English if the application was made in English. `form=eu` selects the multilingual standard form
/// of Regulation (EU) 2016/1191, for presenting a natural person's certificate without a record in another State of the
/// European Union.
///
/// A document is made on the first request, and then kept. It is signed at level B-B; soon afterwards, a time-stamp and
/// revocation data are added in the background (B-T, B-LT). The signed content never changes.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = []), ("oauth" = ["certificates:read"])),
    params(("id" = Uuid, Path, description = "The certificate's id"), DocumentQuery),
    responses(
        (status = 200, description = "The signed document", headers(("Content-Disposition" = String)), body = inline(Binary), content_type = "application/pdf"),
        (status = 304, description = "The file has not changed"),
    ),
    extensions(
        ("x-problems" = json!([Code::FormForNaturalPersons, Code::FormNeedsCleanRecord, Code::CertificateUnreadable, Code::SealUnavailable])),
        ("x-rules" = json!([types::RULES])),
    ),
)]
#[get("/v1/certificates/{id}/document")]
pub(crate) async fn get_certificate_document(
    state: State,
    seals: web::Data<Seals>,
    caller: Caller,
    path: web::Path<Uuid>,
    query: Query<DocumentQuery>,
    http: HttpRequest,
    request: RequestId,
) -> Result<HttpResponse> {
    let kind = query.0.eu_form()?.map_or(Kind::Certificate, Kind::EuForm);
    answer(&state, &seals, &caller, path.into_inner(), kind, &http, request).await
}

/// Fetch everything in one file
///
/// An ASiC-E container (ETSI EN 319 162-1): the signed bytes and the PDF, with one CAdES signature over both. Made on
/// the first request, and then kept; its signature is raised to higher levels like a document's.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = []), ("oauth" = ["certificates:read"])),
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses(
        (status = 200, description = "The container", headers(("Content-Disposition" = String)), body = inline(Binary), content_type = "application/vnd.etsi.asic-e+zip"),
        (status = 304, description = "The file has not changed"),
    ),
    extensions(("x-problems" = json!([Code::CertificateUnreadable, Code::SealUnavailable]))),
)]
#[get("/v1/certificates/{id}/container")]
pub(crate) async fn get_certificate_container(
    state: State,
    seals: web::Data<Seals>,
    caller: Caller,
    path: web::Path<Uuid>,
    http: HttpRequest,
    request: RequestId,
) -> Result<HttpResponse> {
    answer(&state, &seals, &caller, path.into_inner(), Kind::Container, &http, request).await
}

/// Says why a certificate has no European form.
fn without_eu_form(source: &Source) -> Option<Code> {
    if source.is_legal_person {
        return Some(Code::FormForNaturalPersons);
    }
    (source.finding != Finding::NoRecord).then_some(Code::FormNeedsCleanRecord)
}

/// Returns the file of the caller's certificate, and records that it was read.
async fn answer(
    state: &State,
    seals: &Seals,
    caller: &Caller,
    id: Uuid,
    kind: Kind,
    http: &HttpRequest,
    request: RequestId,
) -> Result<HttpResponse> {
    let (viewer, actor, now) = (caller.viewer(), caller.actor(), state.clock.now());
    let source = state.db.read(move |c| store::source(c, viewer, id)).await?.ok_or(Code::NotFound)?;
    if let Some(why) = without_eu_form(&source).filter(|_| matches!(kind, Kind::EuForm(_))) {
        return Err(why.into());
    }
    let bytes = Desk { state, seals, source: &source, now }.fetch(kind).await?;
    // Making a file takes seconds, in which the caller may have lost the right to the certificate.
    let released = move |c: &mut _| {
        certificates::find(c, viewer, id)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "certificate.document_read", Some(id), &request))
    };
    state.db.write(released).await?;
    Ok(file(http, bytes, kind.media_type(), &kind.file_name(&source.registration_number)))
}
