//! A private key from a PKCS#8 file, encrypted or not, kept in memory; ring signs with it.

use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use zeroize::Zeroizing;

use crate::algorithm::SignatureAlgorithm;

use super::{KeyError, PrivateKey, RsaScheme, SignError};

/// PBKDF2 iterations for a new file.
const ROUNDS: u32 = 600_000;

/// A key in memory.
pub struct FileKey {
    pair: Pair,
    random: SystemRandom,
}

enum Pair {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Rsa(RsaKeyPair, RsaScheme),
}

impl FileKey {
    /// Reads a PKCS#8 key in PEM. An encrypted one (PBES2, as OpenSSL writes it: PBKDF2 or scrypt, with AES-CBC)
    /// needs its passphrase; otherwise the passphrase is ignored.
    ///
    /// # Errors
    /// When the text is not such a key, or the passphrase is missing or wrong.
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
        let info = info.map_err(KeyError::Encrypted)?;
        // Whether the passphrase or the file is wrong cannot be told.
        let decrypted =
            info.decrypt(passphrase.ok_or(KeyError::NoPassphrase)?).map_err(|_| KeyError::Passphrase)?;
        Self::from_pkcs8(decrypted.as_bytes())
    }

    /// Reads a PKCS#8 key in DER.
    ///
    /// # Errors
    /// When the key is neither ECDSA over P-256 or P-384, nor RSA from 2048 bits.
    pub fn from_pkcs8(key: &[u8]) -> Result<Self, KeyError> {
        let random = SystemRandom::new();
        let ecdsa = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, key, &random);
        let pair = ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::P256);
        let pair = pair.or_else(|_| ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Pair::P384));
        let pair =
            pair.or_else(|_| RsaKeyPair::from_pkcs8(key).map(|pair| Pair::Rsa(pair, RsaScheme::default())));
        Ok(Self { pair: pair.map_err(KeyError::Pkcs8)?, random })
    }

    /// Sets the scheme that the key signs with, if it is an RSA key.
    #[must_use]
    pub fn signing_rsa_by(mut self, scheme: RsaScheme) -> Self {
        if let Pair::Rsa(_, by) = &mut self.pair {
            *by = scheme;
        }
        self
    }

    fn sign_rsa(&self, pair: &RsaKeyPair, scheme: RsaScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let encoding: &'static dyn RsaEncoding = match scheme {
            RsaScheme::Pss => &RSA_PSS_SHA256,
            RsaScheme::Pkcs1 => &RSA_PKCS1_SHA256,
        };
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(encoding, &self.random, message, &mut signature).map_err(|_| SignError::Key)?;
        Ok(signature)
    }
}

/// Generates a key and returns it in PEM, encrypted as `openssl pkcs8 -topk8 -v2 aes-256-cbc` does.
///
/// # Errors
/// When there are no random numbers, or for RSA: `openssl genpkey` makes such keys.
pub fn generate_encrypted(algorithm: SignatureAlgorithm, passphrase: &str) -> Result<String, KeyError> {
    let failed = |_| KeyError::Random;
    let curve: &'static EcdsaSigningAlgorithm = match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        SignatureAlgorithm::EcdsaP384Sha384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        SignatureAlgorithm::RsaPkcs1Sha256 | SignatureAlgorithm::RsaPssSha256 => {
            return Err(KeyError::Generation);
        }
    };
    let (random, mut salt, mut iv) = (SystemRandom::new(), [0; 16], [0; 16]);
    random.fill(&mut salt).and_then(|()| random.fill(&mut iv)).map_err(failed)?;
    let document = EcdsaKeyPair::generate_pkcs8(curve, &random).map_err(failed)?;
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv);
    let parameters = parameters.map_err(|error| KeyError::Encryption(error.into()))?;
    let info = PrivateKeyInfoRef::try_from(document.as_ref()).map_err(KeyError::Encryption)?;
    let encrypted = info.encrypt_with_params(parameters, passphrase).map_err(KeyError::Encryption)?;
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Ok(pem::encode_config(&pem::Pem::new("ENCRYPTED PRIVATE KEY", encrypted.as_bytes()), config))
}

impl PrivateKey for FileKey {
    fn algorithm(&self) -> SignatureAlgorithm {
        match &self.pair {
            Pair::P256(_) => SignatureAlgorithm::EcdsaP256Sha256,
            Pair::P384(_) => SignatureAlgorithm::EcdsaP384Sha384,
            Pair::Rsa(_, scheme) => scheme.algorithm(),
        }
    }

    fn public_key(&self) -> &[u8] {
        match &self.pair {
            Pair::P256(pair) | Pair::P384(pair) => pair.public_key().as_ref(),
            Pair::Rsa(pair, _) => pair.public().as_ref(),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.pair {
            Pair::P256(pair) | Pair::P384(pair) => {
                let signature = pair.sign(&self.random, message).map_err(|_| SignError::Key)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair, scheme) => self.sign_rsa(pair, *scheme, message),
        }
    }
}
