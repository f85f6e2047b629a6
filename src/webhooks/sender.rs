//! Sends one message. What the receiver does with the connection costs us a slot for [`DEADLINE`] at most, and no memory: headers are
//! bounded, and the body of its answer is not read.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, USER_AGENT};
use reqwest::redirect::Policy;
use url::Url;

use super::reach::{AllowedAddresses, Lookup, NotAllowed, Reach};
use super::states::Outcome;

/// The longest time from the look-up of the name to the end of the answer's headers.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

/// A message as it goes out.
pub(super) struct Outgoing {
    pub(super) url: String,
    pub(super) id: String,
    pub(super) timestamp: i64,
    pub(super) signature: String,
    pub(super) body: Vec<u8>,
}

/// The HTTP client. Each message has a connection of its own, so that its address is checked now.
#[derive(Clone)]
pub(super) struct Sender {
    http: reqwest::Client,
    reach: Reach,
}

impl Sender {
    /// Makes the client.
    ///
    /// # Errors
    /// Fails if TLS cannot be set up.
    pub(super) fn new(reach: Reach, lookup: Arc<dyn Lookup>) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(DEADLINE)
            // A redirect could lead anywhere, with the signature.
            .redirect(Policy::none())
            // A proxy of the environment would connect in our place, to an address that nobody checked.
            .no_proxy()
            .https_only(reach == Reach::Public)
            .http1_only()
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(AllowedAddresses { reach, lookup }))
            .build()?;
        Ok(Self { http, reach })
    }

    /// Sends a message; returns how that ended, and the status of the answer if there was one.
    pub(super) async fn send(&self, message: Outgoing) -> (Outcome, Option<i32>) {
        let url = Url::parse(&message.url).ok().filter(|url| self.reach.allows_url(url));
        let Some(url) = url else { return (Outcome::AddressNotAllowed, None) };
        let request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("cazier/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signature)
            .body(message.body);
        match request.send().await {
            Ok(response) => {
                let status = response.status();
                let outcome = match status.as_u16() {
                    200..300 => Outcome::Delivered,
                    410 => Outcome::Gone,
                    _ => Outcome::Refused,
                };
                (outcome, Some(i32::from(status.as_u16())))
            }
            Err(error) if error.is_timeout() => (Outcome::Timeout, None),
            Err(error) if is_not_allowed(&error) => (Outcome::AddressNotAllowed, None),
            Err(_) => (Outcome::Unreachable, None),
        }
    }
}

fn is_not_allowed(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<NotAllowed>() {
            return true;
        }
        cause = error.source();
    }
    false
}
