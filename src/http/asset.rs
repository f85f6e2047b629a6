//! Files that are the same for everybody: compressed once, with a validator for each form. They hold no secret that
//! compression could tell.

use std::io::Write as _;

use actix_web::http::header::{
    AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, Encoding,
    EntityTag, Header, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::etag;

/// How long browsers use a file without asking again.
const KEPT: &str = "public, max-age=300";

/// One form of a file.
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

/// A file.
#[derive(Debug)]
pub(crate) struct Asset {
    media_type: &'static str,
    /// The content security policy of a page; other files have the one that every response has.
    policy: Option<&'static str>,
    plain: Form,
    compressed: Option<Form>,
}

impl Asset {
    /// Compresses a file.
    pub(crate) fn of(media_type: &'static str, content: impl Into<Vec<u8>>) -> Self {
        let content = content.into();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let compressed = encoder.write_all(&content).and_then(|()| encoder.finish());
        Self { media_type, policy: None, plain: Form::of(content), compressed: compressed.ok().map(Form::of) }
    }

    /// Compresses a page, with its content security policy.
    pub(crate) fn page(html: String, policy: &'static str) -> Self {
        Self { policy: Some(policy), ..Self::of("text/html; charset=utf-8", html) }
    }

    /// Chooses the form that the client takes (RFC 9110, section 12.5.3); returns whether it is compressed.
    fn form(&self, request: &HttpRequest) -> (&Form, bool) {
        let supported = [Encoding::gzip(), Encoding::identity()];
        let accepted = AcceptEncoding::parse(request).ok();
        let best = accepted.and_then(|accepted| accepted.negotiate(supported.iter()));
        match &self.compressed {
            Some(compressed) if best == Some(Encoding::gzip()) => (compressed, true),
            _ => (&self.plain, false),
        }
    }

    /// Answers with the file, or that the client has it.
    pub(crate) fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let (form, is_compressed) = self.form(request);
        let is_known = etag::is_known(request, &form.tag);
        let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((ETAG, form.tag.to_string()))
            .insert_header((VARY, "Accept-Encoding"))
            .insert_header((CACHE_CONTROL, KEPT));
        // Also with 304, whose headers take the place of the kept ones (RFC 9111, section 3.2).
        if let Some(policy) = self.policy {
            response.insert_header((CONTENT_SECURITY_POLICY, policy));
        }
        if is_known {
            return response.finish();
        }
        if is_compressed {
            response.insert_header((CONTENT_ENCODING, "gzip"));
        }
        response.insert_header((CONTENT_TYPE, self.media_type)).body(form.bytes.clone())
    }
}
