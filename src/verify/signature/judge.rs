//! Judges an upload by all keys that this installation has had.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use chrono::{DateTime, Utc};

use super::known::Known;
use super::places::Places;
use super::upload::Upload;
use crate::error::{Code, Error, Result, chain};
use crate::signature::store::SealKey;
use ades::revocation::FetchError;
use ades::{Certificate, Malformed, Outcome, Realm, SubIndication, Verdict, Verifier, ordered_chain};

/// The longest time for an issuer to answer about revocation.
const DEADLINE: Duration = Duration::from_secs(5);
/// When to retry after no issuer answered.
const LATER: Duration = Duration::from_secs(60);

/// Judges signatures; shared by all requests of a node.
#[derive(Debug)]
pub struct Judge {
    /// Anchors for time-stamps; by default the signers' anchors.
    timestamp_anchors: Option<Vec<Certificate>>,
    known: Known,
    /// For what this node reads or judges.
    places: Places,
}

/// A verdict, or why the upload cannot be judged.
pub(super) type Judgement = Result<Verdict, Malformed>;

impl Judge {
    /// Trusts the roots of our keys for signers, and `timestamp_anchors` (by default the same) for time-stamps.
    ///
    /// # Errors
    /// Fails if HTTP cannot be set up.
    pub fn new(timestamp_anchors: Option<Vec<Certificate>>) -> Result<Self, FetchError> {
        Ok(Self { timestamp_anchors, known: Known::new(DEADLINE)?, places: Places::default() })
    }

    /// Returns the places for the uploads that this node reads or judges.
    #[must_use]
    pub fn places(&self) -> Places {
        self.places.clone()
    }

    /// Judges an upload as of `now`, by the keys of one realm. Asks issuers about revocation if the file has no
    /// evidence.
    ///
    /// # Errors
    /// Fails if revocation cannot be checked now: that is no verdict.
    pub(super) async fn judge(
        &self,
        upload: &Arc<Upload>,
        keys: &[SealKey],
        realm: Realm,
        now: DateTime<Utc>,
    ) -> Result<Judgement> {
        let verifier = self.verifier(keys)?.of_realm(realm).with_evidence(self.known.evidence());
        let judged = verify(verifier.clone(), upload, now).await?;
        if !judged.as_ref().is_ok_and(asks_about_revocation) {
            return Ok(judged);
        }
        let links = links(verifier.clone(), upload, now).await?;
        match self.known.fetch(&links, now).await {
            Ok(evidence) => settled(verify(verifier.with_evidence(evidence), upload, now).await?),
            Err(error) => {
                log::warn!("verify: {}", chain(&error));
                settled(judged)
            }
        }
    }

    fn verifier(&self, keys: &[SealKey]) -> Result<Verifier> {
        let (mut anchors, mut others): (Vec<Certificate>, Vec<Certificate>) = Default::default();
        for key in keys {
            let chain = ordered_chain(&key.chain_pem).map_err(Error::internal)?;
            let (roots, rest): (Vec<_>, Vec<_>) =
                chain.into_iter().partition(|certificate| certificate.is_self_issued());
            anchors.extend(roots);
            others.extend(rest.into_iter().skip(1));
        }
        let verifier = Verifier::new(anchors, others);
        Ok(match &self.timestamp_anchors {
            Some(anchors) => verifier.with_timestamp_anchors(anchors.clone()),
            None => verifier,
        })
    }
}

fn asks_about_revocation(verdict: &Verdict) -> bool {
    verdict.outcome() == Outcome::Indeterminate(SubIndication::TryLater)
        || verdict.is_valid() && verdict.timestamps.iter().any(|stamp| !stamp.counts)
}

/// Turns "cannot be checked now" into an outage.
fn settled(judged: Judgement) -> Result<Judgement> {
    match &judged {
        Ok(verdict) if verdict.outcome() == Outcome::Indeterminate(SubIndication::TryLater) => {
            Err(Error::from(Code::RevocationUnavailable).retry_after(LATER))
        }
        _ => Ok(judged),
    }
}

/// Verifies on a blocking thread: it takes some milliseconds of arithmetic.
async fn verify(verifier: Verifier, upload: &Arc<Upload>, now: DateTime<Utc>) -> Result<Judgement> {
    let upload = Arc::clone(upload);
    let work = move || verifier.judge(upload.files.signed(), now);
    web::block(work).await.map_err(Error::internal)
}

async fn links(
    verifier: Verifier,
    upload: &Arc<Upload>,
    now: DateTime<Utc>,
) -> Result<Vec<(Certificate, Certificate)>> {
    let upload = Arc::clone(upload);
    let work = move || verifier.links(upload.files.signed(), now).unwrap_or_default();
    web::block(work).await.map_err(Error::internal)
}
