//! Single settings, parsed into their types. A value that cannot be parsed is recorded as a fault, and parsing goes on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use data_encoding::BASE32_NOPAD;
use ring::digest::{Context, SHA256};

use super::fault::{Fault, Faults};
use super::forms::Form;
use super::given::{Given, Source, Value};
use super::shown;
use super::variables::Variable;
use crate::text::Rule;

/// Settings by name, and the faults of those parsed so far.
pub(super) struct Settings {
    values: BTreeMap<String, Value>,
    faults: RefCell<Vec<Fault>>,
}

impl Settings {
    pub(super) fn of(given: Given) -> Self {
        Self { values: given.values, faults: RefCell::new(given.faults) }
    }

    /// Returns the faults, if there are any.
    pub(super) fn into_faults(self) -> Option<Faults> {
        let faults = self.faults.into_inner();
        (!faults.is_empty()).then_some(Faults(faults))
    }

    /// Returns every setting: its name, its source, its value as an operator may see it.
    pub(super) fn overview(&self) -> Vec<(&'static str, Source, String)> {
        let row = |name: &'static str, default: &str| match self.values.get(name) {
            Some(value) if !value.text.trim().is_empty() => {
                (name, value.source.clone(), shown::in_table(name, value.text.trim()))
            }
            _ => (name, Source::Default, default.to_owned()),
        };
        Variable::all().map(|variable| row(variable.name, variable.default)).collect()
    }

    /// Returns a digest of the overview: equal settings have equal ones.
    pub(super) fn digest(&self) -> String {
        let mut all = Context::new(&SHA256);
        for (name, _, value) in self.overview() {
            all.update(format!("{name}={value}\n").as_bytes());
        }
        let digest = BASE32_NOPAD.encode(all.finish().as_ref()).to_ascii_lowercase();
        digest.chars().take(16).collect()
    }

    /// Returns the names of the settings that have a value of their own.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let is_given = |(name, source, _)| (source != Source::Default).then_some(name);
        self.overview().into_iter().filter_map(is_given).collect()
    }

    /// Returns one setting.
    pub(super) fn setting(&self, name: &'static str, default: &'static str) -> Setting<'_> {
        Setting { name, default, settings: self }
    }

    fn note(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }
}

/// One setting: its value is parsed once, by one of these functions.
pub(super) struct Setting<'a> {
    name: &'static str,
    default: &'static str,
    settings: &'a Settings,
}

impl Setting<'_> {
    /// Returns the value; an empty one counts as unset.
    pub(super) fn text(&self) -> Option<String> {
        let value = self.settings.values.get(self.name)?;
        Some(value.text.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Returns the value, or the default of the table.
    pub(super) fn text_or_default(&self) -> String {
        self.text().unwrap_or_else(|| self.default.to_owned())
    }

    /// Splits the value at its commas.
    pub(super) fn list(&self) -> Vec<String> {
        let value = self.text().unwrap_or_default();
        value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// Parses each item of a list; leaves faulty ones out.
    pub(super) fn each<T>(&self, form: &Form<T>) -> Vec<T> {
        self.list().iter().filter_map(|item| self.read(item, form)).collect()
    }

    /// Parses the value; `None` if it is unset or faulty.
    pub(super) fn optional<T>(&self, form: &Form<T>) -> Option<T> {
        self.text().and_then(|value| self.read(&value, form))
    }

    /// Parses the value; falls back to the default of the table if it is unset or faulty.
    pub(super) fn parsed<T>(&self, form: &Form<T>) -> Option<T> {
        self.optional(form).or_else(|| (form.read)(self.default))
    }

    fn read<T>(&self, value: &str, form: &Form<T>) -> Option<T> {
        let read = (form.read)(value);
        if read.is_none() {
            self.settings.note(Fault::form(self.name, value, form.what));
        }
        read
    }

    /// Parses the value by a type that also parses callers' input; `None` if it is unset or faulty.
    pub(super) fn by_rule<T>(&self, parse: impl FnOnce(&str) -> Result<T, &'static Rule>) -> Option<T> {
        let value = self.text()?;
        let broken = |rule: &Rule| {
            let value = shown::in_fault(self.name, &value);
            self.note(format_args!("{value} cannot be used: {} ({})", rule.en, rule.code));
        };
        parse(&value).map_err(broken).ok()
    }

    /// Like [`Setting::by_rule`], falling back to the default of the table.
    pub(super) fn by_rule_or_default<T>(
        &self,
        parse: impl Fn(&str) -> Result<T, &'static Rule>,
    ) -> Option<T> {
        self.by_rule(&parse).or_else(|| parse(self.default).ok())
    }

    /// Parses the file of this setting; nothing if it is unset or faulty.
    pub(super) fn file<T>(&self, parse: impl FnOnce(&str, &Path) -> Result<Vec<T>, Vec<String>>) -> Vec<T> {
        let Some(path) = self.text() else { return Vec::new() };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                self.settings.note(Fault::file(self.name, &path, &error));
                return Vec::new();
            }
        };
        parse(&text, Path::new(&path)).unwrap_or_else(|faults| {
            faults.iter().for_each(|why| self.note(format_args!("{path}: {why}")));
            Vec::new()
        })
    }

    fn note(&self, why: impl fmt::Display) {
        self.settings.note(Fault::new(self.name, why));
    }
}
