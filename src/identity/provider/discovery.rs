//! What a provider publishes about itself (OpenID Connect Discovery 1.0): addresses and keys, kept a while and read
//! again when it signs with a key that is not among them.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

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

/// How long it is believed.
const LIVES: Duration = Duration::from_secs(600);
/// For the sake of an unknown key it is read again no oftener: forged tokens must not make us hammer the provider.
const REREAD_EVERY: Duration = Duration::from_secs(10);

/// What RFC 9207 adds: whether each answer names its issuer.
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

/// Whether the provider promises to name itself in each answer.
pub(super) fn answers_name_issuer(metadata: &Metadata) -> bool {
    metadata.additional_metadata().authorization_response_iss_parameter_supported
}

/// A copy of the provider's public word: each node may have its own.
pub(super) struct Discovery {
    issuer: IssuerUrl,
    transport: Transport,
    kept: RwLock<Option<Kept>>,
    /// Held while somebody reads; tells when it was last read for the sake of an unknown key.
    reading: Mutex<Option<Instant>>,
}

struct Kept {
    read_at: Instant,
    metadata: Arc<Metadata>,
}

impl Discovery {
    /// Nothing is read before it is needed.
    pub(super) fn new(issuer: IssuerUrl, transport: Transport) -> Self {
        Self { issuer, transport, kept: RwLock::default(), reading: Mutex::default() }
    }

    pub(super) const fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    pub(super) const fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The metadata; of many who need them at once, one reads.
    pub(super) async fn metadata(&self) -> Result<Arc<Metadata>, ProviderError> {
        if let Some(metadata) = self.fresh() {
            return Ok(metadata);
        }
        let _turn = self.reading.lock().await;
        match self.fresh() {
            Some(metadata) => Ok(metadata),
            None => self.read().await,
        }
    }

    /// The metadata, read after those in which a key was not found; the same ones when that was a moment ago.
    pub(super) async fn newer_than(&self, stale: &Arc<Metadata>) -> Result<Arc<Metadata>, ProviderError> {
        let mut reread_at = self.reading.lock().await;
        if let Some(metadata) = self.fresh().filter(|metadata| !Arc::ptr_eq(metadata, stale)) {
            return Ok(metadata);
        }
        if reread_at.is_some_and(|at| at.elapsed() < REREAD_EVERY) {
            return Ok(stale.clone());
        }
        *reread_at = Some(Instant::now());
        self.read().await
    }

    fn fresh(&self) -> Option<Arc<Metadata>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|kept| kept.read_at.elapsed() < LIVES).map(|kept| kept.metadata.clone())
    }

    async fn read(&self) -> Result<Arc<Metadata>, ProviderError> {
        let send = |request| self.transport.send(request);
        let metadata = Metadata::discover_async(self.issuer.clone(), &send).await.map_err(|error| {
            log::warn!("identity provider {}: discovery failed: {}", self.issuer.as_str(), cause(&error));
            ProviderError::Unavailable
        })?;
        let metadata = Arc::new(metadata);
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) =
            Some(Kept { read_at: Instant::now(), metadata: metadata.clone() });
        Ok(metadata)
    }
}

/// Which step failed; the library's own text can repeat what was read.
fn cause<E: std::error::Error>(error: &DiscoveryError<E>) -> String {
    match error {
        DiscoveryError::Request(error) => error.to_string(),
        DiscoveryError::Response(status, ..) => format!("it answers {}", status.as_u16()),
        DiscoveryError::Parse(_) => "not a discovery document".into(),
        _ => "not the metadata of this issuer".into(),
    }
}
