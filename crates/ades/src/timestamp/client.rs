//! Asking a time-stamp authority over HTTP (RFC 3161, section 3.4).

use std::time::Duration;

use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use thiserror::Error;

use super::error::TimestampError;
use super::request::Request;
use super::token::{MAX_TOKEN_BYTES, Token};
use crate::certificate::Certificate;
use crate::http::{self, HttpError};

/// Why a time-stamp authority gave no token.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address is not a URL.
    #[error("the address of the time-stamp authority cannot be used")]
    Address(#[source] url::ParseError),
    /// The address is of another scheme than HTTP.
    #[error("the address of the time-stamp authority cannot be used: not http or https")]
    Scheme,
    /// The HTTP client cannot be set up.
    #[error("HTTP cannot be set up")]
    Setup(#[source] HttpError),
    /// No answer in time, or not what HTTP should bring.
    #[error("the time-stamp authority does not answer")]
    Unreachable(#[source] HttpError),
    /// The request was not made, or the answer cannot be taken.
    #[error(transparent)]
    Token(#[from] TimestampError),
}

/// A client of one authority. Needs the feature `online`.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: Url,
    policy: Option<ObjectIdentifier>,
    anchors: Vec<Certificate>,
}

impl Client {
    /// Asks the authority at `url`, whose certificate must lead to one of `anchors`. Every request ends after
    /// `deadline`.
    ///
    /// # Errors
    /// When `url` is not an address of HTTP, or HTTP cannot be set up.
    pub fn new(url: &str, anchors: Vec<Certificate>, deadline: Duration) -> Result<Self, ClientError> {
        let url = Url::parse(url).map_err(ClientError::Address)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ClientError::Scheme);
        }
        let http = http::client(deadline).map_err(ClientError::Setup)?;
        Ok(Self { http, url, policy: None, anchors })
    }

    /// Asks for tokens under one policy and accepts no others.
    #[must_use]
    pub fn with_policy(mut self, policy: ObjectIdentifier) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The anchors that the authority's certificate must lead to.
    #[must_use]
    pub fn anchors(&self) -> &[Certificate] {
        &self.anchors
    }

    /// Gets a token over `bytes`. `now` is the time of this machine.
    ///
    /// # Errors
    /// When the authority does not answer in time, refuses, or answers with a token that cannot be accepted.
    pub async fn stamp(&self, bytes: &[u8], now: DateTime<Utc>) -> Result<Token, ClientError> {
        let request = Request::new(bytes, self.policy)?;
        let sent = self
            .http
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/timestamp-query")
            .header(ACCEPT, "application/timestamp-reply")
            .body(request.der().to_vec());
        let answer = http::fetch(sent, MAX_TOKEN_BYTES).await.map_err(ClientError::Unreachable)?;
        Ok(request.check(&answer, bytes, &self.anchors, now)?)
    }
}
