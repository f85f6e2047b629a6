use std::sync::LazyLock;

use super::trust::{ISSUING_CRL, PAYLOAD, PKI, ROOT_CRL, ROOT_PEM, VERIFIER, now};
use ades::revocation::Evidence;
use ades::timestamp::{DevelopmentAuthority, Request, Token};
use ades::{Certificate, cades};

const SIGNATURE: &[u8] = include_bytes!("../../seeds/cms/good-b-b.p7s");
const GOOD: &[u8] = include_bytes!("../../seeds/timestamp/good.token");

static REQUEST: LazyLock<Request> = LazyLock::new(|| Request::new(PAYLOAD, None).unwrap());
static AUTHORITY: LazyLock<DevelopmentAuthority> =
    LazyLock::new(|| DevelopmentAuthority::new(&PKI.timestamp_key_pem, &PKI.timestamp_chain_pem).unwrap());
static ANCHORS: LazyLock<Vec<Certificate>> = LazyLock::new(|| Certificate::all_from_pem(ROOT_PEM).unwrap());

/// RFC 3161: no bytes answer a request that was never sent, only the good token counts for a signature, and the
/// development authority answers any request.
pub fn timestamp(bytes: &[u8]) {
    assert!(REQUEST.check(bytes, PAYLOAD, &ANCHORS, now()).is_err());
    if let Ok(token) = Token::from_der(bytes)
        && let Ok(stamped) = cades::add_signature_timestamp(SIGNATURE, &token)
    {
        let evidence = [ROOT_CRL, ISSUING_CRL].map(|crl| Evidence::from_crl(crl).unwrap());
        let complete = cades::add_validation_data(&stamped, &[], &evidence).unwrap();
        let verdict = VERIFIER.verify_cades(&complete, PAYLOAD, now()).unwrap();
        assert!(!verdict.is_valid() || bytes == GOOD, "{verdict:?}");
    }
    AUTHORITY.respond(bytes, now()).expect("an answer, if only a refusal");
}
