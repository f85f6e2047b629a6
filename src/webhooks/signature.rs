//! Secrets, and the signatures of messages (Standard Webhooks, version 1: HMAC-SHA256 over `id.timestamp.body`).

use data_encoding::BASE64;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// Octets of a secret; the standard asks for 24 to 64.
const LENGTH: usize = 32;

/// A secret that an endpoint shares with us.
pub(super) struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Generates a secret.
    ///
    /// # Errors
    /// Fails if the operating system returns no random octets.
    pub(super) fn generate() -> Result<Self> {
        let mut octets = Zeroizing::new(vec![0; LENGTH]);
        SystemRandom::new().fill(&mut octets).map_err(|_| Error::internal("no randomness"))?;
        Ok(Self(octets))
    }

    /// Wraps a stored secret.
    pub(super) fn of(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// Returns the octets, to be encrypted.
    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }

    /// Returns the secret as its endpoint configures it.
    pub(super) fn reveal(&self) -> String {
        format!("whsec_{}", BASE64.encode(&self.0))
    }

    fn sign(&self, signed: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        format!("v1,{}", BASE64.encode(hmac::sign(&key, signed).as_ref()))
    }
}

/// Returns the value of `webhook-signature`: a signature by each secret.
pub(super) fn signatures(secrets: &[Secret], id: &str, timestamp: i64, body: &[u8]) -> String {
    let signed = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    secrets.iter().map(|secret| secret.sign(&signed)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries.
    #[test]
    fn a_message_is_signed_as_the_standard_says() {
        let secret = Secret::of(BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = signatures(&[secret], id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_signs() {
        let secrets = [Secret::generate().unwrap(), Secret::generate().unwrap()];
        let both = signatures(&secrets, "msg_1", 1, b"{}");
        let (first, second) = both.split_once(' ').unwrap();
        assert!(first.starts_with("v1,") && second.starts_with("v1,") && first != second);
        assert_eq!(secrets[0].reveal().len(), "whsec_".len() + 44);
    }
}
