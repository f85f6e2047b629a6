//! What the fuzz targets share: the module under test, a hierarchy of its own, and a payload.

#[path = "../../src/signature/mod.rs"]
pub mod signature;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use signature::development_pki::{self, DevelopmentPki};
use signature::{Certificate, Verifier};

/// What every signature is said to be over.
pub const PAYLOAD: &[u8] = b"{\"registration_number\":\"1234567/2026\"}";

/// The time of every verification: a run can be repeated.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default()
}

/// A hierarchy of this process.
pub static PKI: LazyLock<DevelopmentPki> =
    LazyLock::new(|| development_pki::create_publishing(now(), Some("http://127.0.0.1:1")).unwrap());

/// Trusts the hierarchy that the seeds in `corpus/` were made with as little as any other: nothing that a fuzzer finds
/// can pass.
pub static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let read = |pem: &str| Certificate::all_from_pem(pem).unwrap();
    Verifier::new(read(&PKI.root_pem), read(&PKI.issuing_pem))
});
