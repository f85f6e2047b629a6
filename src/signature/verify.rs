//! Verifying: what the strict readers found, weighed against trust anchors at a given time.

use chrono::{DateTime, Utc};

use super::certificate::Certificate;
use super::reading::{Malformed, Reading};
use super::verdict::{Signer, Verdict};
use super::{cades, jades, path};

/// Verifies signatures of both formats against one set of trust anchors.
#[derive(Debug, Clone)]
pub struct Verifier {
    anchors: Vec<Certificate>,
    intermediates: Vec<Certificate>,
}

impl Verifier {
    /// Trusts `anchors` (CA certificates); `intermediates` may fill gaps in what signatures carry, untrusted.
    #[must_use]
    pub fn new(anchors: Vec<Certificate>, intermediates: Vec<Certificate>) -> Self {
        Self { anchors, intermediates }
    }

    /// Verifies a detached CAdES signature over `payload` as of `at`.
    ///
    /// # Errors
    /// When the bytes are not such a signature at all, so that there is nothing to judge.
    pub fn verify_cades(
        &self,
        signature: &[u8],
        payload: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Verdict, Malformed> {
        Ok(self.judge(&cades::read(signature, payload)?, at))
    }

    /// Verifies a detached JAdES signature (compact JWS) over `payload` as of `at`.
    ///
    /// # Errors
    /// When the bytes are not such a signature at all, so that there is nothing to judge.
    pub fn verify_jades(
        &self,
        signature: &[u8],
        payload: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Verdict, Malformed> {
        Ok(self.judge(&jades::read(signature, payload)?, at))
    }

    fn judge(&self, reading: &Reading, at: DateTime<Utc>) -> Verdict {
        let candidates: Vec<&Certificate> = reading.carried.iter().chain(&self.intermediates).collect();
        let path = path::build(&reading.signer, &candidates, &self.anchors, at);
        Verdict {
            format: reading.format,
            intact: reading.facts.intact,
            signature_valid: reading.facts.signature_valid,
            signer_matches_signing_certificate_attribute: reading.facts.signer_matches_attribute,
            every_certificate_used: path.as_deref().is_some_and(|path| self.explains(path, &reading.carried)),
            chain_trusted: path.is_some(),
            in_validity: reading.signer.is_valid_at(at),
            claimed_signing_time: reading.facts.signing_time,
            signer: Signer::from(&reading.signer),
        }
    }

    /// Certificates are outside of what a CMS signature covers; only a path, or an equal anchor, vouches for them.
    fn explains(&self, path: &[&Certificate], carried: &[Certificate]) -> bool {
        carried.iter().all(|certificate| path.contains(&certificate) || self.anchors.contains(certificate))
    }
}
