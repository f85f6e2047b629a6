//! Settings, read once at the start: from the environment, then from a file of the same names, then the defaults.
//!
//! A name with the `CAZIER_` prefix that is not known stops the start, so that a misspelt setting is never ignored
//! in silence. Every secret can be given by a file: `NAME_FILE=/path`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU8, NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveDate;
use url::Url;
use zeroize::Zeroizing;

use crate::civil_date::CivilDate;
use crate::notify::Sender;
use crate::person::{Email, Phone};
use crate::signature::{RsaScheme, WantedKind};
use crate::text::Text;

mod clients;
mod identity_providers;
mod max_age;
mod settings;
mod variables;

pub use clients::Client;
pub use identity_providers::{ClaimNames, ClientAuthentication, IdentityProvider, Title};
pub use max_age::MaxAge;
use settings::Settings;
pub use variables::{VARIABLES, Variable};

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

/// Where and when people can ask for help.
#[derive(Debug, Clone, Default)]
pub struct HelpDesk {
    /// Phone number, as people dial it: grouped as the setting groups it.
    pub phone: Option<String>,
    /// Mail address.
    pub email: Option<Email>,
    /// Page with help; unset, the front end's.
    pub web: Option<Url>,
    /// Hours in Romanian.
    pub hours_ro: Option<Text>,
    /// Hours in English.
    pub hours_en: Option<Text>,
}

impl HelpDesk {
    fn of(s: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            phone: s.value("CAZIER_SUPPORT_PHONE", |text| {
                Phone::parse_of_office(text).map(|_| text.to_owned())
            })?,
            email: s.value("CAZIER_SUPPORT_EMAIL", Email::parse)?,
            web: s.optional("CAZIER_SUPPORT_URL")?,
            hours_ro: s.value("CAZIER_SUPPORT_HOURS_RO", Text::parse)?,
            hours_en: s.value("CAZIER_SUPPORT_HOURS_EN", Text::parse)?,
        })
    }
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
    pub issuing_unit: Text,
    pub persons_with_entries_from: Option<NaiveDate>,
    pub legal_persons_from: Option<NaiveDate>,
    pub criminal_records_url: Option<Url>,
    pub civil_status_url: Option<Url>,
    pub companies_url: Option<Url>,
    pub register_authority: Option<PathBuf>,
    pub register_identity: Option<PathBuf>,
    pub register_database_url: Option<String>,
    pub register_max_age: Option<MaxAge>,
    pub smtp_url: Option<String>,
    pub mail_from: Sender,
    pub help_desk: HelpDesk,
}

impl Config {
    /// Reads the environment and the settings file.
    ///
    /// # Errors
    /// Names the first setting that is unknown or cannot be used.
    pub fn read() -> Result<Self, ConfigError> {
        Self::of(Settings::read()?)
    }

    /// Reads settings given by name.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn of(settings: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let s = Settings::of(settings)?;
        Ok(Self {
            database_url: s.text("DATABASE_URL"),
            listen: s.parsed("CAZIER_LISTEN")?,
            sandbox_listen: s.parsed("CAZIER_SANDBOX_LISTEN")?,
            metrics_listen: s.parsed("CAZIER_METRICS_LISTEN")?,
            data_dir: s.text_or_default("CAZIER_DATA_DIR").into(),
            public_url: s.optional("CAZIER_PUBLIC_URL")?,
            front_end_url: s.optional("CAZIER_FRONT_END_URL")?,
            origins: s.list("CAZIER_ORIGINS"),
            return_urls: s.list("CAZIER_RETURN_URLS"),
            clients: s.file("CAZIER_CLIENTS", clients::read)?,
            identity_providers: s.file("CAZIER_IDENTITY_PROVIDERS", identity_providers::read)?,
            database_pool: s.parsed("CAZIER_DATABASE_POOL")?,
            workers: s.optional("CAZIER_WORKERS")?.unwrap_or_else(cores),
            sealing_keys: s.text("CAZIER_SEALING_KEYS"),
            index_keys: s.text("CAZIER_INDEX_KEYS"),
            seal_chain: s.list("CAZIER_SEAL_CHAIN").into_iter().map(PathBuf::from).collect(),
            seal_key: s.list("CAZIER_SEAL_KEY"),
            seal_key_passphrase: s.text("CAZIER_SEAL_KEY_PASSPHRASE").map(Zeroizing::new),
            seal_pin: s.text("CAZIER_SEAL_PIN").map(Zeroizing::new),
            seal_rsa: s.parsed("CAZIER_SEAL_RSA")?,
            seal_deadline: Duration::from_secs(s.parsed::<NonZeroU8>("CAZIER_SEAL_DEADLINE")?.get().into()),
            seal_kind: s.optional("CAZIER_SEAL_KIND")?,
            tsa_url: s.text("CAZIER_TSA_URL"),
            tsa_trust: s.text("CAZIER_TSA_TRUST").map(PathBuf::from),
            issuing_unit: s.parsed("CAZIER_ISSUING_UNIT")?,
            persons_with_entries_from: s.optional("CAZIER_PERSONS_WITH_ENTRIES_FROM")?.map(CivilDate::day),
            legal_persons_from: s.optional("CAZIER_LEGAL_PERSONS_FROM")?.map(CivilDate::day),
            criminal_records_url: s.optional("CAZIER_CRIMINAL_RECORDS_URL")?,
            civil_status_url: s.optional("CAZIER_CIVIL_STATUS_URL")?,
            companies_url: s.optional("CAZIER_COMPANIES_URL")?,
            register_authority: s.text("CAZIER_REGISTER_AUTHORITY").map(PathBuf::from),
            register_identity: s.text("CAZIER_REGISTER_IDENTITY").map(PathBuf::from),
            register_database_url: s.text("CAZIER_REGISTER_DATABASE_URL"),
            register_max_age: s.optional("CAZIER_REGISTER_MAX_AGE")?,
            smtp_url: s.text("CAZIER_SMTP_URL"),
            mail_from: s.value_or_default("CAZIER_MAIL_FROM", str::parse)?,
            help_desk: HelpDesk::of(&s)?,
        })
    }
}

/// Scheme, host and port and nothing more, as browsers write the `Origin` header.
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == text)
}

fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
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
    fn what_is_unset_is_as_the_table_says() {
        let config = of(&[("CAZIER_MAIL_FROM", " ")]).unwrap();
        assert_eq!(config.listen, "127.0.0.1:8080".parse().unwrap());
        assert_eq!((config.database_pool.get(), config.seal_deadline), (8, Duration::from_secs(5)));
        assert_eq!(
            config.mail_from.email.as_str(),
            "nu-raspundeti@cazier.invalid",
            "an empty value counts as unset"
        );
    }

    #[test]
    fn addresses_and_phones_go_by_the_rules_of_everybody_elses() {
        for (name, value, rule) in [
            ("CAZIER_MAIL_FROM", "Cazier <secret@nowhere>", "email_format"),
            ("CAZIER_SUPPORT_EMAIL", "secret at hub.example", "email_format"),
            ("CAZIER_SUPPORT_PHONE", "021 303 7080", "phone_format"),
            ("CAZIER_SUPPORT_PHONE", "+40 21 303", "phone_of_office"),
            ("CAZIER_SUPPORT_HOURS_RO", "luni\u{202E}vineri", "text_control_character"),
            ("CAZIER_SUPPORT_HOURS_EN", "weekdays 日", "text_not_printable"),
        ] {
            let error = of(&[(name, value)]).err().unwrap().to_string();
            assert!(error.contains(name) && error.contains(rule) && !error.contains(value), "{error}");
        }
        let config = of(&[
            ("CAZIER_MAIL_FROM", "Hub MAI <hub@poșta.ro>"),
            ("CAZIER_SUPPORT_EMAIL", "suport@poșta.ro"),
            ("CAZIER_SUPPORT_PHONE", "+40 800 800 201"),
        ]);
        let config = config.unwrap();
        assert_eq!(config.mail_from.email.as_str(), "hub@xn--pota-rxb.ro");
        assert_eq!(config.help_desk.email.unwrap().shown(), "suport@poșta.ro");
        assert_eq!(config.help_desk.phone.as_deref(), Some("+40 800 800 201"));
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
