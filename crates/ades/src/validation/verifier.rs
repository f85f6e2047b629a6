//! The verifier of all formats.

use chrono::{DateTime, Utc};

use super::case::Case;
use super::trust::Trust;
use super::verdict::Verdict;
use crate::asic::{Container, DataObject};
use crate::certificate::Certificate;
use crate::malformed::Malformed;
use crate::reading::Reading;
use crate::realm::Realm;
use crate::revocation::Evidence;
use crate::signed::Signed;
use crate::{cades, jades};

/// Verifies signatures of all formats against one set of trust anchors.
#[derive(Debug, Clone)]
pub struct Verifier {
    trust: Trust,
}

impl Verifier {
    /// Trusts `anchors` (CA certificates) for signers and for time-stamps. `intermediates` are not trusted: they fill
    /// gaps in the chains that signatures carry.
    #[must_use]
    pub fn new(anchors: Vec<Certificate>, intermediates: Vec<Certificate>) -> Self {
        let timestamp_anchors = anchors.clone();
        let trust = Trust { anchors, timestamp_anchors, intermediates, evidence: Vec::new(), realm: None };
        Self { trust }
    }

    /// Trusts other anchors for time-stamps.
    #[must_use]
    pub fn with_timestamp_anchors(mut self, anchors: Vec<Certificate>) -> Self {
        self.trust.timestamp_anchors = anchors;
        self
    }

    /// Adds revocation data beyond what signatures carry. It is checked like any other.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Vec<Evidence>) -> Self {
        self.trust.evidence.extend(evidence);
        self
    }

    /// Restricts trust to one realm: whatever the anchors, a live verifier finds no path from a development
    /// certificate, and a development verifier none from a live one.
    #[must_use]
    pub fn of_realm(mut self, realm: Realm) -> Self {
        self.trust.restrict(realm);
        self
    }

    /// Verifies a signed file in any format, as of `at`.
    ///
    /// # Errors
    /// When the bytes are not a signature of the profile, so that there is nothing to judge ([`Malformed::outcome`]).
    pub fn judge(&self, signed: Signed<'_>, at: DateTime<Utc>) -> Result<Verdict, Malformed> {
        Ok(self.weigh(&signed.read()?, at))
    }

    /// Verifies a detached signature over `payload` as of `at`, CAdES (CMS in DER) or JAdES (JWS).
    ///
    /// # Errors
    /// As [`Verifier::judge`].
    pub fn verify(&self, signature: &[u8], payload: &[u8], at: DateTime<Utc>) -> Result<Verdict, Malformed> {
        self.judge(Signed::Detached { signature, payload }, at)
    }

    /// Verifies a detached CAdES signature over `payload` as of `at`.
    ///
    /// # Errors
    /// As [`Verifier::judge`].
    pub fn verify_cades(
        &self,
        signature: &[u8],
        payload: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Verdict, Malformed> {
        Ok(self.weigh(&cades::read(signature, payload, cades::SigningTime::Attribute)?, at))
    }

    /// Verifies a detached JAdES signature (JWS, compact or in JSON) over `payload` as of `at`.
    ///
    /// # Errors
    /// As [`Verifier::judge`].
    pub fn verify_jades(
        &self,
        signature: &[u8],
        payload: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Verdict, Malformed> {
        Ok(self.weigh(&jades::read(signature, payload)?, at))
    }

    /// Verifies the one signature of a PDF, which must cover all of it but its security store, as of `at`.
    ///
    /// # Errors
    /// As [`Verifier::judge`].
    pub fn verify_pdf(&self, pdf: &[u8], at: DateTime<Utc>) -> Result<Verdict, Malformed> {
        self.judge(Signed::Pdf(pdf), at)
    }

    /// Verifies a container as of `at`; returns its files with the verdict.
    ///
    /// # Errors
    /// As [`Verifier::judge`].
    pub fn verify_container(
        &self,
        container: &[u8],
        at: DateTime<Utc>,
    ) -> Result<(Verdict, Vec<DataObject>), Malformed> {
        let verdict = self.judge(Signed::Container(container), at)?;
        Ok((verdict, Container::read(container)?.objects))
    }

    /// The certificates of the paths of a signature and of its time-stamps, each with its issuer: those whose revocation
    /// matters. Empty if no path leads to an anchor.
    ///
    /// # Errors
    /// As [`Verifier::judge`].
    pub fn links(
        &self,
        signed: Signed<'_>,
        at: DateTime<Utc>,
    ) -> Result<Vec<(Certificate, Certificate)>, Malformed> {
        let reading = signed.read()?;
        let case = Case::new(&self.trust, &reading, at);
        let owned =
            |(certificate, issuer): (&Certificate, &Certificate)| (certificate.clone(), issuer.clone());
        Ok(case.links().map(owned).collect())
    }

    /// Weighs a reading.
    fn weigh(&self, reading: &Reading, at: DateTime<Utc>) -> Verdict {
        Case::new(&self.trust, reading, at).verdict()
    }
}
