//! Keys of development authorities.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

use super::DevelopmentPkiError;
use crate::certificate::Certificate;

/// A P-256 key and its certificate.
pub(crate) struct AuthorityKey {
    key: EcdsaKeyPair,
    random: SystemRandom,
    certificate: Certificate,
}

impl AuthorityKey {
    /// Loads a key (PKCS#8, PEM); refuses one that is not that of `certificate`.
    pub(crate) fn from_pem(
        key: &str,
        certificate: Option<&Certificate>,
    ) -> Result<Self, DevelopmentPkiError> {
        let random = SystemRandom::new();
        let block = pem::parse(key).map_err(|_| DevelopmentPkiError::Pem)?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, block.contents(), &random)
            .map_err(DevelopmentPkiError::Key)?;
        let certificate = certificate.filter(|certificate| {
            certificate.public_key().is_ok_and(|public| public.bytes() == key.public_key().as_ref())
        });
        let certificate = certificate.ok_or(DevelopmentPkiError::Mismatch)?.clone();
        Ok(Self { key, random, certificate })
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// ECDSA with SHA-256, in DER.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, DevelopmentPkiError> {
        let signature = self.key.sign(&self.random, message).map_err(|_| DevelopmentPkiError::Sign)?;
        Ok(signature.as_ref().to_vec())
    }
}

impl std::fmt::Debug for AuthorityKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorityKey").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}
