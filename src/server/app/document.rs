//! The contract as a file: `/openapi.json`, compressed once, with a validator for each form.

use std::io::Write as _;
use std::sync::OnceLock;

use actix_web::http::header::{
    AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, ContentType, ETAG, Encoding, EntityTag, Header, VARY,
};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, get};
use flate2::Compression;
use flate2::write::GzEncoder;
use utoipa::openapi::OpenApi;

use crate::http::etag;

/// One form of the file.
#[derive(Debug, Clone)]
struct Form {
    bytes: Bytes,
    tag: EntityTag,
}

impl Form {
    fn of(bytes: Vec<u8>) -> Self {
        Self { tag: etag::of(&bytes), bytes: Bytes::from(bytes) }
    }
}

/// The file, made at its first request. It is public and the same for everybody, so it holds no secret that compression
/// could tell.
pub(super) struct Document {
    contract: OpenApi,
    forms: OnceLock<(Form, Option<Form>)>,
}

impl Document {
    /// Keeps the contract.
    pub(super) fn of(contract: &OpenApi) -> Self {
        Self { contract: contract.clone(), forms: OnceLock::new() }
    }

    /// Chooses the form that the client takes (RFC 9110, section 12.5.3); returns whether it is compressed.
    fn form(&self, request: &HttpRequest) -> (&Form, bool) {
        let (plain, compressed) = self.forms.get_or_init(|| {
            let json = self.contract.to_json().unwrap_or_default().into_bytes();
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            let compressed = encoder.write_all(&json).and_then(|()| encoder.finish());
            (Form::of(json), compressed.ok().map(Form::of))
        });
        let supported = [Encoding::gzip(), Encoding::identity()];
        let accepted = AcceptEncoding::parse(request).ok();
        let best = accepted.and_then(|accepted| accepted.negotiate(supported.iter()));
        match compressed {
            Some(compressed) if best == Some(Encoding::gzip()) => (compressed, true),
            _ => (plain, false),
        }
    }
}

/// Registers the route of the file.
pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get_document);
}

#[get("/openapi.json")]
async fn get_document(request: HttpRequest, document: web::Data<Document>) -> HttpResponse {
    let (form, is_compressed) = document.form(&request);
    let is_known = etag::is_known(&request, &form.tag);
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((ETAG, form.tag.to_string()))
        .insert_header((VARY, "Accept-Encoding"))
        .insert_header((CACHE_CONTROL, "public, max-age=300"));
    if is_known {
        return response.finish();
    }
    if is_compressed {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    response.insert_header(ContentType::json()).body(form.bytes.clone())
}
