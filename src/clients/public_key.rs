//! The public key of a client that proves who it is by a signature: a point of P-256, for ES256 (RFC 7518, section 3.4).

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};

use crate::text::{Rule, input};

const COORDINATE_FORMAT: Rule = Rule::new(
    "coordinate_format",
    "A coordinate is 32 octets in base64url without padding",
    "O coordonată are 32 de octeți în base64url, fără completare",
);

/// No point of the curve has these coordinates.
pub const KEY_NOT_ON_CURVE: Rule = Rule::new(
    "key_not_on_curve",
    "x and y are the coordinates of a point of P-256",
    "x și y sunt coordonatele unui punct al curbei P-256",
);

/// A coordinate of a point of P-256, as a JWK has it (RFC 7518, section 6.2.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coordinate([u8; 32]);

impl Coordinate {
    /// Parses a coordinate.
    ///
    /// # Errors
    /// `coordinate_format`.
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let octets = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| &COORDINATE_FORMAT)?;
        octets.try_into().map(Self).map_err(|_| &COORDINATE_FORMAT)
    }
}

impl std::fmt::Display for Coordinate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl serde::Serialize for Coordinate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

// 258 bits for 256: the last character has two that are zero.
input!(Coordinate, breaks [COORDINATE_FORMAT], min_length: 43, max_length: 43, pattern: "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$");

/// A public key: a point of the curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Makes the key of these coordinates.
    ///
    /// # Errors
    /// [`KEY_NOT_ON_CURVE`].
    pub fn of(x: &Coordinate, y: &Coordinate) -> Result<Self, &'static Rule> {
        let point = [&[4][..], &x.0, &y.0].concat();
        Self::of_point(&point).ok_or(&KEY_NOT_ON_CURVE)
    }

    /// Makes the key of an uncompressed point (SEC 1, section 2.3.3); `None` if the curve has no such point.
    #[must_use]
    pub fn of_point(point: &[u8]) -> Option<Self> {
        let key = (point.len() == 65).then(|| VerifyingKey::from_sec1_bytes(point))?;
        key.ok().map(Self)
    }

    /// Returns its point, uncompressed.
    #[must_use]
    pub fn point(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().to_vec()
    }

    /// Returns the coordinates of its point.
    #[must_use]
    pub fn coordinates(&self) -> Option<(Coordinate, Coordinate)> {
        let point = self.0.to_sec1_point(false);
        let of = |octets: Option<&p256::FieldBytes>| Some(Coordinate((*octets?).into()));
        Some((of(point.x())?, of(point.y())?))
    }

    /// Returns whether this key made a signature, in the form of JWS: r and s, 64 octets.
    #[must_use]
    pub fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify(signed, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

    use super::*;

    /// The example of RFC 7515, appendix A.3.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    #[test]
    fn a_key_is_a_point_of_the_curve() {
        let (x, y) = (Coordinate::parse(X).unwrap(), Coordinate::parse(Y).unwrap());
        let key = PublicKey::of(&x, &y).unwrap();
        assert_eq!(key.coordinates(), Some((x.clone(), y)));
        assert_eq!(PublicKey::of_point(&key.point()), Some(key));
        assert_eq!(PublicKey::of(&x, &x), Err(&KEY_NOT_ON_CURVE));
        assert_eq!(PublicKey::of_point(&[0]), None, "the point at infinity");
        assert_eq!(PublicKey::of_point(&[&[2], &x.0[..]].concat()), None, "compressed");
    }

    #[test]
    fn a_coordinate_has_one_text() {
        assert_eq!(Coordinate::parse(X).unwrap().to_string(), X);
        let last = |text: &str| format!("{}{text}", &X[..42]);
        for wrong in
            ["", "AA", &X[..42], &last("V"), &last("U="), &last("+"), &format!("{X}A"), &X.replace('J', " ")]
        {
            assert_eq!(Coordinate::parse(wrong), Err(&COORDINATE_FORMAT), "{wrong}");
        }
    }

    #[test]
    fn it_verifies_what_another_library_signs() {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let key = PublicKey::of_point(pair.public_key().as_ref()).unwrap();
        let signature = pair.sign(&random, b"signed").unwrap();
        assert!(key.verifies(b"signed", signature.as_ref()));
        assert!(!key.verifies(b"other", signature.as_ref()));
        assert!(!key.verifies(b"signed", &signature.as_ref()[..63]));
        assert!(!key.verifies(b"signed", &[0; 64]));
    }
}
