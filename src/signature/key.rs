//! Signing keys: ECDSA P-256 from a file, bound to the certificate that speaks for it.

use std::fmt;

use chrono::{DateTime, Utc};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair, Signature,
};
use thiserror::Error;
use zeroize::Zeroizing;

use super::certificate::{Certificate, CertificateError, Unfit};

/// A private key and its certificate chain, checked against each other.
pub struct SigningKey {
    asn1: EcdsaKeyPair,
    fixed: EcdsaKeyPair,
    random: SystemRandom,
    leaf: Certificate,
    issuers: Vec<Certificate>,
    root: Option<Certificate>,
}

/// Why a key was not taken. Never repeats key material.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Not PEM, or a block that is not `PRIVATE KEY`.
    #[error("the key file is not a PEM block \"PRIVATE KEY\" (unencrypted PKCS#8)")]
    Pem,
    /// Not PKCS#8, not P-256, or a private key that does not fit the public key beside it.
    #[error("not a PKCS#8 P-256 private key: {0}")]
    Pkcs8(String),
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
}

impl SigningKey {
    /// Loads a PKCS#8 key and its chain, both PEM, the leaf's certificate first.
    ///
    /// # Errors
    /// When the two do not belong together, or the leaf may not sign documents at `now`.
    pub fn from_pem(key: &str, chain: &str, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let block = pem::parse(key).ok().filter(|block| block.tag() == "PRIVATE KEY").ok_or(KeyError::Pem)?;
        Self::from_pkcs8(&Zeroizing::new(block.into_contents()), chain, now)
    }

    /// Loads a PKCS#8 key in DER and its chain in PEM, the leaf's certificate first.
    ///
    /// # Errors
    /// As [`SigningKey::from_pem`].
    pub fn from_pkcs8(key: &[u8], chain: &str, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let mut issuers = Certificate::all_from_pem(chain)?;
        check_order(&issuers)?;
        let leaf = issuers.remove(0);
        // The root is trusted by being known, never by being sent.
        let root = issuers.pop_if(|certificate| certificate.is_self_issued());
        let random = SystemRandom::new();
        let asn1 = key_pair(&ECDSA_P256_SHA256_ASN1_SIGNING, key, &random)?;
        let fixed = key_pair(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &random)?;
        check_leaf(&leaf, asn1.public_key().as_ref(), now)?;
        Ok(Self { asn1, fixed, random, leaf, issuers, root })
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

    /// Signs with the DER form of the signature value (CMS).
    pub(super) fn sign_asn1(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.asn1.sign(&self.random, message).map_err(|_| SignError::Key)
    }

    /// Signs with the r‖s form of the signature value (JWS).
    pub(super) fn sign_fixed(&self, message: &[u8]) -> Result<Signature, SignError> {
        self.fixed.sign(&self.random, message).map_err(|_| SignError::Key)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("leaf", &self.leaf).field("key", &"[redacted]").finish()
    }
}

fn key_pair(
    algorithm: &'static EcdsaSigningAlgorithm,
    pkcs8: &[u8],
    random: &SystemRandom,
) -> Result<EcdsaKeyPair, KeyError> {
    EcdsaKeyPair::from_pkcs8(algorithm, pkcs8, random).map_err(|error| KeyError::Pkcs8(error.to_string()))
}

fn check_order(chain: &[Certificate]) -> Result<(), KeyError> {
    let mut pairs = chain.iter().zip(chain.iter().skip(1));
    match pairs.find(|(certificate, issuer)| !certificate.is_issued_by(issuer)) {
        Some((certificate, _)) => Err(KeyError::ChainOrder(certificate.subject())),
        None => Ok(()),
    }
}

fn check_leaf(leaf: &Certificate, public_key: &[u8], now: DateTime<Utc>) -> Result<(), KeyError> {
    leaf.check_signer()?;
    if leaf.point()? != public_key {
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
