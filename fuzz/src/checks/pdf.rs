use super::trust::{ISSUING_CRL, SEAL_VERIFIER, SEALER, VERIFIER, now};
use ades::Signed;
use ades::revocation::Evidence;

const GOOD: [&[u8]; 3] = [
    include_bytes!("../../seeds/pdf/good-b-b.pdf"),
    include_bytes!("../../seeds/pdf/good-b-t.pdf"),
    include_bytes!("../../seeds/pdf/good-b-lt.pdf"),
];

/// PAdES: only the good files are accepted, a file that can be sealed is accepted afterwards, and a file that can be
/// raised keeps its signed bytes.
pub fn pdf(bytes: &[u8]) {
    if let Ok(verdict) = VERIFIER.verify_pdf(bytes, now()) {
        assert!(!verdict.is_valid() || GOOD.contains(&bytes), "{verdict:?}");
    }
    if let Ok(sealed) = SEALER.seal_pdf(bytes, now()) {
        assert!(SEAL_VERIFIER.verify_pdf(&sealed, now()).unwrap().is_valid());
    }
    let evidence = [Evidence::from_crl(ISSUING_CRL).unwrap()];
    if let Ok(raised) = Signed::Pdf(bytes).with_validation_data(&[], &evidence) {
        let content = |pdf| Signed::Pdf(pdf).content_sha256().unwrap();
        assert_eq!(content(&raised), content(bytes));
    }
}
