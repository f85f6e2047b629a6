//! The file of identity providers: an entry for each, with its secrets in files of their own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::{ClaimNames, ClientAuthentication, IdentityProvider, Title};
use crate::config::shown::shortened;
use crate::config::{fault, forms, toml_file};
use crate::web::Origin;

/// Names that paths and methods use already.
const RESERVED: &[&str] = &["counter", "methods"];

/// The file's format.
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
    endpoint_origins: Vec<String>,
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

/// Parses the file; reports all faults. Secrets are in separate files, named relative to this one.
pub(in crate::config) fn parse(text: &str, path: &Path) -> Result<Vec<IdentityProvider>, Vec<String>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    read(text, |secret| {
        let path = folder.join(secret);
        std::fs::read_to_string(&path)
            .map_err(|error| format!("the file {} cannot be read: {}", path.display(), fault::reason(&error)))
    })
}

fn read(
    text: &str,
    secret: impl Fn(&Path) -> Result<String, String>,
) -> Result<Vec<IdentityProvider>, Vec<String>> {
    let file: File = toml_file::read(text)?;
    let (mut providers, mut faults): (Vec<IdentityProvider>, Vec<String>) = (Vec::new(), Vec::new());
    for entry in file.providers {
        let name = shortened(&entry.name);
        match entry.check(&secret) {
            Ok(provider) if providers.iter().any(|known| known.name == name) => {
                faults.push(format!("the name \"{}\" occurs twice", provider.name));
            }
            Ok(provider) => providers.push(provider),
            Err(broken) => faults.extend(broken.iter().map(|why| format!("{name}: {why}"))),
        }
    }
    if faults.is_empty() { Ok(providers) } else { Err(faults) }
}

impl Entry {
    fn check(
        self,
        secret: impl Fn(&Path) -> Result<String, String>,
    ) -> Result<IdentityProvider, Vec<String>> {
        let mut faults = self.faults();
        let client_authentication = self.client_authentication(secret).map_err(|why| faults.push(why));
        let (Ok(client_authentication), true) = (client_authentication, faults.is_empty()) else {
            return Err(faults);
        };
        Ok(IdentityProvider {
            client_authentication,
            name: self.name,
            title: self.title,
            issuer: self.issuer,
            client_id: self.client_id,
            acr_values: self.acr_values,
            scopes: self.scopes,
            claims: self.claims,
            endpoint_origins: self.endpoint_origins,
            handoff_origins: self.handoff_origins,
            timeout: Duration::from_secs(self.timeout_seconds),
        })
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !is_name(&self.name) {
            faults.push(
                "its name is not one: up to 32 lower-case letters, digits and hyphens, a letter first"
                    .to_owned(),
            );
        }
        if (forms::PAGE.read)(&self.issuer).is_none() {
            let issuer = shortened(&self.issuer);
            faults.push(format!("issuer: \"{issuer}\" is not a web URL, such as https://idp.example"));
        }
        if self.acr_values.is_empty() {
            faults.push("acr_values: none is asked for, so any level of assurance would do".to_owned());
        }
        if !(1..=30).contains(&self.timeout_seconds) {
            faults.push("timeout_seconds: it is not a whole number from 1 to 30".to_owned());
        }
        for (field, origins) in
            [("endpoint_origins", &self.endpoint_origins), ("handoff_origins", &self.handoff_origins)]
        {
            let not =
                |origin: &String| format!("{field}: \"{}\" is not {}", shortened(origin), forms::ORIGIN.what);
            faults.extend(origins.iter().filter(|origin| Origin::parse(origin).is_err()).map(not));
        }
        faults
    }

    fn client_authentication(
        &self,
        secret: impl Fn(&Path) -> Result<String, String>,
    ) -> Result<ClientAuthentication, String> {
        match (&self.client_secret_file, &self.private_key_file) {
            (Some(path), None) => {
                Ok(ClientAuthentication::ClientSecretBasic(secret(path)?.trim().to_owned()))
            }
            (None, Some(path)) => Ok(ClientAuthentication::PrivateKeyJwt {
                key_pem: secret(path)?,
                key_id: self.private_key_id.clone(),
            }),
            _ => Err("it needs either client_secret_file or private_key_file".to_owned()),
        }
    }
}

/// Returns whether the text can be a name: it appears in paths, in the database and as a method.
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

    fn parsed(text: &str) -> Result<Vec<IdentityProvider>, Vec<String>> {
        read(text, |path| Ok(path.display().to_string()))
    }

    #[test]
    fn a_provider_is_an_entry() {
        let providers = parsed(GOOD).unwrap_or_else(|faults| panic!("{faults:?}"));
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
    fn what_would_not_hold_is_told_in_a_sentence() {
        let no_name = "its name is not one: up to 32 lower-case letters, digits and hyphens, a letter first";
        for (from, to, sentence) in [
            ("\"roeid\"\n", "\"counter\"\n", format!("counter: {no_name}")),
            ("\"roeid\"\n", "\"../x\"\n", format!("../x: {no_name}")),
            (
                "[\"substantial\", \"high\"]",
                "[]",
                "roeid: acr_values: none is asked for, so any level of assurance would do".into(),
            ),
            (
                "private_key_file = \"roeid.pem\"",
                "",
                "roeid: it needs either client_secret_file or private_key_file".into(),
            ),
            (
                "https://roeid.example",
                "roeid",
                "roeid: issuer: \"roeid\" is not a web URL, such as https://idp.example".into(),
            ),
            (
                "acr_values",
                "timeout_seconds = 0\nacr_values",
                "roeid: timeout_seconds: it is not a whole number from 1 to 30".into(),
            ),
        ] {
            assert_eq!(parsed(&GOOD.replace(from, to)).err().unwrap(), [sentence]);
        }
        for (from, to, named) in [
            ("private_key_file", "secret_file", "line 7: unknown field `secret_file`"),
            ("{ ro = \"ROeID\"", "{ ro = \"RO\u{202E}eID\"", "text_control_character"),
            ("numar_personal\"", "numar_personal\", personal = \"x\"", "line 9: unknown field `personal`"),
            ("\"roeid\"\n", "\"roeid\n", "line 3: "),
        ] {
            let faults = parsed(&GOOD.replace(from, to)).err().unwrap();
            let [fault] = faults.as_slice() else { panic!("{faults:?}") };
            assert!(fault.contains(named) && !fault.contains('\n'), "{fault}");
        }
        assert_eq!(parsed(&format!("{GOOD}{GOOD}")).err().unwrap(), ["the name \"roeid\" occurs twice"]);
        let faults =
            parsed(&GOOD.replace("https://roeid.example", "x").replace("\"substantial\", \"high\"", ""));
        assert_eq!(faults.err().unwrap().len(), 2, "all at once");
    }

    #[test]
    fn a_secret_that_is_not_there_is_named_by_its_file() {
        let faults = parse(GOOD, Path::new("/nowhere/providers.toml")).err().unwrap();
        assert_eq!(faults, ["roeid: the file /nowhere/roeid.pem cannot be read: there is no such file"]);
    }
}
