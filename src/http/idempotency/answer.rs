//! Answers, and their encrypted form in which they are stored for replay.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, LOCATION};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::person::{Column, Keyring};

const REPLAYED: &str = "idempotency-replayed";
/// An answer that can be stored and replayed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Answer {
    #[serde(skip)]
    status: StatusCode,
    location: Option<String>,
    /// The secret of the cookie that goes with the answer.
    pub(crate) cookie: Option<String>,
    body: String,
}

impl Answer {
    /// Builds a 201 with the created resource and its location.
    pub(crate) fn created(location: String, body: &impl Serialize) -> Self {
        Self::new(StatusCode::CREATED, Some(location), body)
    }

    /// Builds a 202 with the location at which progress can be followed, if there is one.
    pub(crate) fn accepted(location: Option<String>, body: &impl Serialize) -> Self {
        Self::new(StatusCode::ACCEPTED, location, body)
    }

    fn new(status: StatusCode, location: Option<String>, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).unwrap_or_default();
        Self { status, location, cookie: None, body }
    }

    /// Adds the secret of a cookie, stored as long as the answer.
    pub(crate) fn with_cookie(self, secret: String) -> Self {
        Self { cookie: Some(secret), ..self }
    }

    /// Builds the response. The handler adds the cookie.
    pub(crate) fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        response.content_type("application/json").body(self.body)
    }

    /// Encrypts the answer, bound to its row.
    pub(crate) fn encrypt(&self, keyring: &Keyring, row: Uuid) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        keyring.encrypt(Column::IDEMPOTENCY_KEYS_RESPONSE.at(row), &json).map_err(Error::internal)
    }

    pub(super) fn decrypt(keyring: &Keyring, row: Uuid, status: i16, encrypted: &[u8]) -> Result<Self> {
        let json =
            keyring.decrypt(Column::IDEMPOTENCY_KEYS_RESPONSE.at(row), encrypted).map_err(Error::internal)?;
        let answer: Self = serde_json::from_slice(&json).map_err(Error::internal)?;
        let status = u16::try_from(status).map_err(Error::internal)?;
        Ok(Self { status: StatusCode::from_u16(status).map_err(Error::internal)?, ..answer })
    }
}

/// An answer, and whether it is a replay.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) replayed: bool,
}

impl Outcome {
    /// Wraps a new answer.
    pub(crate) fn new(answer: Answer) -> Self {
        Self { answer, replayed: false }
    }

    /// Builds the response, marked if it is a replay.
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
