//! Signing keys: a private key with its certificate.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};

use crate::algorithm::{Encoding, Scheme, SignatureAlgorithm};
use crate::certificate::Certificate;
use crate::statement::Statement;

use super::{FileKey, KeyError, PrivateKey, SignError, to_asn1};

/// A private key and its certificate chain, checked against each other.
pub struct SigningKey {
    private: Box<dyn PrivateKey>,
    leaf: Certificate,
    issuers: Vec<Certificate>,
    root: Option<Certificate>,
    stopped: AtomicBool,
}

/// The payload of trial signatures.
const TRIAL: &[u8] = b"ades: does this key fit its certificate?";

impl SigningKey {
    /// Loads an unencrypted PKCS#8 key and its chain, both PEM, leaf first.
    ///
    /// # Errors
    /// When the two do not belong together, or the leaf may not sign documents at `now`.
    pub fn from_pem(key: &str, chain: &str, now: DateTime<Utc>) -> Result<Self, KeyError> {
        Self::new(Box::new(FileKey::from_pem(key, None)?), chain, now)
    }

    /// Binds a private key to its chain (PEM, leaf first): compares the public keys, then makes and verifies a trial
    /// signature.
    ///
    /// # Errors
    /// As [`SigningKey::from_pem`].
    pub fn new(private: Box<dyn PrivateKey>, chain: &str, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let mut issuers = ordered_chain(chain)?;
        let leaf = issuers.remove(0);
        // A root is trusted because it is known, never because it is sent.
        let root = issuers.pop_if(|certificate| certificate.is_self_issued());
        check_leaf(&leaf, private.as_ref(), now)?;
        let value = private.sign(TRIAL)?;
        if !leaf.public_key()?.verify(private.algorithm().scheme(), Encoding::Fixed, TRIAL, &value) {
            return Err(KeyError::Unsound);
        }
        Ok(Self { private, leaf, issuers, root, stopped: AtomicBool::new(false) })
    }

    /// The signer's certificate.
    #[must_use]
    pub fn leaf(&self) -> &Certificate {
        &self.leaf
    }

    /// The signer's certificate and its issuers', leaf first, without the root.
    pub fn chain(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(&self.leaf).chain(&self.issuers)
    }

    /// The whole path, leaf first, with the root if the chain came with it.
    pub fn path(&self) -> impl Iterator<Item = &Certificate> {
        self.chain().chain(&self.root)
    }

    /// Whether signing waits for a device: then it must not block a thread of an async runtime.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.private.is_remote()
    }

    /// Checks, without signing, whether the key could sign.
    ///
    /// # Errors
    /// Why the key could not sign.
    pub fn ping(&self) -> Result<(), SignError> {
        self.check_running()?;
        self.private.ping()
    }

    /// Whether the key was stopped ([`SigningKey::stop`]).
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// Stops the key for as long as the process lives. [`crate::Sealer`] calls it when a signature does not verify: a
    /// faulty ECDSA signature can betray the key.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// The algorithm that the key signs with.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.private.algorithm()
    }

    /// Signs; returns the signature value of CMS: in DER for ECDSA.
    pub(crate) fn sign_asn1(&self, message: &[u8]) -> Result<Box<[u8]>, SignError> {
        let value = self.sign_fixed(message)?;
        if matches!(self.algorithm().scheme(), Scheme::Ecdsa(_)) { to_asn1(&value) } else { Ok(value) }
    }

    /// Signs; returns the signature value of JWS: r‖s for ECDSA.
    pub(crate) fn sign_fixed(&self, message: &[u8]) -> Result<Box<[u8]>, SignError> {
        self.check_running()?;
        Ok(self.private.sign(message)?.into_boxed_slice())
    }

    /// Adds the signature of the key to a statement of type `typ`.
    pub(crate) fn sign_statement(&self, statement: &mut Statement, typ: &str) -> Result<(), SignError> {
        self.check_running()?;
        statement.sign(self.private.as_ref(), typ)
    }

    fn check_running(&self) -> Result<(), SignError> {
        if self.is_stopped() { Err(SignError::Stopped) } else { Ok(()) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("leaf", &self.leaf).field("key", &"[redacted]").finish()
    }
}

/// Reads a chain in PEM, each certificate issued by the next.
///
/// # Errors
/// When one does not decode, or the order is broken.
pub fn ordered_chain(pem: &str) -> Result<Vec<Certificate>, KeyError> {
    let chain = Certificate::all_from_pem(pem)?;
    let mut pairs = chain.iter().zip(chain.iter().skip(1));
    match pairs.find(|(certificate, issuer)| !certificate.is_issued_by(issuer)) {
        Some((certificate, _)) => Err(KeyError::ChainOrder(certificate.subject())),
        None => Ok(chain),
    }
}

fn check_leaf(leaf: &Certificate, key: &dyn PrivateKey, now: DateTime<Utc>) -> Result<(), KeyError> {
    leaf.check_signer()?;
    if leaf.public_key()?.bytes() != key.public_key() {
        return Err(KeyError::Mismatch);
    }
    if now < leaf.not_before() {
        return Err(KeyError::NotYetValid(leaf.not_before()));
    }
    // The last second is refused too: a signature made in it would be verified after it.
    if now >= leaf.not_after() {
        return Err(KeyError::Expired(leaf.not_after()));
    }
    Ok(())
}
