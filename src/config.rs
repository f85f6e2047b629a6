//! Settings, read once at the start: from the environment, then from a file with the same names, then the defaults.
//!
//! All faults are reported together. An unknown name with the `CAZIER_` prefix stops the start, so a misspelt setting
//! is never silently ignored. Every secret can be given by a file: `NAME_FILE=/path`.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `variables` | the table of settings |
//! | `given` | their sources: environment, settings file, files of secrets |
//! | `mail_server` `sender` `roll_out` `log_format` `max_age` | values of single settings |
//! | `forms` | the form of each value, in words and as code |
//! | `settings` | values by name, parsed into their forms; faults are collected |
//! | `fault` `nearest` `shown` | sentences about faults, without secrets |
//! | `clients` `identity_providers` `toml_file` | settings in TOML files of their own |

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;
use zeroize::Zeroizing;

use crate::person::{Email, Phone};
use crate::text::Text;
use ades::{RsaScheme, WantedKind};

mod clients;
mod fault;
mod forms;
mod given;
mod identity_providers;
mod log_format;
pub mod mail_server;
mod max_age;
mod nearest;
mod roll_out;
mod sender;
mod settings;
mod shown;
#[cfg(test)]
mod tests;
mod toml_file;
mod variables;

pub use clients::Client;
pub use fault::{Fault, Faults, reason, write_list};
use given::Given;
pub use given::Source;
pub use identity_providers::{ClaimNames, ClientAuthentication, IdentityProvider, Title};
pub use log_format::LogFormat;
pub use max_age::MaxAge;
pub use roll_out::RollOut;
pub use sender::Sender;
use settings::Settings;
pub use variables::{VARIABLES, Variable};

/// Where and when people can get help.
#[derive(Debug, Clone, Default)]
pub struct HelpDesk {
    /// Phone number, grouped as in the setting.
    pub phone: Option<String>,
    /// Mail address.
    pub email: Option<Email>,
    /// Help page; unset, the front end's.
    pub web: Option<Url>,
    /// Hours in Romanian.
    pub hours_ro: Option<Text>,
    /// Hours in English.
    pub hours_en: Option<Text>,
}

impl HelpDesk {
    fn of(s: &Settings) -> Self {
        Self {
            phone: s.by_rule("CAZIER_SUPPORT_PHONE", |text| {
                Phone::parse_of_office(text).map(|_| text.to_owned())
            }),
            email: s.by_rule("CAZIER_SUPPORT_EMAIL", Email::parse),
            web: s.optional("CAZIER_SUPPORT_URL", &forms::PAGE),
            hours_ro: s.by_rule("CAZIER_SUPPORT_HOURS_RO", Text::parse),
            hours_en: s.by_rule("CAZIER_SUPPORT_HOURS_EN", Text::parse),
        }
    }
}

/// All settings, parsed.
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
    pub drain: Duration,
    pub connections: NonZeroUsize,
    pub connections_per_sender: Option<NonZeroUsize>,
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
    pub roll_out: RollOut,
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
    pub log_format: LogFormat,
    pub log_filter: String,
}

impl Config {
    /// Reads the environment and the settings file.
    ///
    /// # Errors
    /// Reports every unknown or unusable setting.
    pub fn read() -> Result<Self, Faults> {
        Reading::of_process().into_config()
    }

    /// Parses settings given by name.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn of(settings: BTreeMap<String, String>) -> Result<Self, Faults> {
        Reading::of(Given::of(settings)).into_config()
    }

    /// Builds the configuration; `None` only if a default of the table does not fit its own form.
    fn from(s: &Settings) -> Option<Self> {
        // Parsed first, so that `?` skips no setting.
        let (listen, sandbox_listen) =
            (s.parsed("CAZIER_LISTEN", &forms::LISTEN), s.parsed("CAZIER_SANDBOX_LISTEN", &forms::LISTEN));
        let metrics_listen = s.parsed("CAZIER_METRICS_LISTEN", &forms::LISTEN);
        let database_pool = s.parsed("CAZIER_DATABASE_POOL", &forms::POOL);
        let (seal_rsa, seal_deadline) = (
            s.parsed("CAZIER_SEAL_RSA", &forms::RSA_SCHEME),
            s.parsed("CAZIER_SEAL_DEADLINE", &forms::SECONDS),
        );
        let issuing_unit = s.by_rule_or_default("CAZIER_ISSUING_UNIT", Text::parse);
        let mail_from = s.by_rule_or_default("CAZIER_MAIL_FROM", str::parse);
        let drain = s.parsed("CAZIER_DRAIN_SECONDS", &forms::DRAIN);
        let connections = s.parsed("CAZIER_CONNECTIONS", &forms::CONNECTIONS);
        let log_format = s.parsed("CAZIER_LOG_FORMAT", &forms::LOG_FORMAT);
        let paths = |name| s.list(name).into_iter().map(PathBuf::from).collect();
        let path = |name| s.text(name).map(PathBuf::from);
        Some(Self {
            database_url: s.optional("DATABASE_URL", &forms::DATABASE),
            data_dir: s.text_or_default("CAZIER_DATA_DIR").into(),
            public_url: s.optional("CAZIER_PUBLIC_URL", &forms::SITE),
            front_end_url: s.optional("CAZIER_FRONT_END_URL", &forms::SITE),
            origins: s.each("CAZIER_ORIGINS", &forms::ORIGIN),
            return_urls: s.each("CAZIER_RETURN_URLS", &forms::RETURN_URL),
            clients: s.file("CAZIER_CLIENTS", clients::parse),
            identity_providers: s.file("CAZIER_IDENTITY_PROVIDERS", identity_providers::parse),
            workers: s.optional("CAZIER_WORKERS", &forms::WORKERS).unwrap_or_else(cores),
            sealing_keys: s.optional("CAZIER_SEALING_KEYS", &forms::SEALING_KEYS),
            index_keys: s.optional("CAZIER_INDEX_KEYS", &forms::INDEX_KEY),
            seal_chain: paths("CAZIER_SEAL_CHAIN"),
            seal_key: s.list("CAZIER_SEAL_KEY"),
            seal_key_passphrase: s.text("CAZIER_SEAL_KEY_PASSPHRASE").map(Zeroizing::new),
            seal_pin: s.text("CAZIER_SEAL_PIN").map(Zeroizing::new),
            seal_kind: s.optional("CAZIER_SEAL_KIND", &forms::SEAL_KIND),
            tsa_url: s.optional("CAZIER_TSA_URL", &forms::PAGE_TEXT),
            tsa_trust: path("CAZIER_TSA_TRUST"),
            roll_out: RollOut::of(s),
            criminal_records_url: s.optional("CAZIER_CRIMINAL_RECORDS_URL", &forms::SECURE_SITE),
            civil_status_url: s.optional("CAZIER_CIVIL_STATUS_URL", &forms::SECURE_SITE),
            companies_url: s.optional("CAZIER_COMPANIES_URL", &forms::SECURE_SITE),
            register_authority: path("CAZIER_REGISTER_AUTHORITY"),
            register_identity: path("CAZIER_REGISTER_IDENTITY"),
            register_database_url: s.optional("CAZIER_REGISTER_DATABASE_URL", &forms::DATABASE),
            register_max_age: s.optional("CAZIER_REGISTER_MAX_AGE", &forms::MAX_AGE),
            smtp_url: s.optional("CAZIER_SMTP_URL", &forms::MAIL_SERVER),
            help_desk: HelpDesk::of(s),
            log_filter: s.text_or_default("RUST_LOG"),
            listen: listen?,
            drain: drain?,
            connections: connections?,
            connections_per_sender: s.optional("CAZIER_CONNECTIONS_PER_SENDER", &forms::CONNECTIONS),
            log_format: log_format?,
            sandbox_listen: sandbox_listen?,
            metrics_listen: metrics_listen?,
            database_pool: database_pool?,
            seal_rsa: seal_rsa?,
            seal_deadline: seal_deadline?,
            issuing_unit: issuing_unit?,
            mail_from: mail_from?,
        })
    }
}

/// The settings as far as they could be parsed, and all their faults.
pub struct Reading {
    /// The configuration, with faulty settings as if unset.
    pub config: Option<Config>,
    /// All faults.
    pub faults: Option<Faults>,
    /// Every setting: its name, its source, its value as an operator may see it.
    pub overview: Vec<(&'static str, Source, String)>,
}

impl Reading {
    /// Reads the environment and the settings file.
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(Given::read())
    }

    fn of(given: Given) -> Self {
        let settings = Settings::of(given);
        let (config, overview) = (Config::from(&settings), settings.overview());
        Self { config, overview, faults: settings.into_faults() }
    }

    /// Returns the settings.
    ///
    /// # Errors
    /// All faults, if there are any.
    pub fn into_config(self) -> Result<Config, Faults> {
        match (self.faults, self.config) {
            (None, Some(config)) => Ok(config),
            (Some(faults), _) => Err(faults),
            (None, None) => Err(Faults(vec![Fault::new("cazier", "a default does not fit its own form")])),
        }
    }
}

fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
