//! The provider's signing key: ES256 (RFC 7518), generated at each start.

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde::Serialize;

use super::error::SimulatorError;

/// A P-256 key that signs compact JWTs.
pub(super) struct SigningKey {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    jwk: Jwk,
}

/// A public key as JSON (RFC 7517).
#[derive(Clone, Serialize)]
pub(super) struct Jwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    y: String,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: &'static str,
    kid: String,
}

/// The header of a compact JWT.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Header<'a> {
    pub(super) alg: &'static str,
    pub(super) typ: &'static str,
    pub(super) kid: &'a str,
}

impl<'a> Header<'a> {
    /// Makes the header of this provider's signatures.
    pub(super) const fn es256(typ: &'static str, kid: &'a str) -> Self {
        Self { alg: "ES256", typ, kid }
    }
}

impl SigningKey {
    pub(super) fn generate() -> Result<Self, SimulatorError> {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
            .map_err(|_| SimulatorError::Cryptography)?;
        let jwk = Jwk::of_point(pair.public_key().as_ref()).ok_or(SimulatorError::Cryptography)?;
        Ok(Self { pair, random, jwk })
    }

    pub(super) const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Returns the published key id.
    pub(super) fn kid(&self) -> &str {
        &self.jwk.kid
    }

    /// Returns the public key as an uncompressed point (SEC 1).
    pub(super) fn point(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// Signs the claims as a compact JWT.
    pub(super) fn sign(&self, typ: &'static str, claims: &impl Serialize) -> Result<String, SimulatorError> {
        self.sign_as(Header::es256(typ, self.kid()), claims)
    }

    /// Signs the claims under any key id.
    pub(super) fn sign_as(
        &self,
        header: Header<'_>,
        claims: &impl Serialize,
    ) -> Result<String, SimulatorError> {
        compact(header, claims, |signed| Ok(self.pair.sign(&self.random, signed)?))
    }
}

/// Builds a compact JWT (RFC 7519), signed by `sign`.
pub(super) fn compact<S: AsRef<[u8]>>(
    header: Header<'_>,
    claims: &impl Serialize,
    sign: impl FnOnce(&[u8]) -> Result<S, SimulatorError>,
) -> Result<String, SimulatorError> {
    let header = BASE64URL_NOPAD.encode(&serde_json::to_vec(&header)?);
    let claims = BASE64URL_NOPAD.encode(&serde_json::to_vec(claims)?);
    let signed = format!("{header}.{claims}");
    let signature = sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref())))
}

impl Jwk {
    /// Parses an uncompressed point (SEC 1): `04`, x, y; the key id is its thumbprint (RFC 7638).
    fn of_point(point: &[u8]) -> Option<Self> {
        let (x, y) = point.strip_prefix(&[4])?.split_at_checked(32)?;
        let (x, y) = (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y));
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = BASE64URL_NOPAD.encode(digest(&SHA256, members.as_bytes()).as_ref());
        Some(Self { kty: "EC", crv: "P-256", x, y, usage: "sig", alg: "ES256", kid })
    }
}

#[cfg(test)]
mod tests {
    use super::{Jwk, SigningKey};

    #[test]
    fn a_malformed_point_has_no_jwk() {
        assert!(Jwk::of_point(&[]).is_none());
        assert!(Jwk::of_point(&[2; 33]).is_none());
        assert!(Jwk::of_point(&[4; 12]).is_none());
    }

    #[test]
    fn each_start_has_another_key() {
        let (first, second) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        assert_ne!(first.kid(), second.kid());
    }
}
