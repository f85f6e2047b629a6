//! Small answers over HTTP, from servers that may be slow, broken or hostile.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, redirect};
use thiserror::Error;

/// Why a server gave no answer. Never repeats the address: it can hold a password.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The exchange failed: no connection, a broken answer, or no answer in time.
    #[error(transparent)]
    Exchange(reqwest::Error),
    /// Another status than 200.
    #[error("HTTP status {0}")]
    Status(u16),
    /// The answer is longer than this limit in bytes.
    #[error("more than {0} bytes")]
    TooLong(usize),
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        Self::Exchange(error.without_url())
    }
}

/// A client that follows no redirects. Every request ends after `deadline`.
pub(crate) fn client(deadline: Duration) -> Result<Client, HttpError> {
    Ok(Client::builder().redirect(redirect::Policy::none()).timeout(deadline).build()?)
}

/// Sends a request and reads at most `limit` bytes of a 200. The client's deadline covers the body too.
pub(crate) async fn fetch(request: RequestBuilder, limit: usize) -> Result<Vec<u8>, HttpError> {
    let mut response = request.send().await?;
    if response.status() != StatusCode::OK {
        return Err(HttpError::Status(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(HttpError::TooLong(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
