//! Settings by name, as they were given: from where they are read, and how.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use super::ConfigError;
use super::variables::{SECRETS, VARIABLES, default_of};
use crate::rule::Rule;

/// Settings by name.
pub(super) struct Settings(BTreeMap<String, String>);

impl Settings {
    /// Refuses names that are unknown, and reads the files of secrets.
    pub(super) fn of(settings: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        refuse_unknown(&settings)?;
        with_secret_files(settings).map(Self)
    }

    /// From the environment, which wins over the settings file.
    pub(super) fn read() -> Result<BTreeMap<String, String>, ConfigError> {
        let environment: BTreeMap<String, String> = std::env::vars().collect();
        let named = environment.get("CAZIER_CONFIG").cloned();
        let mut settings = file_settings(named.as_deref())?;
        settings.extend(environment.into_iter().filter(|(name, _)| is_ours(name)));
        Ok(settings)
    }

    /// The value; an empty one counts as unset.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// What stands between the commas.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let value = self.text(name).unwrap_or_default();
        value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// The value, read; nothing when it is unset.
    pub(super) fn optional<T: FromStr<Err: Display>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        self.text(name).map(|value| parse(name, &value)).transpose()
    }

    /// The value, or the default of the table.
    pub(super) fn text_or_default(&self, name: &str) -> String {
        self.text(name).unwrap_or_else(|| default_of(name).to_owned())
    }

    /// The same, read.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, ConfigError> {
        parse(name, &self.text_or_default(name))
    }

    /// The value by a type that has rules of its own; nothing when it is unset.
    pub(super) fn value<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, &'static Rule>,
    ) -> Result<Option<T>, ConfigError> {
        self.text(name).map(|value| parse(&value).map_err(|rule| broken(name, rule))).transpose()
    }

    /// The same, or the default of the table.
    pub(super) fn value_or_default<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, &'static Rule>,
    ) -> Result<T, ConfigError> {
        parse(&self.text_or_default(name)).map_err(|rule| broken(name, rule))
    }

    /// What the file of this setting holds; nothing when it is unset.
    pub(super) fn file<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Path) -> Result<Vec<T>, ConfigError>,
    ) -> Result<Vec<T>, ConfigError> {
        self.text(name).map_or_else(|| Ok(Vec::new()), |path| read(Path::new(&path)))
    }
}

fn parse<T: FromStr<Err: Display>>(name: &'static str, value: &str) -> Result<T, ConfigError> {
    value.parse().map_err(|why: T::Err| ConfigError::Invalid { name, why: format!("cannot be used: {why}") })
}

fn broken(name: &'static str, rule: &Rule) -> ConfigError {
    ConfigError::Invalid { name, why: format!("cannot be used: {} ({})", rule.en, rule.code) }
}

/// Whether a name of the environment is meant for this program.
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
