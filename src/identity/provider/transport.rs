//! HTTP calls to a provider: to its own origins alone, no redirects, limited bodies, no waiting for one that is away.

use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use reqwest::header::HeaderValue;
use url::Origin;

use crate::circuit_breaker::{CallError, CircuitBreaker, Failure, Tolerance};
use crate::trace;

/// The outages in a row that open the circuit.
const FAILURES: u32 = 5;
/// How long an open circuit refuses calls; then one call is a trial.
const PAUSE: Duration = Duration::from_secs(20);
/// The largest accepted answer: keys and metadata take a few KiB.
const MAX_BYTES: usize = 256 * 1024;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum TransportError {
    /// The circuit is open, or the call was too slow.
    #[error("it is late or away")]
    Unavailable,
    /// No connection, or a broken one.
    #[error("no connection")]
    Connection,
    /// The address is not one of the provider's, whatever its metadata says.
    #[error("its metadata names an address that is not of its origins")]
    Elsewhere,
    /// The provider answered with a server error.
    #[error("it answers {0}")]
    Status(u16),
    /// The answer cannot be parsed.
    #[error("its answer cannot be read")]
    Unreadable,
}

impl TransportError {
    /// Returns the outage; an unusable answer does not mean that the provider is away.
    fn failure(&self) -> Option<Failure> {
        (!matches!(self, Self::Unreadable | Self::Elsewhere)).then(Failure::default)
    }
}

/// The HTTP client of one provider.
pub(super) struct Transport {
    http: reqwest::Client,
    origins: Vec<Origin>,
    breaker: CircuitBreaker,
}

impl Transport {
    /// Makes the client, which calls these origins and no others: metadata that was tampered with could otherwise make
    /// the node call any address of its network.
    ///
    /// # Errors
    /// Fails if TLS cannot be set up.
    pub(super) fn new(
        provider: &str,
        deadline: Duration,
        origins: Vec<Origin>,
    ) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(deadline)
            // A redirect by the provider could lead a server-side request anywhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let tolerance = Tolerance { deadline, failures: FAILURES, pause: PAUSE };
        let breaker = CircuitBreaker::new(format!("identity-provider-{provider}"), tolerance);
        Ok(Self { http, origins, breaker })
    }

    /// Sends a request within the deadline, unless the circuit is open.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let call = self.breaker.call(self.exchange(request), TransportError::failure);
        call.await.map_err(|error| match error {
            CallError::Unavailable(_) => TransportError::Unavailable,
            CallError::Failed(error) => error,
        })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut request: reqwest::Request = request.try_into().map_err(|_| TransportError::Unreadable)?;
        if !self.origins.contains(&request.url().origin()) {
            return Err(TransportError::Elsewhere);
        }
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
