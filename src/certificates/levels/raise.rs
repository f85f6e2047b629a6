//! Raising the signatures of one certificate: stamp, gather, verify what came of it, only then release.

use std::time::Duration;

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::circuit::{CallError, CircuitBreaker, Tolerance};
use crate::signature::revocation::{self, FetchError};
use crate::signature::timestamp::{self, TimestampError, Token};
use crate::signature::{Certificate, Level, Malformed, Outcome, SubIndication, Verifier, cades, jades};

/// How long an authority may take, and when nobody asks it for a while.
const TOLERANCE: Tolerance =
    Tolerance { deadline: Duration::from_secs(10), failures: 3, pause: Duration::from_secs(30) };

/// Signatures before or after.
#[derive(Debug, Clone)]
pub struct Signatures {
    /// CAdES.
    pub cades: Vec<u8>,
    /// JAdES.
    pub jades: String,
}

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

    /// Adds a time-stamp to both signatures. Answers with them and the time that is proved.
    ///
    /// # Errors
    /// When the authority is away or wrong; then try again later.
    pub async fn stamp(
        &self,
        signatures: &Signatures,
        now: DateTime<Utc>,
    ) -> Result<(Signatures, DateTime<Utc>), RaiserError> {
        let token = self.token(cades::signature_value(&signatures.cades)?, now).await?;
        let jws_token = self.token(&jades::signature_value(&signatures.jades)?, now).await?;
        let stamped = Signatures {
            cades: cades::add_signature_timestamp(&signatures.cades, &token)?,
            jades: jades::add_signature_timestamp(&signatures.jades, &jws_token)?,
        };
        Ok((stamped, token.gen_time()))
    }

    /// Adds what is needed to judge a time-stamped CAdES signature later, as far as its issuers publish it, and
    /// verifies the outcome against `anchors`. Answers with the level that it has then.
    ///
    /// # Errors
    /// When nobody can tell about revocation now, or the outcome does not pass.
    pub async fn complete(
        &self,
        stamped: &[u8],
        payload: &[u8],
        anchors: &[Certificate],
        now: DateTime<Utc>,
    ) -> Result<(Vec<u8>, Level), RaiserError> {
        let verifier = self.verifier(anchors);
        let links = verifier.links(stamped, payload, now)?;
        let links: Vec<(&Certificate, &Certificate)> =
            links.iter().map(|(certificate, issuer)| (certificate, issuer)).collect();
        let evidence = self.revocation.gather(&links, now).await?;
        let complete = cades::add_validation_data(stamped, &[], &evidence)?;
        let verdict = verifier.verify(&complete, payload, now)?;
        match verdict.outcome() {
            Outcome::TotalPassed => Ok((complete, verdict.level)),
            failed => Err(RaiserError::Unsound(failed)),
        }
    }

    /// Whether a time-stamped signature is sound as far as can be known without asking about revocation.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(
        &self,
        stamped: &[u8],
        payload: &[u8],
        anchors: &[Certificate],
        now: DateTime<Utc>,
    ) -> Result<(), RaiserError> {
        let outcome = self.verifier(anchors).verify(stamped, payload, now)?.outcome();
        match outcome {
            Outcome::TotalPassed | Outcome::Indeterminate(SubIndication::TryLater) => Ok(()),
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
        let outage = |error: &TimestampError| matches!(error, TimestampError::Unreachable(_));
        let answer = self.circuit.call(self.timestamps.stamp(bytes, now), outage).await;
        answer.map_err(|error| match error {
            CallError::Unavailable(wait) => RaiserError::Unavailable(wait),
            CallError::Failed(error) => RaiserError::Timestamp(error),
        })
    }
}
