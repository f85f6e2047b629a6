//! Raising one signature: stamp, gather, verify what came of it, only then release.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

use crate::circuit_breaker::{CallError, CircuitBreaker, Outage, Tolerance};
use crate::error::Error;
use ades::revocation::{self, FetchError};
use ades::timestamp::{self, TimestampError, Token};
use ades::{Certificate, Level, Malformed, Outcome, Signed, SubIndication, Verifier};

/// How long an authority may take, and when nobody asks it for a while.
const TOLERANCE: Tolerance =
    Tolerance { deadline: Duration::from_secs(10), failures: 3, pause: Duration::from_secs(30) };

/// Until the next try after one that failed.
pub(super) const RETRY: TimeDelta = TimeDelta::minutes(2);
/// Until the next try at a signature that cannot be raised: somebody must look at it first.
pub(super) const UNSOUND: TimeDelta = TimeDelta::hours(6);

/// Why nothing was raised.
#[derive(Debug, Error)]
pub enum RaiserError {
    /// The authority does not answer, or nobody asks it for so long.
    #[error("the time-stamp authority does not answer")]
    Unavailable(Duration),
    /// It answered with something that cannot be taken.
    #[error("time-stamp: {0}")]
    Timestamp(TimestampError),
    /// Nobody can tell about revocation now.
    #[error("revocation: {0}")]
    Revocation(#[from] FetchError),
    /// The stored signature cannot be read.
    #[error("the signature: {0}")]
    Malformed(#[from] Malformed),
    /// What was made does not verify.
    #[error("the raised signature does not verify: {0}")]
    Unsound(Outcome),
}

impl RaiserError {
    /// Until the next try.
    pub(super) fn pause(&self) -> TimeDelta {
        match self {
            Self::Malformed(_) | Self::Unsound(_) => UNSOUND,
            _ => RETRY,
        }
    }
}

/// Why a signature was not raised.
pub(in crate::certificates) enum Failure {
    /// The database, or something else of ours, fails: so will the next one.
    Ours(Error),
    /// It cannot be raised now.
    Raiser(RaiserError),
    /// It took so long that another node goes on with it.
    LeaseLost,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<RaiserError> for Failure {
    fn from(error: RaiserError) -> Self {
        Self::Raiser(error)
    }
}

/// Asks the authorities.
#[derive(Debug)]
pub struct Raiser {
    timestamps: timestamp::Client,
    circuit: CircuitBreaker,
    revocation: revocation::Client,
}

impl Raiser {
    /// For the time-stamp authority at `url`, whose certificate must lead to one of `anchors`.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn new(url: &str, anchors: Vec<Certificate>) -> Result<Self, RaiserError> {
        let timestamps = timestamp::Client::new(url, anchors, TOLERANCE.deadline);
        Ok(Self {
            timestamps: timestamps.map_err(RaiserError::Timestamp)?,
            circuit: CircuitBreaker::new("timestamps", TOLERANCE),
            revocation: revocation::Client::new(TOLERANCE.deadline)?,
        })
    }

    /// Adds a time-stamp, and verifies the outcome as far as can be known without asking about revocation. Answers with
    /// the signature (where it is detached, else the file) and the time that is proved.
    ///
    /// # Errors
    /// When the authority is away or wrong; then try again later. When the outcome is not sound.
    pub async fn stamp(
        &self,
        signed: Signed<'_>,
        anchors: &[Certificate],
        now: DateTime<Utc>,
    ) -> Result<(Vec<u8>, DateTime<Utc>), RaiserError> {
        let token = self.token(&signed.signature_value()?, now).await?;
        let stamped = signed.with_signature_timestamp(&token)?;
        let verdict = self.verifier(anchors).judge(signed.replaced_by(&stamped), now)?;
        match verdict.outcome() {
            Outcome::TotalPassed | Outcome::Indeterminate(SubIndication::TryLater) => {
                Ok((stamped, token.gen_time()))
            }
            failed => Err(RaiserError::Unsound(failed)),
        }
    }

    /// Adds what is needed to judge a time-stamped signature later, as far as its issuers publish it, and verifies the
    /// outcome against `anchors`. Answers with the level that it has then.
    ///
    /// # Errors
    /// When nobody can tell about revocation now, or the outcome does not pass.
    pub async fn complete(
        &self,
        stamped: Signed<'_>,
        anchors: &[Certificate],
        now: DateTime<Utc>,
    ) -> Result<(Vec<u8>, Level), RaiserError> {
        let verifier = self.verifier(anchors);
        let links = verifier.links(stamped, now)?;
        let links: Vec<(&Certificate, &Certificate)> =
            links.iter().map(|(certificate, issuer)| (certificate, issuer)).collect();
        let evidence = self.revocation.gather(&links, now).await?;
        let complete = stamped.with_validation_data(&[], &evidence)?;
        let verdict = verifier.judge(stamped.replaced_by(&complete), now)?;
        match verdict.outcome() {
            Outcome::TotalPassed => Ok((complete, verdict.level)),
            failed => Err(RaiserError::Unsound(failed)),
        }
    }

    /// The anchors that the authority's certificate must lead to.
    #[must_use]
    pub fn timestamp_anchors(&self) -> &[Certificate] {
        self.timestamps.anchors()
    }

    fn verifier(&self, anchors: &[Certificate]) -> Verifier {
        let stamps = self.timestamps.anchors().to_vec();
        Verifier::new(anchors.to_vec(), Vec::new()).with_timestamp_anchors(stamps)
    }

    async fn token(&self, bytes: &[u8], now: DateTime<Utc>) -> Result<Token, RaiserError> {
        let outage =
            |error: &TimestampError| matches!(error, TimestampError::Unreachable(_)).then(Outage::default);
        let answer = self.circuit.call(self.timestamps.stamp(bytes, now), outage).await;
        answer.map_err(|error| match error {
            CallError::Unavailable(wait) => RaiserError::Unavailable(wait),
            CallError::Failed(error) => RaiserError::Timestamp(error),
        })
    }
}
