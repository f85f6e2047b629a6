//! Asking a time-stamp authority over HTTP (RFC 3161, section 3.4).

use std::time::Duration;

use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Url, redirect};

use super::request::{Request, TimestampError};
use super::token::{MAX_TOKEN_BYTES, Token};
use crate::certificate::Certificate;
use crate::http;

/// A client of one authority.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: Url,
    policy: Option<ObjectIdentifier>,
    anchors: Vec<Certificate>,
}

impl Client {
    /// For the authority at `url`, whose certificate must lead to one of `anchors`. Every request has ended, one way
    /// or the other, after `deadline`.
    ///
    /// # Errors
    /// When this is no address of HTTP.
    pub fn new(url: &str, anchors: Vec<Certificate>, deadline: Duration) -> Result<Self, TimestampError> {
        let address = |why: &dyn ToString| TimestampError::Address(why.to_string());
        let url = Url::parse(url).map_err(|error| address(&error))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(address(&"not http or https"));
        }
        let http = reqwest::Client::builder().redirect(redirect::Policy::none()).timeout(deadline).build();
        Ok(Self { http: http.map_err(|error| address(&error))?, url, policy: None, anchors })
    }

    /// The same, asking for tokens under one policy and taking no others.
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

    /// Gets a token over `bytes`. `now` is the time by this machine.
    ///
    /// # Errors
    /// When the authority does not answer in time, refuses, or answers with a token that cannot be taken.
    pub async fn stamp(&self, bytes: &[u8], now: DateTime<Utc>) -> Result<Token, TimestampError> {
        let request = Request::new(bytes, self.policy)?;
        let sent = self
            .http
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/timestamp-query")
            .header(ACCEPT, "application/timestamp-reply")
            .body(request.der().to_vec());
        let answer = http::fetch(sent, MAX_TOKEN_BYTES).await.map_err(TimestampError::Unreachable)?;
        request.check(&answer, bytes, &self.anchors, now)
    }
}
