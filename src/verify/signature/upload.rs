//! The upload: `multipart/form-data` (RFC 7578), read as a stream and never more of it than is allowed.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

use crate::error::{Code, Error, Result};
use crate::rule::Rule;

/// The largest upload, all parts together, in bytes.
pub(super) const MAX_BYTES: usize = 5 * 1024 * 1024;

const MISSING: Rule = Rule::new(
    "missing",
    "This part of the form is required",
    "Această parte a formularului este obligatorie",
);
const UNKNOWN: Rule = Rule::new(
    "unknown_field",
    "This part of the form is not known here",
    "Această parte a formularului nu este cunoscută aici",
);
const DUPLICATE: Rule = Rule::new(
    "duplicate_field",
    "This part of the form stands more than once",
    "Această parte a formularului apare de mai multe ori",
);

/// What somebody was handed.
#[derive(Debug)]
pub(crate) struct Upload {
    /// What was signed.
    pub(super) payload: Vec<u8>,
    /// The signature over it.
    pub(super) signature: Vec<u8>,
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request
            .mime_type()
            .ok()
            .flatten()
            .is_some_and(|kind| kind.type_() == mime::MULTIPART && kind.subtype() == mime::FORM_DATA);
        let declared = request.headers().get(CONTENT_LENGTH);
        let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if !is_form {
            return Box::pin(async { Err(Code::UnsupportedMediaType.into()) });
        }
        // Some bytes go to the frame of the form itself.
        if declared.is_some_and(|length| length > MAX_BYTES as u64 + 4096) {
            return Box::pin(async { Err(Code::PayloadTooLarge.into()) });
        }
        let form = Multipart::new(request.headers(), payload.take());
        Box::pin(read(form))
    }
}

async fn read(mut form: Multipart) -> Result<Upload> {
    let (mut payload, mut signature) = (None, None);
    let mut left = MAX_BYTES;
    while let Some(field) = form.next().await {
        let mut field = field.map_err(unreadable)?;
        let (place, part) = match field.name() {
            Some("payload") => ("/payload", &mut payload),
            Some("signature") => ("/signature", &mut signature),
            _ => return Err(unknown(&field)),
        };
        if part.is_some() {
            return Err(Error::invalid(place, &DUPLICATE));
        }
        *part = Some(content(&mut field, &mut left).await?);
    }
    Ok(Upload {
        payload: payload.ok_or_else(|| Error::invalid("/payload", &MISSING))?,
        signature: signature.ok_or_else(|| Error::invalid("/signature", &MISSING))?,
    })
}

async fn content(field: &mut Field, left: &mut usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(unreadable)?;
        *left = left.checked_sub(chunk.len()).ok_or_else(|| Error::from(Code::PayloadTooLarge))?;
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The name is the caller's own; it is told back in part, as JSON errors do.
fn unknown(field: &Field) -> Error {
    let name: String = field.name().unwrap_or_default().chars().take(64).collect();
    Error::invalid(&format!("/{}", name.replace('~', "~0").replace('/', "~1")), &UNKNOWN)
}

fn unreadable(_: MultipartError) -> Error {
    Code::MalformedRequest.into()
}
