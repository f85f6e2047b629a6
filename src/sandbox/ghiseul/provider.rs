//! The provider's state: its identity, its clients, and the flows and codes in progress.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::error::SimulatorError;
use super::expiring::Expiring;
use super::flow::{AuthorizationRequest, Flow};
use super::keys::SigningKey;
use super::login_hint::Outcome;
use super::random;
use super::visit::Visit;
use crate::clients::Clients;
use crate::sandbox::persons::TestPerson;

/// How long a person may take for the pages.
const FLOW_LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// The lifetime of a code; RFC 6749 recommends at most ten minutes.
const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);
/// The largest number of flows; beyond it, the oldest is dropped.
const MAX_FLOWS: usize = 10_000;
/// The largest number of codes: those of a minute at a thousand a second, as in a load test.
const MAX_CODES: usize = 60_000;

/// A relying party, registered beforehand.
#[derive(Clone)]
pub struct Client {
    /// Its identifier.
    pub client_id: String,
    /// The secret for `client_secret_basic` and `client_secret_post`.
    pub client_secret: String,
    /// Where a person may be sent back to; compared exactly.
    pub redirect_uris: Vec<Url>,
    /// Where a person is handed over, by a form.
    pub handoff_url: Url,
    /// The front ends to which the client sends such a person.
    pub front_ends: Clients,
    /// The one that is offered first.
    pub stand_in: Url,
    /// CSP sources (`https://portal.example`, `http://localhost:*`) to which the client may redirect from there.
    /// Browsers apply `form-action` to the whole chain of redirects after a form, not only to its first address.
    pub onward_sources: Vec<String>,
}

/// What a code can be exchanged for.
pub(super) struct Grant {
    pub(super) request: AuthorizationRequest,
    pub(super) person: &'static TestPerson,
    pub(super) auth_time: DateTime<Utc>,
    pub(super) outcome: Outcome,
}

/// The simulated Ghișeul. Its state is in memory and limited in size; each start has a new key.
pub struct GhiseulSimulator {
    issuer: Url,
    clients: Vec<Client>,
    key: RwLock<Arc<SigningKey>>,
    now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    flows: Mutex<Expiring<Flow>>,
    grants: Mutex<Expiring<Grant>>,
    visits: Mutex<Expiring<Visit>>,
    last_jti: Mutex<String>,
}

impl GhiseulSimulator {
    /// Makes a provider with a new key. `issuer` may have a path, below which it is then mounted; `now` is the clock
    /// (`chrono::Utc::now`, or a pinned one in tests).
    ///
    /// # Errors
    /// Fails if the system returns no randomness for the key.
    pub fn new(
        issuer: Url,
        clients: Vec<Client>,
        now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
    ) -> Result<Self, SimulatorError> {
        Ok(Self {
            issuer,
            clients,
            key: RwLock::new(Arc::new(SigningKey::generate()?)),
            now: Box::new(now),
            flows: Mutex::new(Expiring::new(FLOW_LIFETIME, MAX_FLOWS)),
            grants: Mutex::new(Expiring::new(CODE_LIFETIME, MAX_CODES)),
            visits: Mutex::new(Expiring::new(FLOW_LIFETIME, MAX_FLOWS)),
            last_jti: Mutex::default(),
        })
    }

    /// Returns the issuer identifier exactly as in metadata and tokens: without a trailing slash.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }

    /// Returns the path below which the routes are mounted: empty, or `/` and more.
    pub(super) fn base_path(&self) -> &str {
        self.issuer.path().trim_end_matches('/')
    }

    /// Returns whether browsers reach it over TLS.
    pub(super) fn is_https(&self) -> bool {
        self.issuer.scheme() == "https"
    }

    pub(super) fn client(&self, client_id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.client_id == client_id)
    }

    /// Returns the client to which persons are handed over.
    pub(super) fn hub(&self) -> Option<&Client> {
        self.clients.first()
    }

    /// Returns the published key.
    pub(super) fn key(&self) -> Arc<SigningKey> {
        self.key.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the published key.
    pub(super) fn rotate_key(&self) -> Result<(), SimulatorError> {
        let key = Arc::new(SigningKey::generate()?);
        *self.key.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    pub(super) fn flows(&self) -> MutexGuard<'_, Expiring<Flow>> {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the logged-in persons.
    pub(super) fn visits(&self) -> MutexGuard<'_, Expiring<Visit>> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the id of the latest assertion.
    pub(super) fn last_jti(&self) -> MutexGuard<'_, String> {
        self.last_jti.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grants(&self) -> MutexGuard<'_, Expiring<Grant>> {
        self.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Issues a code for an identified person.
    pub(super) fn grant(
        &self,
        request: AuthorizationRequest,
        person: &'static TestPerson,
        outcome: Outcome,
    ) -> Result<String, SimulatorError> {
        let code = random::token()?;
        let now = self.now();
        self.grants().insert(code.clone(), Grant { request, person, auth_time: now, outcome }, now);
        Ok(code)
    }

    /// Uses up a code, whatever the outcome.
    pub(super) fn redeem(&self, code: &str) -> Option<Grant> {
        self.grants().take(code, self.now())
    }
}
