//! The sources of settings: the environment, the settings file, files of secrets.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::fault::{self, Fault};
use super::nearest::nearest;
use super::variables::Variable;

/// The settings file if none is named.
const DEFAULT_FILE: &str = ".env";

/// The source of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The environment.
    Environment,
    /// A settings file.
    File(Arc<str>),
    /// A file that `NAME_FILE` names.
    Secret(Arc<str>),
    /// The default of the table.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("environment"),
            Self::File(path) | Self::Secret(path) => f.write_str(path),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and its source.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) source: Source,
}

/// The given settings by name, and the faults in how they were given.
pub(super) struct Given {
    pub(super) values: BTreeMap<String, Value>,
    pub(super) faults: Vec<Fault>,
}

impl Given {
    /// Reads the environment and the settings file; the environment wins.
    pub(super) fn read() -> Self {
        let mut given = Self { values: BTreeMap::new(), faults: Vec::new() };
        let environment = given.environment();
        let named = environment.get("CAZIER_CONFIG").map(|value| value.text.trim().to_owned());
        given.read_file(named.as_deref().filter(|path| !path.is_empty()));
        for (name, value) in environment {
            // If one source gives a value and the other a file, the environment's wins.
            given.values.remove(&other_way(&name));
            given.values.insert(name, value);
        }
        given.settle()
    }

    /// Takes these settings as if the environment held them and nothing else.
    pub(super) fn of(settings: BTreeMap<String, String>) -> Self {
        let value = |(name, text)| (name, Value { text, source: Source::Environment });
        Self { values: settings.into_iter().map(value).collect(), faults: Vec::new() }.settle()
    }

    fn environment(&mut self) -> BTreeMap<String, Value> {
        let mut found = BTreeMap::new();
        for (name, value) in
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        {
            if !is_ours(&name) {
                continue;
            }
            match OsString::into_string(value) {
                Ok(text) => drop(found.insert(name, Value { text, source: Source::Environment })),
                Err(_) => self.faults.push(Fault::new(&name, "its value is not text in UTF-8")),
            }
        }
        found
    }

    /// Reads the named file, or `.env` if it exists.
    fn read_file(&mut self, named: Option<&str>) {
        let path = named.unwrap_or(DEFAULT_FILE);
        if named.is_none() && !Path::new(path).exists() {
            return;
        }
        let file = match std::fs::read_to_string(path) {
            Ok(file) => file,
            Err(error) => return self.faults.push(Fault::file("CAZIER_CONFIG", path, &error)),
        };
        let source = Source::File(Arc::from(path));
        for line in dotenvy::from_read_iter(file.as_bytes()) {
            match line {
                Ok((name, text)) => self.add(path, name, Value { text, source: source.clone() }),
                Err(error) => self
                    .faults
                    .push(Fault::new("CAZIER_CONFIG", format_args!("{path}: {}", unreadable(&error, &file)))),
            }
        }
    }

    fn add(&mut self, path: &str, name: String, value: Value) {
        if Variable::all().any(|variable| variable.is_of_environment && variable.name == name) {
            return self.faults.push(Fault::new(
                &name,
                format_args!("is read from the environment alone, not from {path}"),
            ));
        }
        // Other programs may have lines here, but a misspelt name of ours is a fault.
        if !is_ours(&name) {
            if nearest(&name).is_some() {
                self.faults.push(Fault::unknown(&name));
            }
            return;
        }
        let twice = Fault::new(&name, format_args!("occurs twice in {path}"));
        if self.values.insert(name, value).is_some() {
            self.faults.push(twice);
        }
    }

    /// Refuses unknown names, and reads the files of secrets.
    fn settle(mut self) -> Self {
        let known = |name: &str| Variable::all().any(|variable| variable.name == name);
        let unknown = self.values.keys().filter(|name| !known(name) && secret_of(name).is_none());
        self.faults.extend(unknown.map(|name| Fault::unknown(name)));
        self.values.retain(|name, _| known(name) || secret_of(name).is_some());
        let files: Vec<String> =
            self.values.keys().filter(|name| secret_of(name).is_some()).cloned().collect();
        for name in files {
            self.read_secret(&name);
        }
        self
    }

    fn read_secret(&mut self, file: &str) {
        let (Some(name), Some(path)) = (secret_of(file), self.values.remove(file)) else { return };
        let path = path.text.trim();
        if path.is_empty() {
            return;
        }
        if self.values.contains_key(name) {
            return self
                .faults
                .push(Fault::new(name, format_args!("is set, and so is {file}: set only one of them")));
        }
        match std::fs::read_to_string(path) {
            Ok(text) if text.trim().is_empty() => {
                self.faults.push(Fault::new(file, format_args!("the file {path} is empty")));
            }
            Ok(text) => drop(
                self.values.insert(name.to_owned(), Value { text, source: Source::Secret(Arc::from(path)) }),
            ),
            Err(error) => self.faults.push(Fault::file(file, path, &error)),
        }
    }
}

/// Returns whether a name is meant for this program.
fn is_ours(name: &str) -> bool {
    name.starts_with("CAZIER_") || name.starts_with("DATABASE_URL") || name == "RUST_LOG"
}

/// Returns the secret whose file this name gives.
fn secret_of(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix("_FILE")?;
    Variable::all().find(|variable| variable.is_secret && variable.name == name).map(|variable| variable.name)
}

/// Returns `NAME_FILE` for `NAME`, and the other way round.
fn other_way(name: &str) -> String {
    name.strip_suffix("_FILE").map_or_else(|| format!("{name}_FILE"), str::to_owned)
}

/// Describes a line that cannot be parsed. The library's own message repeats the line, which can hold a secret.
fn unreadable(error: &dotenvy::Error, file: &str) -> String {
    match error {
        dotenvy::Error::LineParse(text, _) => {
            let line = file.lines().position(|line| line.ends_with(text.trim_end())).map(|line| line + 1);
            let which = line.map_or_else(|| String::from("a line"), |line| format!("line {line}"));
            format!("{which} is not NAME=value; quote a value with spaces, # or quotes")
        }
        dotenvy::Error::Io(error) => fault::reason(error),
        _ => String::from("a line cannot be read"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (Vec<String>, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.env");
        std::fs::write(&path, text).unwrap();
        let mut given = Given { values: BTreeMap::new(), faults: Vec::new() };
        given.read_file(path.to_str());
        let given = given.settle();
        let path = path.to_str().unwrap();
        let faults = given.faults.iter().map(|fault| fault.to_string().replace(path, "FILE"));
        (given.values.into_keys().collect(), faults.collect())
    }

    #[test]
    fn a_settings_file_is_read_to_its_end_and_every_fault_reported() {
        let (names, faults) = file(
            "CAZIER_LISTEN=127.0.0.1:1\nCAZIER_LISTEN=127.0.0.1:2\nCAZIER_ORIGNS=x\nCAZEIR_ORIGINS=x\n\
             PGAPPNAME=x\nCAZIER_SEAL_PIN=geheim wort\nCAZIER_POSTGRES_BIN=/x\nCAZIER_WORKERS=2\n",
        );
        assert_eq!(names, ["CAZIER_LISTEN", "CAZIER_WORKERS"]);
        assert_eq!(
            faults,
            [
                "CAZIER_LISTEN: occurs twice in FILE",
                "CAZEIR_ORIGINS is not known; did you mean CAZIER_ORIGINS?",
                "CAZIER_CONFIG: FILE: line 6 is not NAME=value; quote a value with spaces, # or quotes",
                "CAZIER_POSTGRES_BIN: is read from the environment alone, not from FILE",
                "CAZIER_ORIGNS is not known; did you mean CAZIER_ORIGINS?",
            ]
        );
    }

    #[test]
    fn a_secret_is_given_in_one_way() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let (full, empty) = (path("full", " 1234\n"), path("empty", "\n"));
        let given = |pairs: &[(&str, &str)]| {
            let given = Given::of(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
            let value = given.values.get("CAZIER_SEAL_PIN").map(|value| value.text.clone());
            (value, given.faults.iter().map(Fault::to_string).collect::<Vec<_>>())
        };
        assert_eq!(given(&[("CAZIER_SEAL_PIN_FILE", &full)]), (Some(" 1234\n".into()), vec![]));
        let (_, faults) = given(&[("CAZIER_SEAL_PIN_FILE", &full), ("CAZIER_SEAL_PIN", "1")]);
        assert_eq!(faults, ["CAZIER_SEAL_PIN: is set, and so is CAZIER_SEAL_PIN_FILE: set only one of them"]);
        let (_, faults) = given(&[("CAZIER_SEAL_PIN_FILE", &empty)]);
        assert_eq!(faults, [format!("CAZIER_SEAL_PIN_FILE: the file {empty} is empty")]);
        let (_, faults) = given(&[("CAZIER_SEAL_PIN_FILE", "/nowhere")]);
        assert_eq!(faults, ["CAZIER_SEAL_PIN_FILE: the file /nowhere cannot be read: there is no such file"]);
    }
}
