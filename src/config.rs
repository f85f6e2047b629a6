//! Settings, read once at the start: from the environment, then from a file of the same names, then the defaults.
//!
//! A name with the `CAZIER_` prefix that is not known stops the start, so that a misspelt setting is never ignored
//! in silence. Every secret can be given by a file: `NAME_FILE=/path`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU8, NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveDate;
use url::Url;
use zeroize::Zeroizing;

use crate::signature::{RsaScheme, WantedKind};

mod clients;
mod identity_providers;

pub use clients::Client;
pub use identity_providers::{ClaimNames, ClientAuthentication, IdentityProvider, Title};

/// A setting that cannot be used; the text names it and never its value.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not one of [`VARIABLES`].
    #[error("{0} is not a setting of cazier; `cazier serve --help` lists them")]
    Unknown(String),
    /// Not in the form that the setting asks for.
    #[error("{name} {why}")]
    Invalid {
        /// Which setting.
        name: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The file that was named cannot be read.
    #[error("{0} cannot be read: {1}")]
    File(String, String),
}

/// One setting, as `--help` and the README show it.
#[derive(Debug)]
pub struct Variable {
    /// Name in the environment and in the settings file.
    pub name: &'static str,
    /// Value when it is unset.
    pub default: &'static str,
    /// What it sets.
    pub meaning: &'static str,
}

const fn variable(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, default, meaning }
}

/// Every setting there is.
pub const VARIABLES: &[Variable] = &[
    variable("DATABASE_URL", "(private cluster)", "Postgres server; unset, `cazier dev` runs a private one"),
    variable("CAZIER_CONFIG", ".env", "file of settings, `NAME=value` lines; the environment wins over it"),
    variable("CAZIER_LISTEN", "127.0.0.1:8080", "address of the API"),
    variable("CAZIER_SANDBOX_LISTEN", "127.0.0.1:8090", "address of the simulated Ghișeul (`cazier dev`)"),
    variable("CAZIER_METRICS_LISTEN", "127.0.0.1:9090", "address of the metrics"),
    variable("CAZIER_DATA_DIR", ".cazier", "private Postgres and development keys (`cazier dev`)"),
    variable("CAZIER_PUBLIC_URL", "http://{CAZIER_LISTEN}", "address of the API as browsers reach it"),
    variable("CAZIER_FRONT_END_URL", "{CAZIER_PUBLIC_URL}", "front end that links in mails lead to"),
    variable("CAZIER_ORIGINS", "(none)", "origins of the front end `hub`, comma separated (CORS)"),
    variable(
        "CAZIER_RETURN_URLS",
        "(none)",
        "exact addresses that a redirect of `hub` may return to, comma separated",
    ),
    variable("CAZIER_CLIENTS", "(none)", "TOML file of further front ends"),
    variable("CAZIER_IDENTITY_PROVIDERS", "(none)", "TOML file of the identity providers"),
    variable("CAZIER_DATABASE_POOL", "8", "connections to Postgres of one node"),
    variable("CAZIER_WORKERS", "(cores)", "threads that answer requests"),
    variable(
        "CAZIER_SEALING_KEYS",
        "(none)",
        "secret: `id:base64` AES-256 keys, comma separated, the active one first",
    ),
    variable(
        "CAZIER_INDEX_KEYS",
        "(none)",
        "secret: `id:base64` HMAC key; one, for as long as the database lives",
    ),
    variable(
        "CAZIER_SEAL_CHAIN",
        "(none)",
        "PEM file: the seal's certificate, its issuers, the root; several comma separated",
    ),
    variable(
        "CAZIER_SEAL_KEY",
        "(none)",
        "its key (P-256, P-384 or RSA): PEM file (PKCS#8) or PKCS#11 URI; as many as chains, in their order",
    ),
    variable("CAZIER_SEAL_KEY_PASSPHRASE", "(none)", "secret: opens encrypted key files"),
    variable("CAZIER_SEAL_PIN", "(none)", "secret: logs in at the device of a PKCS#11 URI"),
    variable("CAZIER_SEAL_RSA", "pss", "how RSA keys sign: `pss` or `pkcs1`"),
    variable("CAZIER_SEAL_DEADLINE", "5", "seconds that a device may take for a signature"),
    variable(
        "CAZIER_SEAL_KIND",
        "(the certificate's)",
        "`seal` or `signature`, qualified; `advanced-seal` or `advanced-signature`, not qualified",
    ),
    variable(
        "CAZIER_TSA_URL",
        "(none)",
        "time-stamp authority (RFC 3161); without one, signatures stay at level B-B",
    ),
    variable("CAZIER_TSA_TRUST", "(the seal's root)", "PEM file: whom to trust for time-stamps"),
    variable("CAZIER_ISSUING_UNIT", "Hub MAI", "name of the unit that issues, as certificates show it"),
    variable(
        "CAZIER_PERSONS_WITH_ENTRIES_FROM",
        "(never)",
        "first day, YYYY-MM-DD, on which officers issue certificates with entries; before, a hit leads to a counter",
    ),
    variable(
        "CAZIER_LEGAL_PERSONS_FROM",
        "(never)",
        "first day, YYYY-MM-DD, on which certificates of legal persons can be applied for",
    ),
    variable(
        "CAZIER_CRIMINAL_RECORDS_URL",
        "(local register)",
        "https address of the criminal-record register",
    ),
    variable("CAZIER_CIVIL_STATUS_URL", "(local register)", "https address of the population register"),
    variable("CAZIER_COMPANIES_URL", "(local register)", "https address of the company register"),
    variable(
        "CAZIER_REGISTER_AUTHORITY",
        "(none)",
        "PEM file: the authority of the remote registers' certificates",
    ),
    variable(
        "CAZIER_REGISTER_IDENTITY",
        "(none)",
        "PEM file: our certificate and its key for the remote registers",
    ),
    variable(
        "CAZIER_REGISTER_DATABASE_URL",
        "{DATABASE_URL}",
        "secret: where the local registers are read, by a role that can read nothing else",
    ),
    variable(
        "CAZIER_SMTP_URL",
        "(none)",
        "secret: mail server, `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`",
    ),
    variable("CAZIER_MAIL_FROM", "Cazier <nu-raspundeti@localhost>", "sender of the mails"),
    variable("CAZIER_SUPPORT_PHONE", "(none)", "phone of the help desk, as people dial it"),
    variable("CAZIER_SUPPORT_EMAIL", "(none)", "mail address of the help desk"),
    variable("CAZIER_SUPPORT_URL", "{CAZIER_FRONT_END_URL}/support", "page of the help desk"),
    variable("CAZIER_SUPPORT_HOURS_RO", "(none)", "hours of the help desk, in Romanian"),
    variable("CAZIER_SUPPORT_HOURS_EN", "(none)", "hours of the help desk, in English"),
    variable(
        "CAZIER_POSTGRES_BIN",
        "(searched)",
        "folder of the PostgreSQL programs for the private cluster",
    ),
    variable("RUST_LOG", "info,actix_server=warn", "what is logged (env_logger)"),
];

/// The names whose value may stand in a file named by `NAME_FILE`.
const SECRETS: &[&str] = &[
    "DATABASE_URL",
    "CAZIER_SEALING_KEYS",
    "CAZIER_INDEX_KEYS",
    "CAZIER_SEAL_KEY_PASSPHRASE",
    "CAZIER_SEAL_PIN",
    "CAZIER_REGISTER_DATABASE_URL",
    "CAZIER_SMTP_URL",
];

/// Where and when people can ask for help.
#[derive(Debug, Clone, Default)]
pub struct HelpDesk {
    /// Phone number, as people dial it.
    pub phone: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Page with help; unset, the front end's.
    pub web: Option<Url>,
    /// Hours in Romanian.
    pub hours_ro: Option<String>,
    /// Hours in English.
    pub hours_en: Option<String>,
}

/// All settings, read.
#[derive(Clone)]
#[allow(missing_docs, reason = "each field is the setting of the same name in VARIABLES")]
pub struct Config {
    pub database_url: Option<String>,
    pub listen: SocketAddr,
    pub sandbox_listen: SocketAddr,
    pub metrics_listen: SocketAddr,
    pub data_dir: PathBuf,
    pub public_url: Option<Url>,
    pub front_end_url: Option<Url>,
    pub origins: Vec<String>,
    pub return_urls: Vec<String>,
    pub clients: Vec<Client>,
    pub identity_providers: Vec<IdentityProvider>,
    pub database_pool: NonZeroU32,
    pub workers: NonZeroUsize,
    pub sealing_keys: Option<String>,
    pub index_keys: Option<String>,
    pub seal_chain: Vec<PathBuf>,
    pub seal_key: Vec<String>,
    pub seal_key_passphrase: Option<Zeroizing<String>>,
    pub seal_pin: Option<Zeroizing<String>>,
    pub seal_rsa: RsaScheme,
    pub seal_deadline: Duration,
    pub seal_kind: Option<WantedKind>,
    pub tsa_url: Option<String>,
    pub tsa_trust: Option<PathBuf>,
    pub issuing_unit: String,
    pub persons_with_entries_from: Option<NaiveDate>,
    pub legal_persons_from: Option<NaiveDate>,
    pub criminal_records_url: Option<Url>,
    pub civil_status_url: Option<Url>,
    pub companies_url: Option<Url>,
    pub register_authority: Option<PathBuf>,
    pub register_identity: Option<PathBuf>,
    pub register_database_url: Option<String>,
    pub smtp_url: Option<String>,
    pub mail_from: String,
    pub help_desk: HelpDesk,
}

impl Config {
    /// Reads the environment and the settings file.
    ///
    /// # Errors
    /// Names the first setting that is unknown or cannot be used.
    pub fn read() -> Result<Self, ConfigError> {
        let environment: BTreeMap<String, String> = std::env::vars().collect();
        let named = environment.get("CAZIER_CONFIG").cloned();
        let mut settings = file_settings(named.as_deref())?;
        settings.extend(environment.into_iter().filter(|(name, _)| is_ours(name)));
        Self::of(settings)
    }

    /// Reads settings given by name.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn of(settings: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        refuse_unknown(&settings)?;
        let s = Settings(with_secret_files(settings)?);
        Ok(Self {
            database_url: s.text("DATABASE_URL"),
            listen: s.parsed("CAZIER_LISTEN", "127.0.0.1:8080")?,
            sandbox_listen: s.parsed("CAZIER_SANDBOX_LISTEN", "127.0.0.1:8090")?,
            metrics_listen: s.parsed("CAZIER_METRICS_LISTEN", "127.0.0.1:9090")?,
            data_dir: s.text("CAZIER_DATA_DIR").unwrap_or_else(|| ".cazier".into()).into(),
            public_url: s.optional("CAZIER_PUBLIC_URL")?,
            front_end_url: s.optional("CAZIER_FRONT_END_URL")?,
            origins: s.list("CAZIER_ORIGINS"),
            return_urls: s.list("CAZIER_RETURN_URLS"),
            clients: s.file("CAZIER_CLIENTS", clients::read)?,
            identity_providers: s.file("CAZIER_IDENTITY_PROVIDERS", identity_providers::read)?,
            database_pool: s.parsed("CAZIER_DATABASE_POOL", "8")?,
            workers: s.optional("CAZIER_WORKERS")?.unwrap_or_else(cores),
            sealing_keys: s.text("CAZIER_SEALING_KEYS"),
            index_keys: s.text("CAZIER_INDEX_KEYS"),
            seal_chain: s.list("CAZIER_SEAL_CHAIN").into_iter().map(PathBuf::from).collect(),
            seal_key: s.list("CAZIER_SEAL_KEY"),
            seal_key_passphrase: s.text("CAZIER_SEAL_KEY_PASSPHRASE").map(Zeroizing::new),
            seal_pin: s.text("CAZIER_SEAL_PIN").map(Zeroizing::new),
            seal_rsa: s.parsed("CAZIER_SEAL_RSA", "pss")?,
            seal_deadline: Duration::from_secs(
                s.parsed::<NonZeroU8>("CAZIER_SEAL_DEADLINE", "5")?.get().into(),
            ),
            seal_kind: s.optional("CAZIER_SEAL_KIND")?,
            tsa_url: s.text("CAZIER_TSA_URL"),
            tsa_trust: s.text("CAZIER_TSA_TRUST").map(PathBuf::from),
            issuing_unit: s.text("CAZIER_ISSUING_UNIT").unwrap_or_else(|| "Hub MAI".into()),
            persons_with_entries_from: s.optional("CAZIER_PERSONS_WITH_ENTRIES_FROM")?,
            legal_persons_from: s.optional("CAZIER_LEGAL_PERSONS_FROM")?,
            criminal_records_url: s.optional("CAZIER_CRIMINAL_RECORDS_URL")?,
            civil_status_url: s.optional("CAZIER_CIVIL_STATUS_URL")?,
            companies_url: s.optional("CAZIER_COMPANIES_URL")?,
            register_authority: s.text("CAZIER_REGISTER_AUTHORITY").map(PathBuf::from),
            register_identity: s.text("CAZIER_REGISTER_IDENTITY").map(PathBuf::from),
            register_database_url: s.text("CAZIER_REGISTER_DATABASE_URL"),
            smtp_url: s.text("CAZIER_SMTP_URL"),
            mail_from: s
                .text("CAZIER_MAIL_FROM")
                .unwrap_or_else(|| "Cazier <nu-raspundeti@localhost>".into()),
            help_desk: s.help_desk()?,
        })
    }
}

struct Settings(BTreeMap<String, String>);

impl Settings {
    fn help_desk(&self) -> Result<HelpDesk, ConfigError> {
        Ok(HelpDesk {
            phone: self.text("CAZIER_SUPPORT_PHONE"),
            email: self.text("CAZIER_SUPPORT_EMAIL"),
            web: self.optional("CAZIER_SUPPORT_URL")?,
            hours_ro: self.text("CAZIER_SUPPORT_HOURS_RO"),
            hours_en: self.text("CAZIER_SUPPORT_HOURS_EN"),
        })
    }

    /// The value; an empty one counts as unset.
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn list(&self, name: &str) -> Vec<String> {
        let value = self.text(name).unwrap_or_default();
        value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    fn optional<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        self.text(name).map(|value| parse(name, &value)).transpose()
    }

    fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        name: &'static str,
        default: &str,
    ) -> Result<T, ConfigError> {
        parse(name, self.text(name).as_deref().unwrap_or(default))
    }

    /// What the file of this setting holds; nothing when it is unset.
    fn file<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Path) -> Result<Vec<T>, ConfigError>,
    ) -> Result<Vec<T>, ConfigError> {
        self.text(name).map_or_else(|| Ok(Vec::new()), |path| read(Path::new(&path)))
    }
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &'static str,
    value: &str,
) -> Result<T, ConfigError> {
    value.parse().map_err(|why: T::Err| ConfigError::Invalid { name, why: format!("cannot be used: {why}") })
}

/// Scheme, host and port and nothing more, as browsers write the `Origin` header.
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == text)
}

fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

fn is_ours(name: &str) -> bool {
    name.starts_with("CAZIER_") || name.starts_with("DATABASE_URL")
}

fn refuse_unknown(settings: &BTreeMap<String, String>) -> Result<(), ConfigError> {
    let known = |name: &str| VARIABLES.iter().any(|variable| variable.name == name);
    let secret = |name: &str| name.strip_suffix("_FILE").is_some_and(|name| SECRETS.contains(&name));
    match settings.keys().find(|name| is_ours(name) && !known(name) && !secret(name)) {
        Some(name) => Err(ConfigError::Unknown(name.clone())),
        None => Ok(()),
    }
}

/// The file that was named, or `.env` where there is one.
fn file_settings(named: Option<&str>) -> Result<BTreeMap<String, String>, ConfigError> {
    let path = named.unwrap_or(".env");
    if named.is_none() && !Path::new(path).exists() {
        return Ok(BTreeMap::new());
    }
    // The library's own text repeats the line, which can hold a secret.
    let failed = |error: dotenvy::Error| {
        let why = match error {
            dotenvy::Error::LineParse(_, place) => {
                format!("a line is not NAME=value (near byte {place} of it)")
            }
            dotenvy::Error::Io(error) => error.to_string(),
            _ => String::from("it is not a settings file"),
        };
        ConfigError::File(path.to_owned(), why)
    };
    dotenvy::from_path_iter(path).map_err(failed)?.map(|line| line.map_err(failed)).collect()
}

fn with_secret_files(
    mut settings: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    for name in SECRETS {
        if let Some(path) = settings.get(&format!("{name}_FILE")) {
            let secret = std::fs::read_to_string(path)
                .map_err(|error| ConfigError::File(format!("{name}_FILE"), error.to_string()))?;
            settings.insert((*name).to_owned(), secret);
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn an_unknown_or_unusable_setting_stops_the_start_by_its_name() {
        let error = of(&[("CAZIER_LISTN", "127.0.0.1:1")]).err().unwrap().to_string();
        assert!(error.contains("CAZIER_LISTN"), "{error}");
        let error = of(&[("CAZIER_LISTEN", "nowhere")]).err().unwrap().to_string();
        assert!(error.contains("CAZIER_LISTEN") && !error.contains("nowhere"), "{error}");
        let error = of(&[("CAZIER_IDENTITY_PROVIDERS", "/nowhere")]).err().unwrap().to_string();
        assert!(error.contains("CAZIER_IDENTITY_PROVIDERS"), "{error}");
    }

    #[test]
    fn a_secret_can_stand_in_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("url");
        std::fs::write(&path, "postgres://somewhere\n").unwrap();
        let config = of(&[("DATABASE_URL_FILE", path.to_str().unwrap())]).unwrap();
        assert_eq!(config.database_url.as_deref(), Some("postgres://somewhere"));
        assert!(of(&[("CAZIER_LISTEN_FILE", "x")]).is_err(), "only secrets are read from files");
    }
}
