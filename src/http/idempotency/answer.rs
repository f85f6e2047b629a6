//! What is answered, and kept to be answered again.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, LOCATION};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::person::{Cell, Keyring};

const REPLAYED: &str = "idempotency-replayed";
const COLUMN: &str = "idempotency_keys.response";

/// What is answered, and answered again.
#[derive(Clone, Serialize, Deserialize)]
pub struct Answer {
    #[serde(skip)]
    status: StatusCode,
    location: Option<String>,
    /// The secret of a cookie that goes with the answer.
    pub(crate) cookie: Option<String>,
    body: String,
}

impl Answer {
    /// 201 with what was created and where it is from now on.
    pub(crate) fn created(location: String, body: &impl Serialize) -> Self {
        Self::new(StatusCode::CREATED, Some(location), body)
    }

    /// 202: it will come; where it can be looked at, if anywhere.
    pub(crate) fn accepted(location: Option<String>, body: &impl Serialize) -> Self {
        Self::new(StatusCode::ACCEPTED, location, body)
    }

    fn new(status: StatusCode, location: Option<String>, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status, location, cookie: None, body }
    }

    /// The same with the secret of a cookie, kept as long as the answer.
    pub(crate) fn with_cookie(self, secret: String) -> Self {
        Self { cookie: Some(secret), ..self }
    }

    /// For the wire; the cookie is the handler's to write.
    pub(crate) fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        response.content_type("application/json").body(self.body)
    }

    /// The sealed form, bound to its row.
    pub(crate) fn seal(&self, keyring: &Keyring, row: Uuid) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        keyring.seal(Cell { column: COLUMN, row }, &json).map_err(Error::internal)
    }

    pub(super) fn open(keyring: &Keyring, row: Uuid, status: i16, sealed: &[u8]) -> Result<Self> {
        let json = keyring.open(Cell { column: COLUMN, row }, sealed).map_err(Error::internal)?;
        let answer: Self = serde_json::from_slice(&json).map_err(Error::internal)?;
        let status = u16::try_from(status).map_err(Error::internal)?;
        Ok(Self { status: StatusCode::from_u16(status).map_err(Error::internal)?, ..answer })
    }
}

/// An answer, and whether it was given before.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) replayed: bool,
}

impl Outcome {
    /// An answer that was just made.
    pub(crate) fn new(answer: Answer) -> Self {
        Self { answer, replayed: false }
    }

    /// For the wire, marked when it was given before.
    pub(crate) fn into_response(self) -> HttpResponse {
        let mut response = self.answer.into_response();
        if self.replayed {
            response
                .headers_mut()
                .insert(HeaderName::from_static(REPLAYED), HeaderValue::from_static("true"));
        }
        response
    }
}

pub(crate) fn status_of(answer: &Answer) -> i16 {
    i16::try_from(answer.status.as_u16()).unwrap_or_default()
}
