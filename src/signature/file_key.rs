//! A private key out of a PKCS#8 file, encrypted or not, kept in memory; ring signs with it.

use pkcs8::EncryptedPrivateKeyInfoRef;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair,
};
use zeroize::Zeroizing;

use super::key::{KeyError, SignError};
use super::private_key::{Curve, PrivateKey};

/// A key in memory.
pub struct FileKey {
    pair: EcdsaKeyPair,
    curve: Curve,
    random: SystemRandom,
}

impl FileKey {
    /// Reads a PKCS#8 key in PEM. An encrypted one (PBES2, as OpenSSL writes it: PBKDF2 or scrypt, with AES-CBC)
    /// needs its passphrase; for any other the passphrase is not looked at.
    ///
    /// # Errors
    /// When it is not such a file, or the passphrase is missing or wrong.
    pub fn from_pem(text: &str, passphrase: Option<&str>) -> Result<Self, KeyError> {
        let block = pem::parse(text).map_err(|_| KeyError::Pem)?;
        let encrypted = match block.tag() {
            "PRIVATE KEY" => false,
            "ENCRYPTED PRIVATE KEY" => true,
            _ => return Err(KeyError::Pem),
        };
        let contents = Zeroizing::new(block.into_contents());
        if !encrypted {
            return Self::from_pkcs8(&contents);
        }
        let info = EncryptedPrivateKeyInfoRef::try_from(contents.as_slice());
        let info = info.map_err(|error| KeyError::Pkcs8(error.to_string()))?;
        // The library's own reason says no more, and which of the two it is cannot be told.
        let decrypted =
            info.decrypt(passphrase.ok_or(KeyError::NoPassphrase)?).map_err(|_| KeyError::Passphrase)?;
        Self::from_pkcs8(decrypted.as_bytes())
    }

    /// Reads a PKCS#8 key in DER.
    ///
    /// # Errors
    /// When it is not an ECDSA key over P-256 or P-384.
    pub fn from_pkcs8(key: &[u8]) -> Result<Self, KeyError> {
        let random = SystemRandom::new();
        let pair =
            |algorithm: &'static EcdsaSigningAlgorithm| EcdsaKeyPair::from_pkcs8(algorithm, key, &random);
        let (curve, pair) = match pair(&ECDSA_P256_SHA256_FIXED_SIGNING) {
            Ok(pair) => (Curve::P256, pair),
            Err(not_p256) => match pair(&ECDSA_P384_SHA384_FIXED_SIGNING) {
                Ok(pair) => (Curve::P384, pair),
                Err(_) => return Err(KeyError::Pkcs8(not_p256.to_string())),
            },
        };
        Ok(Self { pair, curve, random })
    }
}

impl PrivateKey for FileKey {
    fn curve(&self) -> Curve {
        self.curve
    }

    fn point(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = self.pair.sign(&self.random, message).map_err(|_| SignError::Key)?;
        Ok(signature.as_ref().to_vec())
    }
}
