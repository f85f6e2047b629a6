//! Settings, read once at the start: from the environment, then from a file with the same names, then the defaults.
//!
//! All faults are reported together. An unknown name with the `CAZIER_` prefix stops the start, so a misspelt setting
//! is never silently ignored. Every secret can be given by a file: `NAME_FILE=/path`.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `table` | the table of settings: name, default, meaning, field, form |
//! | `variables` `fields` | made of it: the list of settings, and [`Config`] with a field for each |
//! | `given` | their sources: environment, settings file, files of secrets |
//! | `mail_server` `sender` `roll_out` `log_format` `max_age` `leniency` | values of single settings |
//! | `forms` | the form of each value, in words and as code |
//! | `settings` | values, parsed into their forms; faults are collected |
//! | `fault` `nearest` `shown` | sentences about faults, without secrets |
//! | `identity_providers` `toml_file` | settings in a TOML file of their own |

use std::collections::BTreeMap;

use url::Url;

use crate::person::Email;
use crate::text::Text;

mod fault;
mod fields;
mod forms;
mod given;
mod identity_providers;
mod leniency;
mod log_format;
pub mod mail_server;
mod max_age;
mod nearest;
mod roll_out;
mod sender;
mod settings;
mod shown;
mod table;
#[cfg(test)]
mod tests;
mod toml_file;
mod variables;

pub use fault::{Fault, Faults, reason, write_list};
pub use fields::Config;
use given::Given;
pub use given::Source;
pub use identity_providers::{ClaimNames, ClientAuthentication, IdentityProvider, Title};
pub use leniency::{Leniencies, Leniency, tell as tell_leniency};
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

    /// Returns where and when people can get help.
    #[must_use]
    pub fn help_desk(&self) -> HelpDesk {
        HelpDesk {
            phone: self.support_phone.clone(),
            email: self.support_email.clone(),
            web: self.support_url.clone(),
            hours_ro: self.support_hours_ro.clone(),
            hours_en: self.support_hours_en.clone(),
        }
    }

    /// Returns the days from which more is on offer.
    #[must_use]
    pub fn roll_out(&self) -> RollOut {
        RollOut {
            persons_with_entries_from: self.persons_with_entries_from,
            legal_persons_from: self.legal_persons_from,
        }
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
        let (config, overview) = (Config::of_settings(&settings), settings.overview());
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
