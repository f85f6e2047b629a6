//! What the modules promise together; the real `openssl` is asked too.

mod byte_flips;
mod certificates;
mod hostile;
mod keys;
mod openssl;
mod realms;
mod requests;
mod round_trip;
mod softhsm;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::development_pki::{self, DevelopmentPki};
use super::{Certificate, Sealed, Sealer, SigningKey, Verifier};

const PAYLOAD: &[u8] = br#"{"registration_number":"1234567/2026","result":"clean"}"#;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap()
}

fn days(count: i64) -> TimeDelta {
    TimeDelta::days(count)
}

fn key(pki: &DevelopmentPki) -> SigningKey {
    SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, now()).unwrap()
}

fn sealer(pki: &DevelopmentPki) -> Sealer {
    Sealer::new(Arc::new(key(pki))).unwrap()
}

fn verifier(pki: &DevelopmentPki) -> Verifier {
    Verifier::new(Certificate::all_from_pem(&pki.root_pem).unwrap(), Vec::new())
}

fn seal(sealer: &Sealer) -> Sealed {
    sealer.seal(PAYLOAD, &mime::APPLICATION_JSON, now()).unwrap()
}

fn new_pki() -> DevelopmentPki {
    development_pki::create(now()).unwrap()
}
