//! The certificates for the connection to the simulated registers, new at each start, by an authority whose key nobody
//! keeps.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::registry::Mutual;

/// An authority and the certificates of both sides, in PEM.
pub struct SandboxCertificates {
    authority: String,
    server: (String, String),
    client: (String, String),
}

/// Why there are no certificates.
#[derive(Debug, thiserror::Error)]
pub enum SandboxCertificatesError {
    /// They could not be made.
    #[error("could not make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// They could not be parsed.
    #[error("could not read a certificate: {0}")]
    Read(#[from] rustls::pki_types::pem::Error),
    /// TLS does not accept them.
    #[error("could not use a certificate: {0}")]
    Use(#[from] rustls::Error),
    /// TLS does not accept the authority.
    #[error("could not use the authority: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

type Result<T> = std::result::Result<T, SandboxCertificatesError>;

impl SandboxCertificates {
    /// Makes new ones, for a server on this machine.
    ///
    /// # Errors
    /// Fails if the machine has no randomness.
    pub fn create() -> Result<Self> {
        let mut params = named("sandbox registers TEST authority")?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let leaf = |name: &str, usage: ExtendedKeyUsagePurpose| -> Result<(String, String)> {
            let mut params = named(name)?;
            params.subject_alt_names =
                CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?.subject_alt_names;
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![usage];
            let key = KeyPair::generate()?;
            Ok((params.signed_by(&key, &authority)?.pem(), key.serialize_pem()))
        };
        Ok(Self {
            server: leaf("sandbox registers TEST server", ExtendedKeyUsagePurpose::ServerAuth)?,
            client: leaf("sandbox registers TEST client", ExtendedKeyUsagePurpose::ClientAuth)?,
            authority: authority.pem(),
        })
    }

    /// Returns the client's part: what `CAZIER_REGISTER_AUTHORITY` and `CAZIER_REGISTER_IDENTITY` name in production.
    #[must_use]
    pub fn client(&self) -> Mutual {
        Mutual {
            authority: self.authority.clone().into_bytes(),
            identity: format!("{}{}", self.client.0, self.client.1).into_bytes(),
        }
    }

    /// Configures TLS to require a certificate of the authority from every client.
    ///
    /// # Errors
    /// Fails if TLS does not accept the certificates.
    pub fn server(&self) -> Result<ServerConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.authority.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build()?;
        let chain = vec![CertificateDer::from_pem_slice(self.server.0.as_bytes())?];
        let key = PrivateKeyDer::from_pem_slice(self.server.1.as_bytes())?;
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        Ok(config.with_client_cert_verifier(verifier).with_single_cert(chain, key)?)
    }
}

fn named(name: &str) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::OrganizationName, "cazier development");
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}
