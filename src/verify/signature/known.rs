//! What is known of revocation, kept for a while: the same few certificates are asked about again and again.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use ades::Certificate;
use ades::revocation::{Client, Evidence, FetchError};

/// Evidence is asked for anew after so long, however long it says to be good for.
const KEPT: Duration = Duration::from_secs(300);
/// More than this many pieces are not kept: a path has a handful of certificates.
const MOST: usize = 64;

/// Fetches evidence, and remembers it.
#[derive(Debug)]
pub(super) struct Known {
    client: Client,
    kept: Mutex<Vec<(Instant, Evidence)>>,
}

impl Known {
    pub(super) fn new(deadline: Duration) -> Result<Self, FetchError> {
        Ok(Self { client: Client::new(deadline)?, kept: Mutex::default() })
    }

    /// What was fetched lately.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(fetched_at, _)| fetched_at.elapsed() < KEPT);
        kept.iter().map(|(_, evidence)| evidence.clone()).collect()
    }

    /// Fetches what is missing about these certificates, each given with its issuer. A trust anchor must vouch for
    /// them, so that nobody makes this node call an address of their choice.
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
