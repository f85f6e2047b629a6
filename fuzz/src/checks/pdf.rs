use super::trust::{SEAL_VERIFIER, SEALER, VERIFIER, now};

const GOOD: [&[u8]; 2] =
    [include_bytes!("../../seeds/pdf/good-b-b.pdf"), include_bytes!("../../seeds/pdf/good-dss.pdf")];

/// PAdES: nothing is accepted but the good files, and what can be sealed is accepted when it is.
pub fn pdf(bytes: &[u8]) {
    if let Ok(verdict) = VERIFIER.verify_pdf(bytes, now()) {
        assert!(!verdict.is_valid() || GOOD.contains(&bytes), "{verdict:?}");
    }
    if let Ok(sealed) = SEALER.seal_pdf(bytes, now()) {
        assert!(SEAL_VERIFIER.verify_pdf(&sealed, now()).unwrap().is_valid());
    }
}
