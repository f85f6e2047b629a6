//! Whom to believe when a database server shows a certificate, and who we are, if it asks.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::address::Address;
use super::error::TlsError;

/// Builds the client from `sslrootcert`, `sslcert` and `sslkey`.
///
/// # Errors
/// Fails if a file cannot be read or used.
pub(super) fn config(address: &Address) -> Result<Arc<ClientConfig>, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|_| TlsError::Authorities)?.with_root_certificates(authorities(address)?);
    Ok(Arc::new(match (address.get("sslcert"), address.get("sslkey")) {
        (None, None) => builder.with_no_client_auth(),
        (Some(certificate), Some(key)) => {
            let key = PrivateKeyDer::from_pem_file(key).map_err(|_| TlsError::Identity)?;
            builder.with_client_auth_cert(certificates(certificate), key).map_err(|_| TlsError::Identity)?
        }
        _ => return Err(TlsError::Identity),
    }))
}

/// Returns those of `sslrootcert`, otherwise (or for `system`) the system's.
fn authorities(address: &Address) -> Result<RootCertStore, TlsError> {
    let found = match address.get("sslrootcert").filter(|file| *file != "system") {
        Some(file) => certificates(file),
        None => rustls_native_certs::load_native_certs().certs,
    };
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(found);
    if usable == 0 { Err(TlsError::Authorities) } else { Ok(roots) }
}

/// Reads the certificates of a file; none if one of them cannot be read.
fn certificates(file: impl AsRef<Path>) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(file).and_then(Iterator::collect).unwrap_or_default()
}
