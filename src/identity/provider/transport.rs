//! Calls to a provider over HTTP: no redirects, no endless bodies, no waiting for one that is away.

use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use reqwest::header::HeaderValue;

use crate::circuit_breaker::{CallError, CircuitBreaker, Outage, Tolerance};
use crate::trace;

/// So many outages in a row, and nobody waits for the provider any more …
const FAILURES: u32 = 5;
/// … for so long; then one call is a trial.
const PAUSE: Duration = Duration::from_secs(20);
/// The largest answer that is read: keys and metadata take a few KiB.
const MAX_BYTES: usize = 256 * 1024;

/// Why a call brought no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum TransportError {
    /// The circuit is open, or the call did not end in time.
    #[error("it is late or away")]
    Unavailable,
    /// No connection, or one that broke.
    #[error("no connection")]
    Connection,
    /// The provider says itself that it is not well.
    #[error("it answers {0}")]
    Status(u16),
    /// Not an answer that anybody could use.
    #[error("its answer cannot be read")]
    Unreadable,
}

impl TransportError {
    /// An answer that only cannot be used says nothing about whether the provider is there.
    fn outage(&self) -> Option<Outage> {
        (!matches!(self, Self::Unreadable)).then(Outage::default)
    }
}

/// The way to one provider.
pub(super) struct Transport {
    http: reqwest::Client,
    breaker: CircuitBreaker,
}

impl Transport {
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn new(provider: &str, deadline: Duration) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(deadline)
            // A redirect of the provider's own could lead a server-side request anywhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let tolerance = Tolerance { deadline, failures: FAILURES, pause: PAUSE };
        let breaker = CircuitBreaker::new(format!("identity-provider-{provider}"), tolerance);
        Ok(Self { http, breaker })
    }

    /// Sends a request within the deadline, unless the provider has been away.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let call = self.breaker.call(self.exchange(request), TransportError::outage);
        call.await.map_err(|error| match error {
            CallError::Unavailable(_) => TransportError::Unavailable,
            CallError::Failed(error) => error,
        })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut request: reqwest::Request = request.try_into().map_err(|_| TransportError::Unreadable)?;
        for (name, value) in trace::headers() {
            let value = HeaderValue::try_from(value).map_err(|_| TransportError::Unreadable)?;
            request.headers_mut().insert(name, value);
        }
        let mut response = self.http.execute(request).await.map_err(|_| TransportError::Connection)?;
        if response.status().is_server_error() {
            return Err(TransportError::Status(response.status().as_u16()));
        }
        let mut answer = openidconnect::http::Response::builder().status(response.status());
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| TransportError::Connection)? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(TransportError::Unreadable);
            }
            body.extend_from_slice(&chunk);
        }
        answer.body(body).map_err(|_| TransportError::Unreadable)
    }
}
