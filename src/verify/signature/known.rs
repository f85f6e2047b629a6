//! Caches revocation evidence: the same few certificates are checked again and again.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use ades::Certificate;
use ades::revocation::{Client, Evidence, FetchError};

/// The longest time that evidence is reused, however long its own validity.
const KEPT: Duration = Duration::from_secs(300);
/// The largest number of cached pieces: a path has a handful of certificates.
const MOST: usize = 64;

/// Fetches and caches evidence.
#[derive(Debug)]
pub(super) struct Known {
    client: Client,
    kept: Mutex<Vec<(Instant, Evidence)>>,
}

impl Known {
    pub(super) fn new(deadline: Duration) -> Result<Self, FetchError> {
        Ok(Self { client: Client::new(deadline)?, kept: Mutex::default() })
    }

    /// Returns the evidence fetched recently.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(fetched_at, _)| fetched_at.elapsed() < KEPT);
        kept.iter().map(|(_, evidence)| evidence.clone()).collect()
    }

    /// Fetches missing evidence about these certificates, each given with its issuer. Only for certificates below a
    /// trust anchor, so that nobody can make this node call a URL of their choice.
    pub(super) async fn fetch(
        &self,
        links: &[(Certificate, Certificate)],
        now: DateTime<Utc>,
    ) -> Result<Vec<Evidence>, FetchError> {
        let links: Vec<(&Certificate, &Certificate)> =
            links.iter().map(|(certificate, issuer)| (certificate, issuer)).collect();
        let found = self.client.gather(&links, now).await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(found.iter().map(|evidence| (Instant::now(), evidence.clone())));
        let surplus = kept.len().saturating_sub(MOST);
        kept.drain(..surplus);
        Ok(found)
    }
}
