//! The keys that sign ID tokens: ES256 (RFC 7518, section 3.4), one for each key of encrypted values, from which it is derived.
//! All nodes have the same, nothing is stored, and they rotate with those keys: the older ones stay published as long as they
//! are in the settings.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey};
use ring::digest::{Context, SHA256, digest};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::person::Keyring;

/// A key, with its public half as clients read it.
pub(super) struct IdTokenKey {
    key: SigningKey,
    x: String,
    y: String,
}

impl IdTokenKey {
    /// Derives all keys; the first one signs.
    ///
    /// # Errors
    /// Internal, on a node that has no keys of encrypted values.
    pub(super) fn all(keyring: &Keyring) -> Result<Vec<Self>> {
        let seeds = keyring.id_token_seeds();
        let keys = seeds.map(Self::of_seed).collect::<Option<Vec<_>>>().unwrap_or_default();
        if keys.is_empty() { Err(Error::internal("no key can be derived for ID tokens")) } else { Ok(keys) }
    }

    /// Makes the key of a seed. One seed in 2^32 is no number of the curve's group: then the next one of its chain is.
    fn of_seed(seed: &[u8; 32]) -> Option<Self> {
        let candidates = (0..4_u8).map(|count| {
            let mut next = Context::new(&SHA256);
            next.update(seed);
            next.update(&[count]);
            next.finish()
        });
        let mut keys = candidates.filter_map(|octets| SigningKey::from_slice(octets.as_ref()).ok());
        let key = keys.next()?;
        let point = key.verifying_key().to_sec1_point(false);
        let encode =
            |octets: Option<&_>| octets.map(|octets: &p256::FieldBytes| BASE64URL_NOPAD.encode(octets));
        let (x, y) = (encode(point.x())?, encode(point.y())?);
        Some(Self { key, x, y })
    }

    /// Returns its id: the thumbprint of its public half (RFC 7638).
    pub(super) fn id(&self) -> String {
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, self.x, self.y);
        BASE64URL_NOPAD.encode(digest(&SHA256, members.as_bytes()).as_ref())
    }

    /// Returns its public half (RFC 7517).
    pub(super) fn jwk(&self) -> Value {
        json!({
            "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y,
            "use": "sig", "alg": "ES256", "kid": self.id(),
        })
    }

    /// Signs claims as a compact JWT (RFC 7519).
    pub(super) fn sign(&self, claims: &Value) -> String {
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": self.id()});
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature.to_bytes()))
    }

    /// Returns the claims of a JWT that this key signed, whenever that was.
    pub(super) fn verify(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).ok();
        let header: Value = serde_json::from_slice(&decode(header)?).ok()?;
        if header.get("alg")? != "ES256" || header.get("kid")?.as_str()? != self.id() {
            return None;
        }
        let signature = Signature::from_slice(&decode(signature)?).ok()?;
        self.key.verifying_key().verify(signed.as_bytes(), &signature).ok()?;
        serde_json::from_slice(&decode(claims)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    fn keyring() -> Keyring {
        Keyring::parse(&Keyring::generate_spec().unwrap(), &Keyring::generate_spec().unwrap()).unwrap()
    }

    #[test]
    fn another_library_verifies_what_is_signed() {
        let keyring = keyring();
        let key = &IdTokenKey::all(&keyring).unwrap()[0];
        let token = key.sign(&json!({"sub": "a"}));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let point = [vec![4], decode(&key.x), decode(&key.y)].concat();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        assert!(public.verify(signed.as_bytes(), &decode(signature)).is_ok());
        assert!(public.verify(b"other", &decode(signature)).is_err());
    }

    #[test]
    fn a_key_knows_its_own_tokens_and_no_others() {
        let (own, other) = (keyring(), keyring());
        let (key, foreign) = (&IdTokenKey::all(&own).unwrap()[0], &IdTokenKey::all(&other).unwrap()[0]);
        let (claims, encode) = (json!({"sub": "a"}), |text: &[u8]| BASE64URL_NOPAD.encode(text));
        let token = key.sign(&claims);
        assert_eq!(key.verify(&token), Some(claims.clone()));
        let parts: Vec<&str> = token.split('.').collect();
        let (header, body, signature) = (parts[0], parts[1], parts[2]);
        let kid = key.id();
        let unsigned = encode(format!(r#"{{"alg":"none","kid":"{kid}"}}"#).as_bytes());
        let other_body = encode(br#"{"sub":"b"}"#);
        for wrong in [
            foreign.sign(&claims),
            format!("{header}.{other_body}.{signature}"),
            format!("{header}.{body}."),
            format!("{unsigned}.{body}."),
            format!("{unsigned}.{body}.{signature}"),
            format!("{header}.{body}"),
            format!("{token}."),
            String::new(),
        ] {
            assert_eq!(key.verify(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_new_key_signs_and_the_older_stays_published() {
        let [first, second, index] = std::array::from_fn(|_| Keyring::generate_spec().unwrap());
        let of = |keys: &str| IdTokenKey::all(&Keyring::parse(keys, &index).unwrap()).unwrap();
        let (before, after) = (of(&first), of(&format!("2{},{first}", &second[1..])));
        let ids = |keys: &[IdTokenKey]| keys.iter().map(IdTokenKey::id).collect::<Vec<_>>();
        assert_eq!((before.len(), after.len()), (1, 2));
        assert_eq!(ids(&after)[1], ids(&before)[0]);
        assert_ne!(ids(&after)[0], ids(&before)[0], "the newest signs");
        let token = before[0].sign(&json!({"sub": "a"}));
        assert!(after[1].verify(&token).is_some() && after[0].verify(&token).is_none());
    }

    #[test]
    fn a_key_is_the_same_on_every_node_and_another_in_every_installation() {
        let (one, other) = (keyring(), keyring());
        let id = |keyring: &Keyring| IdTokenKey::all(keyring).unwrap()[0].id();
        assert_eq!(id(&one), id(&one));
        assert_ne!(id(&one), id(&other));
    }
}
