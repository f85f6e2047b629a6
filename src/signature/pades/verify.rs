//! Verifying a signed PDF.

use chrono::{DateTime, Utc};

use super::read::SignedPdf;
use crate::signature::cades::{self, SigningTime};
use crate::signature::reading::{Malformed, Reading};
use crate::signature::verdict::{Format, Verdict};
use crate::signature::verify::Verifier;

impl Verifier {
    /// Verifies the one signature of a PDF, which must cover all of it, as of `at`.
    ///
    /// # Errors
    /// When the file is not such a PDF, so that there is nothing to judge.
    pub fn verify_pdf(&self, pdf: &[u8], at: DateTime<Utc>) -> Result<Verdict, Malformed> {
        let signed = SignedPdf::read(pdf)?;
        let reading = cades::read(&signed.cms, &signed.covered, SigningTime::Elsewhere(signed.time))?;
        Ok(self.judge(&Reading { format: Format::Pades, ..reading }, at))
    }
}
