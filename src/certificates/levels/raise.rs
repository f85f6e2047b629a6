//! Raises one signature: adds the time-stamp and the evidence, verifies the result, and only then releases it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

use crate::circuit_breaker::{self, CallError, CircuitBreaker, Tolerance};
use crate::error::{Error, chain};
use ades::revocation::{self, FetchError};
use ades::timestamp::{self, ClientError, Token};
use ades::{Certificate, Level, Malformed, Outcome, Signed, SubIndication, Verifier};

/// The deadline for an authority, and when its circuit opens.
const TOLERANCE: Tolerance =
    Tolerance { deadline: Duration::from_secs(10), failures: 3, pause: Duration::from_secs(30) };

/// The pause after a failed attempt.
pub(super) const RETRY: TimeDelta = TimeDelta::minutes(2);
/// The pause for a signature that cannot be raised: somebody must look at it first.
pub(super) const UNSOUND: TimeDelta = TimeDelta::hours(6);

/// Why raising failed.
#[derive(Debug, Error)]
pub enum RaiserError {
    /// The authority does not answer, or its circuit is open for this long.
    #[error("the time-stamp authority does not answer")]
    Unavailable(Duration),
    /// The authority's answer cannot be used.
    #[error("time-stamp: {}", chain(.0))]
    Timestamp(#[source] ClientError),
    /// Revocation cannot be checked now.
    #[error("revocation: {}", chain(.0))]
    Revocation(#[from] FetchError),
    /// The stored signature cannot be parsed.
    #[error("the signature: {}", chain(.0))]
    Malformed(#[from] Malformed),
    /// The raised signature does not verify.
    #[error("the raised signature does not verify: {0}")]
    Unsound(Outcome),
}

impl RaiserError {
    /// Returns the pause before the next attempt.
    pub(super) fn pause(&self) -> TimeDelta {
        match self {
            Self::Malformed(_) | Self::Unsound(_) => UNSOUND,
            _ => RETRY,
        }
    }
}

/// Why a signature was not raised.
pub(in crate::certificates) enum Failure {
    /// The database or another part of ours fails, so the next signature will fail too.
    Ours(Error),
    /// This signature cannot be raised now.
    Raiser(RaiserError),
    /// The lease ran out: another node takes over.
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

/// The client of the authorities.
#[derive(Debug)]
pub struct Raiser {
    timestamps: timestamp::Client,
    circuit: CircuitBreaker,
    revocation: revocation::Client,
}

impl Raiser {
    /// Makes a client of the time-stamp authority at `url`, whose certificate must lead to one of `anchors`.
    ///
    /// # Errors
    /// Fails if the URL cannot be used.
    pub fn new(url: &str, anchors: Vec<Certificate>) -> Result<Self, RaiserError> {
        let timestamps = timestamp::Client::new(url, anchors, TOLERANCE.deadline);
        Ok(Self {
            timestamps: timestamps.map_err(RaiserError::Timestamp)?,
            circuit: CircuitBreaker::new("timestamps", TOLERANCE),
            revocation: revocation::Client::new(TOLERANCE.deadline)?,
        })
    }

    /// Adds a time-stamp, and verifies the result as far as possible without revocation data. Returns the signature (or
    /// the file, if the signature is not detached) and the proved time.
    ///
    /// # Errors
    /// Fails if the authority is away or answers wrongly (retry later), or if the result is not sound.
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

    /// Adds the evidence needed to verify a time-stamped signature later, as far as its issuers publish it, and
    /// verifies the result against `anchors`. Returns the new level.
    ///
    /// # Errors
    /// Fails if revocation cannot be checked now, or the result does not verify.
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

    /// Returns the anchors for the authority's certificate.
    #[must_use]
    pub fn timestamp_anchors(&self) -> &[Certificate] {
        self.timestamps.anchors()
    }

    fn verifier(&self, anchors: &[Certificate]) -> Verifier {
        let stamps = self.timestamps.anchors().to_vec();
        Verifier::new(anchors.to_vec(), Vec::new()).with_timestamp_anchors(stamps)
    }

    async fn token(&self, bytes: &[u8], now: DateTime<Utc>) -> Result<Token, RaiserError> {
        let failure = |error: &ClientError| {
            matches!(error, ClientError::Unreachable(_)).then(circuit_breaker::Failure::default)
        };
        let answer = self.circuit.call(self.timestamps.stamp(bytes, now), failure).await;
        answer.map_err(|error| match error {
            CallError::Unavailable(wait) => RaiserError::Unavailable(wait),
            CallError::Failed(error) => RaiserError::Timestamp(error),
        })
    }
}
