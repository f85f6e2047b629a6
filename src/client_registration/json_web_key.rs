//! Public keys as clients' libraries write them (RFC 7517): JWK Sets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clients::key_store::ClientKey;
use crate::clients::{Coordinate, KEY_NOT_ON_CURVE, PublicKey};
use crate::error::{Error, Result};
use crate::text::{At, Line, Rule, coded};

/// The most keys: two during a rotation, of two systems.
const MOST: usize = 4;

const TOO_MANY_KEYS: Rule =
    Rule::new("too_many_keys", "A client has at most 4 keys", "Un client are cel mult 4 chei");

/// The rules between the values of a set of keys.
pub(super) const RULES: [At; 2] = [("/keys", TOO_MANY_KEYS), ("/keys/*/x", KEY_NOT_ON_CURVE)];
/// The same where a client is registered with keys.
pub(super) const RULES_OF_CLIENT: [At; 2] =
    [("/jwks/keys", TOO_MANY_KEYS), ("/jwks/keys/*/x", KEY_NOT_ON_CURVE)];

coded! {
    /// The type of a key (RFC 7518, section 6.1).
    pub enum KeyType {
        /// Elliptic curve.
        Ec = "EC",
    }
}

coded! {
    /// The curve of a key (RFC 7518, section 6.2.1.1).
    pub enum Curve {
        /// P-256, of ES256.
        P256 = "P-256",
    }
}

coded! {
    /// What a key is for (RFC 7517, section 4.2).
    pub enum KeyUse {
        /// Signatures.
        Signature = "sig",
    }
}

coded! {
    /// The algorithm of a key (RFC 7518, section 3.1).
    pub enum KeyAlgorithm {
        /// ECDSA with P-256 and SHA-256.
        Es256 = "ES256",
    }
}

/// A public key of a client, for ES256. Members of a private key (`d`) are refused.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "portal-2026"
}))]
pub struct JsonWebKey {
    /// Its type.
    kty: KeyType,
    /// Its curve.
    crv: Curve,
    /// The x coordinate of its point.
    x: Coordinate,
    /// The y coordinate of its point.
    y: Coordinate,
    /// What the client calls it. An assertion need not name it: any key of the client may have signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<Line<100>>,
    /// What it is for; if it says so, signatures.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<KeyUse>,
    /// Its algorithm; if it says so, ES256.
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<KeyAlgorithm>,
}

impl JsonWebKey {
    fn of(row: &ClientKey) -> Result<Self> {
        let missing = || Error::internal("a client's key has no coordinates");
        let (x, y) = row.key()?.coordinates().ok_or_else(missing)?;
        let kid = row.kid.as_deref().map(Line::parse).transpose().map_err(Error::internal)?;
        Ok(Self { kty: KeyType::Ec, crv: Curve::P256, x, y, kid, usage: None, alg: None })
    }
}

/// The public keys of a client (RFC 7517, section 5). A client that has some proves who it is by `private_key_jwt`, and by no secret.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"keys": [{
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "portal-2026"
}]}))]
pub struct JsonWebKeySet {
    /// The keys, at most 4: the earlier one and the new one, while a client changes over.
    #[schema(max_items = 4)]
    keys: Vec<JsonWebKey>,
}

/// A key, and what its client calls it.
pub struct NamedKey {
    /// The key.
    pub key: PublicKey,
    /// Its name.
    pub kid: Option<String>,
}

impl JsonWebKeySet {
    /// Returns the keys of a set that is at `pointer` in a request.
    ///
    /// # Errors
    /// The rules that the set breaks.
    pub fn checked(&self, pointer: &str) -> Result<Vec<NamedKey>> {
        if self.keys.len() > MOST {
            return Err(Error::invalid(&format!("{pointer}/keys"), &TOO_MANY_KEYS));
        }
        let checked = |(at, jwk): (usize, &JsonWebKey)| {
            let broken = |rule| Error::invalid(&format!("{pointer}/keys/{at}/x"), rule);
            let key = PublicKey::of(&jwk.x, &jwk.y).map_err(broken)?;
            Ok(NamedKey { key, kid: jwk.kid.as_ref().map(ToString::to_string) })
        };
        self.keys.iter().enumerate().map(checked).collect()
    }

    /// Converts rows.
    ///
    /// # Errors
    /// Internal, if a row holds no key.
    pub(super) fn of(rows: &[ClientKey]) -> Result<Self> {
        Ok(Self { keys: rows.iter().map(JsonWebKey::of).collect::<Result<_>>()? })
    }
}
