//! Verifying: what the strict readers found, weighed against trust anchors at a given time.

use chrono::{DateTime, Utc};

use super::case::Case;
use crate::asic::{Container, DataObject};
use crate::certificate::Certificate;
use crate::development_pki::is_development;
use crate::reading::{Malformed, Reading};
use crate::realm::Realm;
use crate::revocation::Evidence;
use crate::signed::Signed;
use crate::validation::Verdict;
use crate::{cades, jades};

/// Verifies signatures of all formats against one set of trust anchors.
#[derive(Debug, Clone)]
pub struct Verifier {
    pub(crate) anchors: Vec<Certificate>,
    pub(crate) timestamp_anchors: Vec<Certificate>,
    pub(crate) intermediates: Vec<Certificate>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) realm: Option<Realm>,
}

impl Verifier {
    /// Trusts `anchors` (CA certificates) for signers and for time-stamps; `intermediates` may fill gaps in what
    /// signatures carry, untrusted.
    #[must_use]
    pub fn new(anchors: Vec<Certificate>, intermediates: Vec<Certificate>) -> Self {
        Self { timestamp_anchors: anchors.clone(), anchors, intermediates, evidence: Vec::new(), realm: None }
    }

    /// The same, trusting other anchors for time-stamps.
    #[must_use]
    pub fn with_timestamp_anchors(mut self, anchors: Vec<Certificate>) -> Self {
        self.timestamp_anchors = anchors;
        self
    }

    /// The same, knowing more about revocation than signatures carry. Evidence is checked like any other.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Vec<Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// The same, trusting one realm alone: whatever the anchors, a live verifier finds no way from a certificate for
    /// tests to one of them, and one for tests none from a live certificate.
    #[must_use]
    pub fn of_realm(mut self, realm: Realm) -> Self {
        let ours = |anchor: &Certificate| is_development(anchor) == (realm == Realm::Development);
        self.anchors.retain(ours);
        self.timestamp_anchors.retain(ours);
        self.realm = Some(realm);
        self
    }

    /// Verifies something signed, in any format, as of `at`.
    ///
    /// # Errors
    /// When the bytes are not such a signature at all, so that there is nothing to judge.
    pub fn judge(&self, signed: Signed<'_>, at: DateTime<Utc>) -> Result<Verdict, Malformed> {
        Ok(self.weigh(&signed.read()?, at))
    }

    /// Verifies a detached signature over `payload` as of `at`, in whichever format it is: CMS in DER, or JWS.
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

    /// Verifies a container as of `at`; the files in it come with the verdict.
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

    /// The certificates of the paths of a signature and of its time-stamps, each with its issuer: those whose
    /// revocation matters. Empty when nothing leads to an anchor.
    ///
    /// # Errors
    /// As [`Verifier::judge`].
    pub fn links(
        &self,
        signed: Signed<'_>,
        at: DateTime<Utc>,
    ) -> Result<Vec<(Certificate, Certificate)>, Malformed> {
        let reading = signed.read()?;
        let case = Case::new(self, &reading, at);
        let owned =
            |(certificate, issuer): (&Certificate, &Certificate)| (certificate.clone(), issuer.clone());
        Ok(case.links().map(owned).collect())
    }

    /// Weighs what a reader found.
    fn weigh(&self, reading: &Reading, at: DateTime<Utc>) -> Verdict {
        Case::new(self, reading, at).verdict()
    }
}
