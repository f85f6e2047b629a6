use std::sync::LazyLock;

use super::trust::{ISSUING_CRL, PKI, SEAL_PEM, now};
use ades::development_pki::Publisher;
use ades::revocation::{Evidence, Status, status};
use ades::{Certificate, ordered_chain};

const GOOD: [&[u8]; 3] = [
    ISSUING_CRL,
    include_bytes!("../../seeds/revocation/good-revoked.crl"),
    include_bytes!("../../seeds/revocation/good.ocsp"),
];

static CHAIN: LazyLock<Vec<Certificate>> = LazyLock::new(|| ordered_chain(SEAL_PEM).unwrap());
static PUBLISHER: LazyLock<Publisher> = LazyLock::new(|| Publisher::new(&PKI).unwrap());

/// CRLs and OCSP responses: only the good ones count for a certificate. The development responder answers any request.
pub fn revocation(bytes: &[u8]) {
    let [seal, issuing] = &CHAIN[..] else { unreachable!("a seal and its issuer") };
    if let Ok(evidence) = Evidence::from_bytes(bytes) {
        let known = status(seal, issuing, &[&evidence], now(), now());
        assert!(known == Status::Unknown || GOOD.contains(&evidence.der()), "{known:?}");
    }
    let _ = PUBLISHER.ocsp(bytes, now(), &[]);
}
