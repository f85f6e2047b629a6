//! The identity providers, read from a TOML file: another provider is an entry there and no code.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use url::Url;

use super::ConfigError;
use crate::rule::Rule;
use crate::text::Text;

const SETTING: &str = "CAZIER_IDENTITY_PROVIDERS";
/// Names that addresses and methods have already.
const RESERVED: &[&str] = &["counter", "methods"];

/// An OpenID provider that proves persons, and who we are there.
#[derive(Clone)]
pub struct IdentityProvider {
    /// Its name in addresses and as a method: lower-case letters, digits, hyphens.
    pub name: String,
    /// How people know it.
    pub title: Title,
    /// OpenID issuer, exactly as its metadata write it.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// How we prove that we are that client.
    pub client_authentication: ClientAuthentication,
    /// The authentication contexts (`acr`) that are asked for; one of them must be in the answer.
    pub acr_values: Vec<String>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Which claim is what.
    pub claims: ClaimNames,
    /// The origins of its pages that may begin at their side; none: only we begin.
    pub handoff_origins: Vec<String>,
    /// One call takes no longer.
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

/// A line of text in the form that this house keeps.
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
        /// The `kid` under which the provider knows it.
        key_id: Option<String>,
    },
}

/// Which claim of a provider is what of a person.
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
    /// Sex, where the provider tells it: it must agree with the CNP.
    pub sex: Option<String>,
    /// E-mail address, where an assertion tells it: a suggestion, mailed a link.
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

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    providers: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    title: Title,
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    private_key_file: Option<PathBuf>,
    private_key_id: Option<String>,
    acr_values: Vec<String>,
    #[serde(default = "profile")]
    scopes: Vec<String>,
    #[serde(default)]
    claims: ClaimNames,
    #[serde(default)]
    handoff_origins: Vec<String>,
    #[serde(default = "five")]
    timeout_seconds: u64,
}

fn profile() -> Vec<String> {
    vec![String::from("profile")]
}

const fn five() -> u64 {
    5
}

/// Reads the file; secrets stand in files of their own, named relative to it.
pub(super) fn read(path: &Path) -> Result<Vec<IdentityProvider>, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::File(SETTING.to_owned(), error.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    parse(&text, |secret| std::fs::read_to_string(folder.join(secret)).map_err(|error| error.to_string()))
}

fn parse(
    text: &str,
    secret: impl Fn(&Path) -> Result<String, String>,
) -> Result<Vec<IdentityProvider>, ConfigError> {
    let invalid = |why: String| ConfigError::Invalid { name: SETTING, why };
    let file: File = toml::from_str(text).map_err(|error| invalid(format!("is not readable: {error}")))?;
    let mut providers: Vec<IdentityProvider> = Vec::new();
    for entry in file.providers {
        let name = entry.name.clone();
        let provider = entry.check(&secret).map_err(|why| invalid(format!("names `{name}`, {why}")))?;
        if providers.iter().any(|known| known.name == name) {
            return Err(invalid(format!("names `{name}` twice")));
        }
        providers.push(provider);
    }
    Ok(providers)
}

impl Entry {
    fn check(self, secret: impl Fn(&Path) -> Result<String, String>) -> Result<IdentityProvider, String> {
        if !is_name(&self.name) {
            return Err("which is no name: lower-case letters, digits and hyphens".into());
        }
        Url::parse(&self.issuer).map_err(|error| format!("whose issuer is no address: {error}"))?;
        if self.acr_values.is_empty() {
            return Err("which asks for no acr_values: any level of assurance would do".into());
        }
        if let Some(odd) = self.handoff_origins.iter().find(|origin| !super::is_origin(origin)) {
            return Err(format!("whose handoff origin {odd} is no origin, such as https://host"));
        }
        Ok(IdentityProvider {
            client_authentication: self.client_authentication(secret)?,
            name: self.name,
            title: self.title,
            issuer: self.issuer,
            client_id: self.client_id,
            acr_values: self.acr_values,
            scopes: self.scopes,
            claims: self.claims,
            handoff_origins: self.handoff_origins,
            timeout: Duration::from_secs(self.timeout_seconds.clamp(1, 30)),
        })
    }

    fn client_authentication(
        &self,
        secret: impl Fn(&Path) -> Result<String, String>,
    ) -> Result<ClientAuthentication, String> {
        let read = |path: &Path| secret(path).map_err(|why| format!("whose {}: {why}", path.display()));
        match (&self.client_secret_file, &self.private_key_file) {
            (Some(path), None) => Ok(ClientAuthentication::ClientSecretBasic(read(path)?.trim().to_owned())),
            (None, Some(path)) => Ok(ClientAuthentication::PrivateKeyJwt {
                key_pem: read(path)?,
                key_id: self.private_key_id.clone(),
            }),
            _ => Err("which needs either client_secret_file or private_key_file".into()),
        }
    }
}

/// As it stands in addresses, in the database and as a method.
fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= 32
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(allowed)
        && !RESERVED.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[providers]]
        name = "roeid"
        title = { ro = "ROeID", en = "ROeID" }
        issuer = "https://roeid.example"
        client_id = "cazier"
        private_key_file = "roeid.pem"
        acr_values = ["substantial", "high"]
        claims = { cnp = "numar_personal", birth_date = "data_nasterii" }
    "#;

    fn read(text: &str) -> Result<Vec<IdentityProvider>, String> {
        parse(text, |path| Ok(path.display().to_string())).map_err(|error| error.to_string())
    }

    #[test]
    fn a_provider_is_an_entry() {
        let providers = read(GOOD).unwrap();
        let [roeid] = providers.as_slice() else { panic!("{}", providers.len()) };
        assert_eq!((roeid.name.as_str(), roeid.timeout), ("roeid", Duration::from_secs(5)));
        assert_eq!(
            (roeid.claims.cnp.as_str(), roeid.claims.family_name.as_str()),
            ("numar_personal", "family_name")
        );
        assert!(matches!(
            &roeid.client_authentication,
            ClientAuthentication::PrivateKeyJwt { key_pem, key_id: None } if key_pem == "roeid.pem"
        ));
    }

    #[test]
    fn what_would_not_hold_stops_the_start() {
        for (from, to, named) in [
            ("\"roeid\"\n", "\"counter\"\n", "no name"),
            ("\"roeid\"\n", "\"../x\"\n", "no name"),
            ("[\"substantial\", \"high\"]", "[]", "acr_values"),
            ("private_key_file", "secret_file", "secret_file"),
            ("private_key_file = \"roeid.pem\"", "", "either client_secret_file"),
            ("https://roeid.example", "roeid", "issuer"),
            ("{ ro = \"ROeID\"", "{ ro = \"RO\u{202E}eID\"", "text_control_character"),
            ("numar_personal\"", "numar_personal\", personal = \"x\"", "personal"),
        ] {
            let error = read(&GOOD.replace(from, to)).err().unwrap();
            assert!(error.contains(SETTING) && error.contains(named), "{to}: {error}");
        }
        let error = read(&format!("{GOOD}{GOOD}")).err().unwrap();
        assert!(error.contains("twice"), "{error}");
    }
}
