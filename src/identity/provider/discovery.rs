//! A provider's metadata (OpenID Connect Discovery 1.0): URLs and keys, cached, and fetched again when a token's key is
//! unknown.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::ProviderError;
use super::transport::Transport;
use crate::time::Clock;

/// How long metadata is cached.
const LIVES: TimeDelta = TimeDelta::minutes(10);
/// The shortest time between fetches for unknown keys: forged tokens must not make us flood the provider.
const REREAD_EVERY: Duration = Duration::from_secs(10);

/// Metadata of RFC 9207: whether each answer names its issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AnswersNameIssuer {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for AnswersNameIssuer {}

pub(super) type Metadata = ProviderMetadata<
    AnswersNameIssuer,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Returns whether the provider promises to name itself in each answer.
pub(super) fn answers_name_issuer(metadata: &Metadata) -> bool {
    metadata.additional_metadata().authorization_response_iss_parameter_supported
}

/// A cache of the provider's metadata: each node may have its own.
pub(super) struct Discovery {
    issuer: IssuerUrl,
    transport: Transport,
    clock: Clock,
    kept: RwLock<Option<Kept>>,
    /// Locked while one task fetches.
    reading: Mutex<Reading>,
}

/// The outcome of earlier fetches.
#[derive(Default)]
struct Reading {
    failed_at: Option<Instant>,
    /// The last fetch for an unknown key.
    reread_at: Option<Instant>,
}

struct Kept {
    read_at: DateTime<Utc>,
    metadata: Arc<Metadata>,
}

impl Discovery {
    /// Makes an empty cache: nothing is fetched before it is needed.
    pub(super) fn new(issuer: IssuerUrl, transport: Transport, clock: Clock) -> Self {
        Self { issuer, transport, clock, kept: RwLock::default(), reading: Mutex::default() }
    }

    pub(super) const fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    pub(super) const fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Returns the metadata; of many concurrent callers, one fetches it.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        if let Some(metadata) = self.fresh() {
            return Ok(metadata);
        }
        let asked_at = Instant::now();
        let mut reading = self.reading.lock().await;
        if let Some(metadata) = self.fresh() {
            return Ok(metadata);
        }
        // A caller that waited while another's fetch failed does not wait again.
        if reading.failed_at.is_some_and(|failed_at| failed_at > asked_at) {
            return Err(ProviderError::Unavailable);
        }
        let outcome = self.read().await;
        reading.failed_at = outcome.is_err().then(Instant::now);
        outcome
    }

    /// Returns metadata newer than `stale`, in which a key was missing; `stale` itself if the last such fetch is
    /// recent.
    pub(super) async fn newer_than(&self, stale: &Arc<Metadata>) -> Result<Arc<Metadata>, ProviderError> {
        let mut reading = self.reading.lock().await;
        if let Some(metadata) = self.fresh().filter(|metadata| !Arc::ptr_eq(metadata, stale)) {
            return Ok(metadata);
        }
        if reading.reread_at.is_some_and(|at| at.elapsed() < REREAD_EVERY) {
            return Ok(stale.clone());
        }
        reading.reread_at = Some(Instant::now());
        self.read().await
    }

    fn fresh(&self) -> Option<Arc<Metadata>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        // If the clock was set back, the age is unknown.
        let is_fresh = |kept: &&Kept| (kept.read_at..kept.read_at + LIVES).contains(&now);
        kept.as_ref().filter(is_fresh).map(|kept| kept.metadata.clone())
    }

    async fn read(&self) -> Result<Arc<Metadata>, ProviderError> {
        let send = |request| self.transport.send(request);
        let metadata = Metadata::discover_async(self.issuer.clone(), &send).await.map_err(|error| {
            log::warn!("identity provider {}: discovery failed: {}", self.issuer.as_str(), cause(&error));
            ProviderError::Unavailable
        })?;
        let metadata = Arc::new(metadata);
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Kept { read_at: self.clock.now(), metadata: metadata.clone() });
        Ok(metadata)
    }
}

/// Names the step that failed; the library's own text can repeat the content.
fn cause<E: std::error::Error>(error: &DiscoveryError<E>) -> String {
    match error {
        DiscoveryError::Request(error) => error.to_string(),
        DiscoveryError::Response(status, ..) => format!("it answers {}", status.as_u16()),
        DiscoveryError::Parse(_) => "not a discovery document".into(),
        _ => "not the metadata of this issuer".into(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use actix_web::{App, HttpResponse, HttpServer, web};
    use futures_util::future::join_all;
    use serde_json::{Value, json};

    use super::*;

    /// An honest provider without keys, which counts how often it is fetched.
    fn provider() -> (Discovery, web::Data<AtomicUsize>) {
        let (issuer, reads) = serve(|issuer| format!("{issuer}/jwks"));
        (discovery(&issuer, &[&issuer], Duration::from_secs(5)), reads)
    }

    /// A cache of this issuer's metadata that may call these origins.
    fn discovery(issuer: &str, origins: &[&str], deadline: Duration) -> Discovery {
        let origins = origins.iter().map(|url| url::Url::parse(url).unwrap().origin()).collect();
        let transport = Transport::new("test", deadline, origins).unwrap();
        Discovery::new(IssuerUrl::new(issuer.to_owned()).unwrap(), transport, Clock::pinned(Utc::now()))
    }

    /// Serves a provider whose keys are said to be at that address; returns its issuer, and how often it was called.
    fn serve(keys: impl FnOnce(&str) -> String) -> (String, web::Data<AtomicUsize>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let reads = web::Data::new(AtomicUsize::new(0));
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "jwks_uri": keys(&issuer),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        });
        let counted = reads.clone();
        let server = HttpServer::new(move || {
            let describe = async |metadata: web::Data<Value>, reads: web::Data<AtomicUsize>| {
                reads.fetch_add(1, Ordering::Relaxed);
                HttpResponse::Ok().json(metadata.get_ref())
            };
            let keys = async |reads: web::Data<AtomicUsize>| {
                reads.fetch_add(1, Ordering::Relaxed);
                HttpResponse::Ok().json(json!({"keys": []}))
            };
            App::new()
                .app_data(web::Data::new(metadata.clone()))
                .app_data(counted.clone())
                .route("/.well-known/openid-configuration", web::get().to(describe))
                .route("/jwks", web::get().to(keys))
        });
        actix_web::rt::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
        (issuer, reads)
    }

    #[actix_web::test]
    async fn metadata_leads_a_node_to_the_listed_origins_alone() {
        let (elsewhere, called) = serve(|issuer| format!("{issuer}/jwks"));
        let (issuer, _) = serve(|_| format!("{elsewhere}/jwks"));
        let deadline = Duration::from_secs(5);
        let refused = discovery(&issuer, &[&issuer], deadline).metadata().await;
        assert!(matches!(refused, Err(ProviderError::Unavailable)));
        assert_eq!(called.load(Ordering::Relaxed), 0, "it was not called");
        assert!(discovery(&issuer, &[&issuer, &elsewhere], deadline).metadata().await.is_ok());
        assert_eq!(called.load(Ordering::Relaxed), 1);
    }

    #[actix_web::test]
    async fn of_many_concurrent_callers_one_fetches() {
        let (discovery, reads) = provider();
        let all = join_all((0..20).map(|_| discovery.metadata())).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(reads.load(Ordering::Relaxed), 2, "metadata and keys, once each");
    }

    #[actix_web::test]
    async fn metadata_is_read_again_after_ten_minutes_or_when_the_clock_was_set_back() {
        let (discovery, reads) = provider();
        let began = discovery.clock.now();
        for (seconds, expected) in [(0, 2), (599, 2), (600, 4), (1_199, 4), (599, 6)] {
            discovery.clock.set(began + TimeDelta::seconds(seconds));
            assert!(discovery.metadata().await.is_ok());
            assert_eq!(reads.load(Ordering::Relaxed), expected, "after {seconds} seconds");
        }
    }

    #[actix_web::test]
    async fn tokens_of_unknown_keys_do_not_make_us_flood_the_provider() {
        let (discovery, reads) = provider();
        let mut known = discovery.metadata().await.unwrap();
        for _ in 0..50 {
            known = discovery.newer_than(&known).await.unwrap();
        }
        assert_eq!(reads.load(Ordering::Relaxed), 4, "once for the unknown key, and then not for a while");
    }

    #[actix_web::test]
    async fn nobody_waits_twice_for_a_provider_that_is_silent() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", silent.local_addr().unwrap());
        let deadline = Duration::from_millis(300);
        let discovery = discovery(&issuer, &[&issuer], deadline);
        let start = Instant::now();
        let all = join_all((0..10).map(|_| discovery.metadata())).await;
        assert!(all.iter().all(|outcome| matches!(outcome, Err(ProviderError::Unavailable))));
        assert!(start.elapsed() < deadline * 3, "{:?}", start.elapsed());
    }
}
