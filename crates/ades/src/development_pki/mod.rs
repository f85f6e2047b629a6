//! A certificate hierarchy for development and tests: root CA → issuing CA → seal, time-stamp authority, OCSP responder.
//! [`Publisher`] signs what its authorities say about revocation. Needs the feature `development-pki`.
//!
//! Every name says what it is (`O=ades development`, `CN=ades TEST seal – not valid in law`), every certificate asserts
//! a policy that RFC 7229 reserves for tests, and none makes a statement of qualification (EN 319 412-5).
//! [`crate::is_development`] recognises them, so that a live service can refuse them.
//!
//! ```
//! use ades::development_pki::Hierarchy;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pki = Hierarchy::named("example").publishing_at("http://127.0.0.1:8090/pki").create(chrono::Utc::now())?;
//! let root = &ades::Certificate::all_from_pem(&pki.root_pem)?[0];
//! assert_eq!(root.subject(), "CN=example TEST root CA,O=example development");
//! assert!(ades::is_development(root));
//! # Ok(())
//! # }
//! ```

mod authority_key;
mod error;
mod profiles;
mod publisher;

pub(crate) use authority_key::AuthorityKey;
pub use error::DevelopmentPkiError;
pub use publisher::{Publisher, Revoked};

use std::fmt;

use chrono::{DateTime, Utc};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair, PKCS_ECDSA_P256_SHA256};

use profiles::Profiles;

/// A hierarchy: certificates and keys in PEM, ready to be written to files.
#[derive(Clone)]
pub struct DevelopmentPki {
    /// The root's certificate: the trust anchor of tests.
    pub root_pem: String,
    /// The issuing CA's certificate.
    pub issuing_pem: String,
    /// The seal's certificate, then the issuing CA's.
    pub seal_chain_pem: String,
    /// The seal's private key, PKCS#8.
    pub seal_key_pem: String,
    /// The time-stamp authority's certificate, then the issuing CA's.
    pub timestamp_chain_pem: String,
    /// The time-stamp authority's private key, PKCS#8.
    pub timestamp_key_pem: String,
    /// The certificate of the responder that answers for the issuing CA.
    pub responder_pem: String,
    /// That responder's private key, PKCS#8.
    pub responder_key_pem: String,
    /// The root's private key, PKCS#8: its lists of revoked certificates are signed with it.
    pub root_key_pem: String,
    /// The issuing CA's private key, PKCS#8.
    pub issuing_key_pem: String,
}

/// How a hierarchy is named, and where its revocation data is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    name: String,
    revocation: Option<String>,
}

impl Default for Hierarchy {
    /// Named `ades`; publishes nothing.
    fn default() -> Self {
        Self::named("ades")
    }
}

impl Hierarchy {
    /// Begins every name with `name`: `O=<name> development`, `CN=<name> TEST …`. Publishes nothing.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), revocation: None }
    }

    /// Puts addresses below `address` (such as `http://127.0.0.1:8090/pki`) into the certificates: `root.crl`,
    /// `issuing.crl` and `ocsp`.
    #[must_use]
    pub fn publishing_at(mut self, address: &str) -> Self {
        self.revocation = Some(address.to_owned());
        self
    }

    /// Makes a hierarchy with new keys (P-256): its CAs are valid for ten years from `now`, the others for one.
    ///
    /// # Errors
    /// When the random generator fails, or `now` lies before 1970.
    pub fn create(&self, now: DateTime<Utc>) -> Result<DevelopmentPki, DevelopmentPkiError> {
        let profiles = Profiles { name: &self.name, revocation: self.revocation.as_deref(), now };
        let root = CertifiedIssuer::self_signed(profiles.root()?, new_key()?)?;
        let issuing = CertifiedIssuer::signed_by(profiles.issuing()?, new_key()?, &root)?;
        let issue = |params: CertificateParams| {
            let key = new_key()?;
            Ok::<_, rcgen::Error>((params.signed_by(&key, &issuing)?.pem(), key.serialize_pem()))
        };
        let (seal, seal_key_pem) = issue(profiles.seal()?)?;
        let (timestamp, timestamp_key_pem) = issue(profiles.timestamp_authority()?)?;
        let (responder_pem, responder_key_pem) = issue(profiles.responder()?)?;
        Ok(DevelopmentPki {
            root_pem: root.pem(),
            issuing_pem: issuing.pem(),
            seal_chain_pem: seal + &issuing.pem(),
            seal_key_pem,
            timestamp_chain_pem: timestamp + &issuing.pem(),
            timestamp_key_pem,
            responder_pem,
            responder_key_pem,
            root_key_pem: root.key().serialize_pem(),
            issuing_key_pem: issuing.key().serialize_pem(),
        })
    }
}

/// Makes a hierarchy with the default [`Hierarchy`].
///
/// # Errors
/// As [`Hierarchy::create`].
pub fn create(now: DateTime<Utc>) -> Result<DevelopmentPki, DevelopmentPkiError> {
    Hierarchy::default().create(now)
}

impl fmt::Debug for DevelopmentPki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevelopmentPki").field("seal_key_pem", &"[redacted]").finish_non_exhaustive()
    }
}

fn new_key() -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
}
