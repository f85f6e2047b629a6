//! Reads the upload: `multipart/form-data` (RFC 7578), streamed and limited in size.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use chrono::TimeDelta;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

use super::places::{Place, Places};
use crate::connections::body;
use crate::error::{Code, Error, Result};
use crate::http::violations;
use crate::person::Index;
use crate::rate_limit::{self, Counted, Limit};
use crate::state::State;
use crate::text::{At, Rule};
use ades::{Signed, unwrapped};

/// The largest upload, all parts together, in bytes.
pub(super) const MAX_BYTES: usize = 5 * 1024 * 1024;

const MISSING: Rule = violations::MISSING
    .worded("This part of the form is required", "Această parte a formularului este obligatorie");
const UNKNOWN: Rule = violations::UNKNOWN
    .worded("This part of the form is unknown", "Această parte a formularului nu este cunoscută aici");
const DUPLICATE: Rule = violations::DUPLICATE.worded(
    "This part of the form appears more than once",
    "Această parte a formularului apare de mai multe ori",
);

const NOTHING: Rule = Rule::new(
    "nothing_to_verify",
    "Send `payload` and `signature`, or `document`, or `container`",
    "Trimiteți `payload` și `signature`, sau `document`, sau `container`",
);
const ALONE: Rule = Rule::new(
    "alone",
    "This part goes alone: it holds what is signed and the signature",
    "Această parte se trimite singură: conține și ce este semnat, și semnătura",
);

/// The rules of an upload.
pub(super) const RULES: &[At] = &[
    ("", NOTHING),
    ("/payload", MISSING),
    ("/signature", MISSING),
    ("/document", ALONE),
    ("/container", ALONE),
    ("/*", UNKNOWN),
];

/// An upload, which has its place until it is judged.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(super) files: Files,
    _place: Place,
}

/// The uploaded files.
#[derive(Debug)]
pub(super) enum Files {
    /// The signed bytes, and their detached signature.
    Detached { payload: Vec<u8>, signature: Vec<u8> },
    /// A signed PDF.
    Document(Vec<u8>),
    /// A container.
    Container(Vec<u8>),
}

impl Files {
    /// Returns the files for the verifier.
    pub(super) fn signed(&self) -> Signed<'_> {
        match self {
            Self::Detached { payload, signature } => Signed::Detached { signature, payload },
            Self::Document(pdf) => Signed::Pdf(pdf),
            Self::Container(container) => Signed::Container(container),
        }
    }
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
        // The form's framing takes some bytes too.
        if declared.is_some_and(|length| length > MAX_BYTES as u64 + 4096) {
            return Box::pin(async { Err(Code::PayloadTooLarge.into()) });
        }
        let form = Multipart::new(request.headers(), payload.take());
        let request = request.clone();
        Box::pin(async move {
            // Before anything is read: what is refused takes no memory.
            let place = admitted(&request).await?;
            Ok(Self { files: read(form).await?, _place: place })
        })
    }
}

/// Files of one sender: judging them takes a core's time, and perhaps a question about revocation.
const OF_ONE_SENDER: Limit = Limit::said("file-verifications", 300, TimeDelta::minutes(10));

/// Counts an upload for its sender, and takes its place on this node.
async fn admitted(request: &HttpRequest) -> Result<Place> {
    let (Some(state), Some(places)) = (request.app_data::<State>(), request.app_data::<web::Data<Places>>())
    else {
        return Err(Error::internal("the application lacks its parts"));
    };
    let sender = Counted::by_sender(&state.keyring, Index::RATE_LIMIT_VERIFY_SIGNATURE, OF_ONE_SENDER);
    let now = state.clock.now();
    state.db.write(move |c| rate_limit::count_in_order(c, std::slice::from_ref(&sender), now)).await?;
    places.enter()
}

/// The parts of the form received so far.
#[derive(Default)]
struct Parts {
    payload: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
    document: Option<Vec<u8>>,
    container: Option<Vec<u8>>,
}

async fn read(mut form: Multipart) -> Result<Files> {
    let (mut parts, mut left) = (Parts::default(), MAX_BYTES);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(unreadable)?;
        let (place, part) = match field.name() {
            Some("payload") => ("/payload", &mut parts.payload),
            Some("signature") => ("/signature", &mut parts.signature),
            Some("document") => ("/document", &mut parts.document),
            Some("container") => ("/container", &mut parts.container),
            _ => return Err(unknown(&field)),
        };
        if part.is_some() {
            return Err(Error::invalid(place, &DUPLICATE));
        }
        let (not_chosen, content) = (has_empty_filename(&field), content(&mut field, &mut left).await?);
        if !(not_chosen && content.is_empty()) {
            *part = Some(content);
        }
    }
    whole(parts)
}

/// Recognizes an empty file input: browsers send it without a name and without content (HTML, 4.10.21.4).
fn has_empty_filename(field: &Field) -> bool {
    field.content_disposition().and_then(|part| part.get_filename()).is_some_and(str::is_empty)
}

/// Requires exactly one thing to verify.
fn whole(parts: Parts) -> Result<Files> {
    match parts {
        Parts { payload: None, signature: None, document: Some(pdf), container: None } => {
            Ok(Files::Document(pdf))
        }
        Parts { payload: None, signature: None, document: None, container: Some(container) } => {
            Ok(Files::Container(container))
        }
        Parts { document: Some(_), .. } => Err(Error::invalid("/document", &ALONE)),
        Parts { container: Some(_), .. } => Err(Error::invalid("/container", &ALONE)),
        Parts { payload: Some(payload), signature: Some(signature), .. } => {
            Ok(Files::Detached { payload, signature: unwrapped(&signature).into_owned() })
        }
        Parts { payload: Some(_), .. } => Err(Error::invalid("/signature", &MISSING)),
        Parts { signature: Some(_), .. } => Err(Error::invalid("/payload", &MISSING)),
        Parts { .. } => Err(Error::invalid("", &NOTHING)),
    }
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

/// Reports an unknown part. The caller chose the name, so it is repeated only in part, as in JSON errors.
fn unknown(field: &Field) -> Error {
    let name: String = field.name().unwrap_or_default().chars().take(64).collect();
    Error::invalid(&format!("/{}", name.replace('~', "~0").replace('/', "~1")), &UNKNOWN)
}

fn unreadable(error: MultipartError) -> Error {
    match error {
        MultipartError::Payload(error) if body::is_too_slow(&error) => Code::RequestTimeout.into(),
        _ => Code::MalformedRequest.into(),
    }
}
