//! Deliberate flaws of an ID token, each against one check of OpenID Connect Core 1.0, section 3.1.3.7.

use chrono::{DateTime, TimeDelta, Utc};
use ring::hmac;
use serde_json::{Value, json};

use super::TOKEN_LIFETIME;
use super::error::SimulatorError;
use super::keys::{Header, SigningKey, compact};
use crate::text::coded;

/// Another client.
const OTHER: &str = "somebody-else";

coded! {
    /// A flaw that a relying party must detect; its code is its name in `login_hint`.
    pub enum Flaw {
        /// The nonce of another request, as if an earlier token were replayed.
        Replay = "replay",
        /// Issued an hour ago, and expired.
        Expired = "expired",
        /// Issued one hour in the future.
        FutureIat = "future_iat",
        /// Valid from one hour in the future.
        FutureNbf = "future_nbf",
        /// `nbf` is a text, which nobody can compare.
        TextualNbf = "textual_nbf",
        /// `iss` is another provider.
        OtherIssuer = "other_issuer",
        /// `aud` is another client.
        OtherAudience = "other_audience",
        /// `aud` is an array of the client and another, `azp` the other.
        FurtherAudience = "further_audience",
        /// `aud` is the client, `azp` another.
        OtherAzp = "other_azp",
        /// Without how the person was authenticated.
        NoAcr = "no_acr",
        /// The person was authenticated by a password alone.
        LowerAcr = "lower_acr",
        /// A genuine token without the personal numeric code.
        NoCnp = "no_cnp",
        /// A genuine token whose `birthdate` is not the one in the CNP.
        ContradictingBirthDate = "contradicting_birth_date",
        /// `alg` is `none`.
        Unsigned = "unsigned",
        /// HS256 with the client's secret.
        Hmac = "hmac",
        /// HS256 with the bytes of the public key, which everybody has.
        HmacPublicKey = "hmac_public_key",
        /// Signed with an unpublished key.
        UnknownKey = "unknown_key",
        /// Signed with an unpublished key, under the name of the published one.
        ForeignSignature = "foreign_signature",
    }
}

impl Flaw {
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
