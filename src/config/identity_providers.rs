//! The identity providers, read from a TOML file: adding a provider needs an entry there and no code.

mod file;

use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub(super) use self::file::parse;
use crate::text::Rule;
use crate::text::Text;

/// An OpenID provider that proves persons' identities, and our registration there.
#[derive(Clone)]
pub struct IdentityProvider {
    /// Its name in paths and as a method: lower-case letters, digits, hyphens.
    pub name: String,
    /// Its name for people.
    pub title: Title,
    /// OpenID issuer, exactly as in its metadata.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// How we authenticate as that client.
    pub client_authentication: ClientAuthentication,
    /// The requested authentication contexts (`acr`); the answer must have one of them.
    pub acr_values: Vec<String>,
    /// The requested scopes besides `openid`.
    pub scopes: Vec<String>,
    /// The names of its claims.
    pub claims: ClaimNames,
    /// Further origins that its metadata may name for the calls of a node, besides the issuer's own.
    pub endpoint_origins: Vec<String>,
    /// The origins of its pages that may start a handoff; empty: only we can begin.
    pub handoff_origins: Vec<String>,
    /// The longest time for one call.
    pub timeout: Duration,
}

/// A name for people, in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// In Romanian.
    #[serde(deserialize_with = "line")]
    pub ro: String,
    /// In English.
    #[serde(deserialize_with = "line")]
    pub en: String,
}

/// Deserializes a normalized line of text.
fn line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let broken = |rule: &Rule| D::Error::custom(format_args!("{} ({})", rule.en, rule.code));
    Text::parse(&text).map(|text| text.to_string()).map_err(broken)
}

/// How a client authenticates at the token endpoint (OpenID Connect Core 1.0, section 9).
#[derive(Clone)]
pub enum ClientAuthentication {
    /// `client_secret_basic`.
    ClientSecretBasic(String),
    /// `private_key_jwt` (RFC 7523).
    PrivateKeyJwt {
        /// PKCS#8 PEM: P-256 signs with ES256, RSA with RS256.
        key_pem: String,
        /// The `kid` by which the provider knows the key.
        key_id: Option<String>,
    },
}

/// The provider's claim for each property of a person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    /// Personal numeric code.
    pub cnp: String,
    /// Family name.
    pub family_name: String,
    /// Given names.
    pub given_name: String,
    /// Date of birth, `YYYY-MM-DD`.
    pub birth_date: String,
    /// Sex, if the provider has it: it must agree with the CNP.
    pub sex: Option<String>,
    /// E-mail address, if an assertion has it: a suggestion, confirmed by mail.
    pub email: Option<String>,
}

impl Default for ClaimNames {
    fn default() -> Self {
        let name = |text: &str| text.to_owned();
        Self {
            cnp: name("cnp"),
            family_name: name("family_name"),
            given_name: name("given_name"),
            birth_date: name("birthdate"),
            sex: Some(name("gender")),
            email: Some(name("email")),
        }
    }
}
