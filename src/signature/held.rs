//! The keys of this node, and signing with the one in force.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use mime::Mime;
use uuid::Uuid;

use super::store::{self, SealKey, State};
use super::trust_list::{self, TrustList};
use super::waiting::wait_for;
use crate::error::{Code, Context, Error, Result, chain};
use crate::state::AppState;
use crate::telemetry;
use ades::{Certificate, Kind, SealError, Sealed, Sealer, SignError};

/// How long a node caches the keys' states. The database has the last word: it refuses a certificate by an inactive
/// key.
const BELIEVED: Duration = Duration::from_secs(10);

/// A key that this node can sign with.
#[derive(Debug, Clone)]
pub struct Held {
    /// Signs, and verifies the signature.
    pub sealer: Arc<Sealer>,
    /// What its signatures are in law.
    pub kind: Kind,
}

impl Held {
    /// Returns the SHA-256 of its certificate.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.sealer.key().leaf().fingerprint()
    }

    /// Builds its row, as if it were announced now.
    fn announced(&self, now: DateTime<Utc>) -> SealKey {
        SealKey {
            id: Uuid::now_v7(),
            fingerprint: self.fingerprint().to_vec(),
            kind: self.kind.into(),
            chain_pem: self.sealer.key().path().map(Certificate::to_pem).collect(),
            announced_at: now,
            active_from: None,
            retired_from: None,
            retired_in_emergency: false,
        }
    }
}

/// The keys of a node.
#[derive(Debug)]
pub struct Seals {
    held: Vec<Held>,
    known: Mutex<Option<(Instant, Arc<Vec<SealKey>>)>>,
    /// The trust list that was signed last.
    list: Mutex<Option<(Instant, TrustList, String)>>,
}

impl Seals {
    /// Wraps the opened keys.
    #[must_use]
    pub fn new(held: Vec<Held>) -> Self {
        Self { held, known: Mutex::new(None), list: Mutex::new(None) }
    }

    /// Returns the recently signed list, if it says the same as `list`.
    pub(super) fn kept_list(&self, list: &TrustList) -> Option<String> {
        let kept = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let (signed_at, signed, jws) = kept.as_ref()?;
        (signed_at.elapsed() < trust_list::KEPT && signed.agrees_with(list)).then(|| jws.clone())
    }

    pub(super) fn keep_list(&self, list: TrustList, jws: String) {
        *self.list.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), list, jws));
    }

    /// Returns the keys of this node.
    #[must_use]
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// Returns the key to sign with: of this node's active keys, the one that became active last.
    ///
    /// # Errors
    /// Fails if none is active, or if the states cannot be read.
    pub async fn active(&self, state: &AppState) -> Result<Held> {
        let now = state.clock.now();
        self.choose(&self.known(state).await?, now).cloned().ok_or_else(|| {
            if !self.held.is_empty() {
                log::error!("seal: no key of this node is active; `cazier keys list` shows which are");
            }
            unavailable()
        })
    }

    pub(super) fn choose(&self, known: &[SealKey], now: DateTime<Utc>) -> Option<&Held> {
        let mut active = known.iter().filter(|key| key.state(now) == State::Active);
        active.find_map(|key| self.held.iter().find(|held| held.fingerprint() == *key.fingerprint))
    }

    /// Returns all keys of the installation, from the cache if it is fresh.
    ///
    /// # Errors
    /// Fails if they cannot be read.
    pub async fn known(&self, state: &AppState) -> Result<Arc<Vec<SealKey>>> {
        if let Some((_, known)) =
            self.remembered().as_ref().filter(|(read_at, _)| read_at.elapsed() < BELIEVED)
        {
            return Ok(Arc::clone(known));
        }
        let mut known = state.db.read(store::list).await.context("reading the keys of the seal")?;
        if known.is_empty() {
            let first = self.first(state.clock.now());
            known = state.db.write(move |c| store::list_or_begin(c, first.as_ref())).await?;
        }
        Ok(self.remember(known))
    }

    /// Reads all keys on an existing connection: at the start, before there are requests.
    ///
    /// # Errors
    /// As [`Seals::known`].
    pub fn begin(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
        let known = store::list_or_begin(connection, self.first(now).as_ref())?;
        for held in &self.held {
            if !known.iter().any(|key| key.fingerprint == held.fingerprint()) {
                let subject = held.sealer.key().leaf().subject();
                log::warn!(
                    "seal: the key of {subject} is not announced, so not used: `cazier keys announce`"
                );
            }
        }
        self.remember(known);
        Ok(())
    }

    /// Drops the cached states, so that the next caller reads them.
    pub fn forget(&self) {
        *self.remembered() = None;
    }

    fn first(&self, now: DateTime<Utc>) -> Option<SealKey> {
        self.held.first().map(|held| SealKey { active_from: Some(now), ..held.announced(now) })
    }

    fn remember(&self, known: Vec<SealKey>) -> Arc<Vec<SealKey>> {
        let known = Arc::new(known);
        *self.remembered() = Some((Instant::now(), Arc::clone(&known)));
        known
    }

    fn remembered(&self) -> MutexGuard<'_, Option<(Instant, Arc<Vec<SealKey>>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Signs `payload` in all formats and returns it with the signatures. A key in a device signs on a thread that may
    /// block.
    ///
    /// # Errors
    /// Fails if the key cannot sign now, or its signature does not verify. Nothing is released then, and nothing may be
    /// stored.
    pub async fn seal(
        &self,
        payload: Vec<u8>,
        mime_type: Mime,
        now: DateTime<Utc>,
    ) -> Result<(Vec<u8>, Sealed)> {
        self.sign(move |sealer| sealer.seal(&payload, &mime_type, now).map(|sealed| (payload, sealed))).await
    }

    /// Runs `work` with the key. A key in a device signs on a thread that may block.
    ///
    /// # Errors
    /// As [`Held::seal`].
    pub async fn sign<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Sealer) -> Result<T, SealError> + Send + 'static,
    ) -> Result<T> {
        let sealer = Arc::clone(&self.sealer);
        let remote = sealer.key().is_remote();
        let sign = move || work(&sealer);
        let outcome = if remote { wait_for(sign).await.ok_or_else(unavailable)? } else { sign() };
        telemetry::seal(match &outcome {
            Ok(_) => "sealed",
            Err(SealError::Malformed(_) | SealError::Unsound) => "unsound",
            Err(_) => "failed",
        });
        outcome.map_err(|why| self.refusal(why)).context("signing with the seal")
    }

    fn refusal(&self, why: SealError) -> Error {
        let subject = self.sealer.key().leaf().subject();
        let told = chain(&why);
        match why {
            SealError::Malformed(_) | SealError::Unsound => {
                log::error!("seal: {told}; the key of {subject} is stopped until this node restarts");
            }
            SealError::Sign(SignError::Key | SignError::Device(_) | SignError::Stopped)
            | SealError::OutOfValidity => log::error!("seal: the key of {subject}: {told}"),
            why => return Error::internal(why),
        }
        unavailable()
    }
}

/// Reports that nothing can be signed now.
pub(crate) fn unavailable() -> Error {
    Error::from(Code::SealUnavailable).retry_after(Duration::from_secs(30))
}
