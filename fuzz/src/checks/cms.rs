use super::trust::{ISSUING_CRL, PAYLOAD, VERIFIER, now};
use ades::revocation::Evidence;
use ades::{Signed, cades};

const GOOD: [&[u8]; 3] = [
    include_bytes!("../../seeds/cms/good-b-b.p7s"),
    include_bytes!("../../seeds/cms/good-b-t.p7s"),
    include_bytes!("../../seeds/cms/good-b-lt.p7s"),
];

/// CAdES: only the good files are accepted, and a file that can be raised keeps its signature value.
pub fn cms(bytes: &[u8]) {
    if let Ok(verdict) = VERIFIER.verify_cades(bytes, PAYLOAD, now()) {
        assert!(!verdict.is_valid() || GOOD.contains(&bytes), "{verdict:?}");
    }
    let _ = VERIFIER.links(Signed::Detached { signature: bytes, payload: PAYLOAD }, now());
    let evidence = [Evidence::from_crl(ISSUING_CRL).unwrap()];
    if let Ok(raised) = cades::add_validation_data(bytes, &[], &evidence) {
        let value = |bytes| cades::signature_value(bytes).map(<[u8]>::to_vec).unwrap();
        assert_eq!(value(&raised), value(bytes));
    }
}
