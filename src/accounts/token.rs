//! Opaque tokens: 256 random bits for the caller, their SHA-256 digest for the database.

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// A secret that is shown once. An unsalted digest is enough: the secret is random, not chosen by a person.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Generates a token. The prefix, such as `cza_`, tells people and leak scanners what it is.
    pub fn generate(prefix: &str) -> Result<Self> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        SystemRandom::new().fill(bytes.as_mut_slice()).map_err(|_| Error::internal("no randomness"))?;
        Ok(Self(Zeroizing::new(format!("{prefix}{}", BASE64URL_NOPAD.encode(bytes.as_slice())))))
    }

    /// Wraps an existing token.
    pub(super) fn of(secret: &str) -> Self {
        Self(Zeroizing::new(secret.to_owned()))
    }

    /// Returns the secret, to be sent to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the stored form.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        digest_of(&self.0)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Returns the stored form of a presented token.
#[must_use]
pub fn digest_of(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_keep_their_secret_and_are_found_by_digest() {
        let (one, other) = (Token::generate("cza_").unwrap(), Token::generate("cza_").unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.digest(), digest_of(one.reveal()));
        assert!(one.reveal().len() >= 4 + 43 && !format!("{one:?}").contains(one.reveal()));
    }
}
