//! Any bytes are answered, and tell nothing about a certificate.
#![no_main]

use cazier_fuzz::signature::development_pki::Publisher;
use cazier_fuzz::signature::revocation::{Evidence, Status, status};
use cazier_fuzz::signature::{Certificate, ordered_chain};
use cazier_fuzz::{PKI, now};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let chain = ordered_chain(&PKI.seal_chain_pem).expect("a chain");
    let [seal, issuing] = &chain[..] else { unreachable!("a seal and its issuer") };
    if let Ok(evidence) = Evidence::from_bytes(bytes) {
        assert_eq!(status(seal, issuing, &[&evidence], now(), now()), Status::Unknown);
    }
    let _ = Certificate::from_der(bytes);
    let _ = Publisher::new(&PKI).expect("keys").ocsp(bytes, now(), &[]);
});
