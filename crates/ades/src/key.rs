//! Signing keys: a private key bound to the certificate that speaks for it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::algorithm::{Encoding, Scheme, SignatureAlgorithm};
use super::certificate::{Certificate, CertificateError, Unfit};
use super::file_key::FileKey;
use super::private_key::{PrivateKey, to_asn1};
use super::statement::Statement;

/// A private key and its certificate chain, checked against each other.
pub struct SigningKey {
    private: Box<dyn PrivateKey>,
    leaf: Certificate,
    issuers: Vec<Certificate>,
    root: Option<Certificate>,
    stopped: AtomicBool,
}

/// Why a key was not taken. Never repeats key material.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Not PEM, or a block of something else.
    #[error("the key file is not a PEM block \"PRIVATE KEY\" or \"ENCRYPTED PRIVATE KEY\" (PKCS#8)")]
    Pem,
    /// Not PKCS#8, of no accepted kind, or a private key that does not fit the public key beside it.
    #[error("not a PKCS#8 key of ECDSA over P-256 or P-384 or of RSA from 2048 bits: {0}")]
    Pkcs8(String),
    /// The file is encrypted, and there is nothing to open it with.
    #[error("the key file is encrypted, and no passphrase is given")]
    NoPassphrase,
    /// A new key could not be made.
    #[error("a key could not be made; those of RSA are made by `openssl genpkey`")]
    Generation,
    /// The passphrase does not open the file.
    #[error("the passphrase does not open the key file")]
    Passphrase,
    /// The device does not lead to the key.
    #[error("the device: {0}")]
    Device(String),
    /// A key in a device that is of another kind.
    #[error("the key in the device is not one of ECDSA over P-256 or P-384 or of RSA")]
    Kind,
    /// The chain does not decode.
    #[error("the certificate chain: {0}")]
    Chain(#[from] CertificateError),
    /// Leaf first, then its issuer, then the issuer's: this one breaks the order.
    #[error("in the certificate chain, {0} was not issued by the certificate after it")]
    ChainOrder(String),
    /// The certificate is another key's.
    #[error("the certificate's public key is not that of the private key")]
    Mismatch,
    /// The validity period has not begun.
    #[error("the certificate is not valid before {0}")]
    NotYetValid(DateTime<Utc>),
    /// The validity period is over.
    #[error("the certificate expired at {0}")]
    Expired(DateTime<Utc>),
    /// The certificate is not meant for signing documents.
    #[error("the certificate may not sign documents: {0}")]
    Unfit(#[from] Unfit),
    /// A signature made for a trial could not be made.
    #[error("a trial signature: {0}")]
    Trial(#[from] SignError),
    /// A signature made for a trial does not verify.
    #[error("a trial signature does not verify under the certificate")]
    Unsound,
}

/// Why nothing was signed.
#[derive(Debug, Error)]
pub enum SignError {
    /// A part of the signature could not be encoded.
    #[error("could not encode the signature: {0}")]
    Encoding(#[from] der::Error),
    /// The JWS header could not be written.
    #[error("could not write the header: {0}")]
    Header(#[from] serde_json::Error),
    /// A signing time before 1970 or after 9999 cannot be written.
    #[error("the signing time cannot be written")]
    Time,
    /// The key refused; ring says no more.
    #[error("the key could not sign")]
    Key,
    /// The device failed or did not answer in time.
    #[error("the device could not sign: {0}")]
    Device(String),
    /// The key signed something that does not verify, and signs no more.
    #[error("the key was stopped, because a signature of it did not verify")]
    Stopped,
}

/// What a trial signature is over.
const TRIAL: &[u8] = b"cazier: does this key fit its certificate?";

impl SigningKey {
    /// Loads an unencrypted PKCS#8 key and its chain, both PEM, the leaf's certificate first.
    ///
    /// # Errors
    /// When the two do not belong together, or the leaf may not sign documents at `now`.
    pub fn from_pem(key: &str, chain: &str, now: DateTime<Utc>) -> Result<Self, KeyError> {
        Self::new(Box::new(FileKey::from_pem(key, None)?), chain, now)
    }

    /// Binds a private key to its chain in PEM, the leaf's certificate first: compares the public keys, and makes
    /// and verifies a signature for a trial.
    ///
    /// # Errors
    /// As [`SigningKey::from_pem`].
    pub fn new(private: Box<dyn PrivateKey>, chain: &str, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let mut issuers = ordered_chain(chain)?;
        let leaf = issuers.remove(0);
        // The root is trusted by being known, never by being sent.
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

    /// The whole path, leaf first, with the root where the chain came with it: what a relying party may trust.
    pub fn path(&self) -> impl Iterator<Item = &Certificate> {
        self.chain().chain(&self.root)
    }

    /// Whether signing waits for a device, so that it must not hold up a thread of an async runtime.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.private.is_remote()
    }

    /// Asks, without signing, whether the key could sign.
    ///
    /// # Errors
    /// Why it could not.
    pub fn ping(&self) -> Result<(), SignError> {
        self.check_running()?;
        self.private.ping()
    }

    /// Whether a signature of it was found not to verify.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// Lets it sign no more, for as long as the process lives: called when something that it signed does not verify.
    /// A faulty ECDSA signature can betray the key.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// How this key signs.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.private.algorithm()
    }

    /// Signs with the signature value of CMS: in DER for ECDSA.
    pub(super) fn sign_asn1(&self, message: &[u8]) -> Result<Box<[u8]>, SignError> {
        let value = self.sign_fixed(message)?;
        if matches!(self.algorithm().scheme(), Scheme::Ecdsa(_)) { to_asn1(&value) } else { Ok(value) }
    }

    /// Signs with the signature value of JWS: r‖s for ECDSA.
    pub(super) fn sign_fixed(&self, message: &[u8]) -> Result<Box<[u8]>, SignError> {
        self.check_running()?;
        Ok(self.private.sign(message)?.into_boxed_slice())
    }

    /// Adds its signature to a statement of this kind.
    pub(super) fn sign_statement(&self, statement: &mut Statement, typ: &str) -> Result<(), SignError> {
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
