//! Gauges that a node updates by itself.

use std::path::Path;
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::task::JoinHandle;
use data_encoding::HEXLOWER;

use super::Parts;
use crate::config::Config;
use crate::db::schema_version;
use crate::server::health;
use crate::telemetry;
use ades::Certificate;

/// The pause between two updates of the pool's gauges.
const PAUSE: Duration = Duration::from_secs(5);

/// Updates the gauges until both tasks are aborted.
#[must_use]
pub fn watch(config: &Config, parts: &Parts) -> [JoinHandle<()>; 2] {
    telemetry::build(schema_version::newest());
    certificates(config, parts);
    let (db, most) = (parts.state.db.clone(), config.database_pool.get());
    let pool = async move {
        loop {
            let usage = db.usage();
            telemetry::database(usage.in_use, usage.idle, usage.waiting, most);
            rt::time::sleep(PAUSE).await;
        }
    };
    [rt::spawn(pool), rt::spawn(health::watch(parts.watched()))]
}

/// Records when each certificate of this node expires.
fn certificates(config: &Config, parts: &Parts) {
    for held in parts.seals.held() {
        let path: Vec<&Certificate> = held.sealer.key().path().collect();
        for (place, certificate) in path.iter().enumerate() {
            let role = match place {
                0 => "seal",
                _ if place + 1 == path.len() => "root",
                _ => "issuer",
            };
            tell(role, certificate);
        }
    }
    for (role, file) in [
        ("register_identity", &config.register_identity),
        ("register_authority", &config.register_authority),
        ("timestamps", &config.tsa_trust),
    ] {
        file.iter().flat_map(|path| in_file(path)).for_each(|certificate| tell(role, &certificate));
    }
}

/// Reads the certificates of a file that was read before, skipping our own key.
fn in_file(path: &Path) -> Vec<Certificate> {
    let certificates = std::fs::read_to_string(path).ok().and_then(|text| beside_keys(&text));
    certificates.unwrap_or_else(|| {
        log::warn!("metrics: cannot tell when the certificates of {} expire", path.display());
        Vec::new()
    })
}

/// Reads the certificates of a PEM file that may also hold a key; `None` if there are none, or one is invalid.
fn beside_keys(pem: &str) -> Option<Vec<Certificate>> {
    let blocks = pem::parse_many(pem).ok()?.into_iter().filter(|block| block.tag() == "CERTIFICATE");
    let certificates: Vec<Certificate> =
        blocks.map(|block| Certificate::from_der(block.contents())).collect::<Result<_, _>>().ok()?;
    (!certificates.is_empty()).then_some(certificates)
}

fn tell(role: &'static str, certificate: &Certificate) {
    let mut fingerprint = HEXLOWER.encode(&certificate.fingerprint());
    fingerprint.truncate(16);
    telemetry::certificate_ends(role, fingerprint, certificate.not_after().timestamp());
}

#[cfg(test)]
mod tests {
    use super::*;
    use ades::development_pki;

    #[test]
    fn certificates_are_found_beside_their_key() {
        let pki = development_pki::create(chrono::Utc::now()).unwrap();
        let (chain, key) = (pki.seal_chain_pem.as_str(), pki.seal_key_pem.as_str());
        let alone = beside_keys(chain).unwrap();
        for pem in [format!("{chain}{key}"), format!("{key}{chain}")] {
            let ends = |found: &[Certificate]| found.iter().map(Certificate::not_after).collect::<Vec<_>>();
            assert_eq!(ends(&beside_keys(&pem).unwrap()), ends(&alone));
        }
        assert!(beside_keys(key).is_none(), "nothing there says when anything ends");
    }
}
