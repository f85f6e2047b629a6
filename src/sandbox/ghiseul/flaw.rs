//! Deliberate flaws of an ID token, each against one check of OpenID Connect Core 1.0, section 3.1.3.7.

use chrono::{DateTime, TimeDelta, Utc};
use ring::hmac;
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};
use serde_json::{Value, json};

use super::TOKEN_LIFETIME;
use super::error::SimulatorError;
use super::keys::{Header, SigningKey, compact};

/// Another client.
const OTHER: &str = "somebody-else";

/// A flaw that a relying party must detect; its name in `login_hint` is the variant's in `snake_case`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// `replay`: the nonce of another request, as if an earlier token were replayed.
    Replay,
    /// `expired`: issued an hour ago, and expired.
    Expired,
    /// `future_iat`: issued one hour in the future.
    FutureIat,
    /// `future_nbf`: valid from one hour in the future.
    FutureNbf,
    /// `textual_nbf`: `nbf` is a text, which nobody can compare.
    TextualNbf,
    /// `other_issuer`: `iss` is another provider.
    OtherIssuer,
    /// `other_audience`: `aud` is another client.
    OtherAudience,
    /// `further_audience`: `aud` is an array of the client and another, `azp` the other.
    FurtherAudience,
    /// `other_azp`: `aud` is the client, `azp` another.
    OtherAzp,
    /// `no_acr`: without how the person was authenticated.
    NoAcr,
    /// `lower_acr`: the person was authenticated by a password alone.
    LowerAcr,
    /// `no_cnp`: a genuine token without the personal numeric code.
    NoCnp,
    /// `contradicting_birth_date`: a genuine token whose `birthdate` is not the one in the CNP.
    ContradictingBirthDate,
    /// `unsigned`: `alg` is `none`.
    Unsigned,
    /// `hmac`: HS256 with the client's secret.
    Hmac,
    /// `hmac_public_key`: HS256 with the bytes of the public key, which everybody has.
    HmacPublicKey,
    /// `unknown_key`: signed with an unpublished key.
    UnknownKey,
    /// `foreign_signature`: signed with an unpublished key, under the name of the published one.
    ForeignSignature,
}

impl Flaw {
    /// Returns the flaw with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::deserialize(StrDeserializer::<Error>::new(name)).ok()
    }

    /// Applies the flaw to the claims for an audience.
    pub(super) fn spoil(self, mut claims: Value, audience: &str, now: DateTime<Utc>) -> Value {
        if let Some(members) = claims.as_object_mut() {
            members.extend(self.changes(audience, now));
            members.retain(|_, value| !value.is_null());
        }
        claims
    }

    /// Returns the changed claims; null removes one.
    fn changes(self, audience: &str, now: DateTime<Utc>) -> Vec<(String, Value)> {
        let changes = match self {
            Self::Replay => vec![("nonce", json!("the nonce of another request"))],
            Self::Expired => issued_at(now - TimeDelta::hours(1)),
            Self::FutureIat => issued_at(now + TimeDelta::hours(1)),
            Self::FutureNbf => vec![("nbf", json!((now + TimeDelta::hours(1)).timestamp()))],
            Self::TextualNbf => vec![("nbf", json!("0"))],
            Self::OtherIssuer => vec![("iss", json!("https://other.example"))],
            Self::OtherAudience => vec![("aud", json!(OTHER))],
            Self::FurtherAudience => vec![("aud", json!([audience, OTHER])), ("azp", json!(OTHER))],
            Self::OtherAzp => vec![("azp", json!(OTHER))],
            Self::NoAcr => vec![("acr", Value::Null)],
            Self::LowerAcr => vec![("acr", json!("https://ghiseul.example/loa/password"))],
            Self::NoCnp => vec![("cnp", Value::Null)],
            Self::ContradictingBirthDate => vec![("birthdate", json!("1901-01-01"))],
            _ => vec![],
        };
        changes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Signs the claims as a compact JWT of this type, with the published key or as the flaw requires.
    pub(super) fn sign(
        self,
        typ: &'static str,
        published: &SigningKey,
        client_secret: &str,
        claims: &Value,
    ) -> Result<String, SimulatorError> {
        let header = Header::es256(typ, published.kid());
        let hs256 = |secret: &[u8]| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            compact(Header { alg: "HS256", ..header }, claims, |signed| Ok(hmac::sign(&key, signed)))
        };
        match self {
            Self::Unsigned => compact(Header { alg: "none", ..header }, claims, |_| Ok([])),
            Self::Hmac => hs256(client_secret.as_bytes()),
            Self::HmacPublicKey => hs256(published.point()),
            Self::UnknownKey => SigningKey::generate()?.sign(typ, claims),
            Self::ForeignSignature => SigningKey::generate()?.sign_as(header, claims),
            _ => published.sign(typ, claims),
        }
    }
}

fn issued_at(time: DateTime<Utc>) -> Vec<(&'static str, Value)> {
    let (issued, expires) = (time.timestamp(), (time + TOKEN_LIFETIME).timestamp());
    vec![("auth_time", json!(issued)), ("iat", json!(issued)), ("exp", json!(expires))]
}
