//! A private key out of a PKCS#8 file, encrypted or not, kept in memory; ring signs with it.

use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair,
};
use zeroize::Zeroizing;

use super::key::{KeyError, SignError};
use super::private_key::{Curve, PrivateKey};

/// Rounds of PBKDF2 for a new file.
const ROUNDS: u32 = 600_000;

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
        let (curve, pair) = match pair(signing(Curve::P256)) {
            Ok(pair) => (Curve::P256, pair),
            Err(not_p256) => match pair(signing(Curve::P384)) {
                Ok(pair) => (Curve::P384, pair),
                Err(_) => return Err(KeyError::Pkcs8(not_p256.to_string())),
            },
        };
        Ok(Self { pair, curve, random })
    }
}

/// Makes a key and encrypts it as `openssl pkcs8 -topk8 -v2 aes-256-cbc` does; the PEM is all that is left of it.
///
/// # Errors
/// When there are no random numbers.
pub fn generate_encrypted(curve: Curve, passphrase: &str) -> Result<String, KeyError> {
    let failed = |_| KeyError::Generation;
    let (random, mut salt, mut iv) = (SystemRandom::new(), [0; 16], [0; 16]);
    random.fill(&mut salt).and_then(|()| random.fill(&mut iv)).map_err(failed)?;
    let document = EcdsaKeyPair::generate_pkcs8(signing(curve), &random).map_err(failed)?;
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv);
    let parameters = parameters.map_err(|_| KeyError::Generation)?;
    let info = PrivateKeyInfoRef::try_from(document.as_ref()).map_err(|_| KeyError::Generation)?;
    let encrypted = info.encrypt_with_params(parameters, passphrase).map_err(|_| KeyError::Generation)?;
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Ok(pem::encode_config(&pem::Pem::new("ENCRYPTED PRIVATE KEY", encrypted.as_bytes()), config))
}

fn signing(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
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
