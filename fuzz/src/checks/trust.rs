//! The hierarchy of the seeds, and one of this process, which signs.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Utc};

use ades::development_pki::{self, DevelopmentPki};
use ades::revocation::Evidence;
use ades::{Certificate, Sealer, SigningKey, Verifier};

/// The payload of the signatures among the seeds.
pub const PAYLOAD: &[u8] = b"{\"invoice\":\"1234567/2026\"}";

/// The root's certificate and the issuing CA's.
pub(super) const ROOT_PEM: &str = include_str!("../../seeds/trust/root.pem");
pub(super) const ISSUING_PEM: &str = include_str!("../../seeds/trust/issuing.pem");
/// The seal's certificate and its issuer's.
pub(super) const SEAL_PEM: &str = include_str!("../../seeds/trust/seal.pem");
pub(super) const ROOT_CRL: &[u8] = include_bytes!("../../seeds/trust/root.crl");
pub(super) const ISSUING_CRL: &[u8] = include_bytes!("../../seeds/revocation/good-issuing.crl");

/// The time of every verification and of the seeds, so that a run can be repeated.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default()
}

/// Trusts the hierarchy of the seeds and has all revocation data itself: then no part of a file is needed, which is the
/// harder case.
pub(super) static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let evidence = [ROOT_CRL, ISSUING_CRL].map(|crl| Evidence::from_crl(crl).unwrap());
    let read = |pem: &str| Certificate::all_from_pem(pem).unwrap();
    Verifier::new(read(ROOT_PEM), read(ISSUING_PEM)).with_evidence(evidence.into())
});

/// A hierarchy of this process, whose keys are known.
pub(super) static PKI: LazyLock<DevelopmentPki> = LazyLock::new(|| development_pki::create(now()).unwrap());

/// Seals with its key.
pub(super) static SEALER: LazyLock<Sealer> = LazyLock::new(|| {
    let key = SigningKey::from_pem(&PKI.seal_key_pem, &PKI.seal_chain_pem, now()).unwrap();
    Sealer::new(Arc::new(key)).unwrap()
});

/// Trusts it.
pub(super) static SEAL_VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new(Certificate::all_from_pem(&PKI.root_pem).unwrap(), Vec::new()));
