//! Our key at a provider: `private_key_jwt`, a JWT that we sign to authenticate (RFC 7523, section 2.2).

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ProviderError;

/// The value of `client_assertion_type`.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The lifetime is short: the assertion is used at once.
const LIVES: TimeDelta = TimeDelta::seconds(60);

/// A key of one client.
pub(super) struct ClientKey {
    pair: Pair,
    key_id: Option<String>,
}

enum Pair {
    /// Signs with ES256.
    P256(Box<EcdsaKeyPair>),
    /// Signs with RS256.
    Rsa(Box<RsaKeyPair>),
}

impl ClientKey {
    /// Parses a key in PKCS#8 PEM: P-256 or RSA of at least 2048 bits.
    ///
    /// # Errors
    /// Fails if it is neither.
    pub(super) fn from_pem(text: &str, key_id: Option<String>) -> Result<Self, &'static str> {
        let pem = pem::parse(text).map_err(|_| "the client's key is not PEM")?;
        let random = SystemRandom::new();
        let p256 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pem.contents(), &random);
        let pair = p256
            .map(|pair| Pair::P256(Box::new(pair)))
            .or_else(|_| RsaKeyPair::from_pkcs8(pem.contents()).map(|pair| Pair::Rsa(Box::new(pair))));
        let pair = pair.map_err(|_| "the client's key is neither P-256 nor RSA in PKCS#8")?;
        Ok(Self { pair, key_id })
    }

    /// Signs an assertion for `audience` that we are `client_id`, valid once and for a minute.
    pub(super) fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<String, ProviderError> {
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": Uuid::now_v7(),
            "iat": now.timestamp(),
            "exp": (now + LIVES).timestamp(),
        });
        let signed = format!("{}.{}", encoded(&self.header()), encoded(&claims));
        let signature = self.sign(signed.as_bytes()).map_err(|_| ProviderError::Unavailable)?;
        Ok(format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature)))
    }

    fn header(&self) -> Value {
        let alg = match self.pair {
            Pair::P256(_) => "ES256",
            Pair::Rsa(_) => "RS256",
        };
        match &self.key_id {
            Some(kid) => json!({"alg": alg, "typ": "JWT", "kid": kid}),
            None => json!({"alg": alg, "typ": "JWT"}),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, ring::error::Unspecified> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::P256(pair) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                Ok(signature)
            }
        }
    }
}

fn encoded(json: &Value) -> String {
    BASE64URL_NOPAD.encode(json.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};

    use super::*;

    #[test]
    fn it_signs_what_it_says_with_its_own_algorithm() {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", pkcs8.as_ref()));
        let key = ClientKey::from_pem(&pem, Some("k1".into())).unwrap();
        let jwt = key.assertion("cazier", "https://idp.example", Utc::now()).unwrap();
        let (signed, signature) = jwt.rsplit_once('.').unwrap();
        let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let part = |n| serde_json::from_slice::<Value>(&decoded(signed.split('.').nth(n).unwrap())).unwrap();
        assert_eq!(part(0), json!({"alg": "ES256", "typ": "JWT", "kid": "k1"}));
        assert_eq!((&part(1)["aud"], &part(1)["sub"]), (&json!("https://idp.example"), &json!("cazier")));
        let Pair::P256(pair) = &key.pair else { panic!("another key") };
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        public.verify(signed.as_bytes(), &decoded(signature)).unwrap();
        assert!(ClientKey::from_pem("no key", None).is_err());
    }
}
