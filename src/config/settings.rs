//! Settings by name, parsed into their types. A value that cannot be parsed is recorded as a fault, and parsing goes
//! on.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use super::fault::{Fault, Faults};
use super::forms::Form;
use super::given::{Given, Source, Value};
use super::shown;
use super::variables::{Variable, default_of};
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

    /// Returns the value; an empty one counts as unset.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|value| value.text.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Returns the value, or the default of the table.
    pub(super) fn text_or_default(&self, name: &str) -> String {
        self.text(name).unwrap_or_else(|| default_of(name).to_owned())
    }

    /// Splits the value at its commas.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let value = self.text(name).unwrap_or_default();
        value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// Parses each item of a list; leaves faulty ones out.
    pub(super) fn each<T>(&self, name: &'static str, form: &Form<T>) -> Vec<T> {
        self.list(name).iter().filter_map(|item| self.read(name, item, form)).collect()
    }

    /// Parses the value; `None` if it is unset or faulty.
    pub(super) fn optional<T>(&self, name: &'static str, form: &Form<T>) -> Option<T> {
        self.text(name).and_then(|value| self.read(name, &value, form))
    }

    /// Parses the value; falls back to the default of the table if it is unset or faulty.
    pub(super) fn parsed<T>(&self, name: &'static str, form: &Form<T>) -> Option<T> {
        self.optional(name, form).or_else(|| (form.read)(default_of(name)))
    }

    fn read<T>(&self, name: &'static str, value: &str, form: &Form<T>) -> Option<T> {
        let read = (form.read)(value);
        if read.is_none() {
            self.note(Fault::form(name, value, form.what));
        }
        read
    }

    /// Parses the value by a type that also parses callers' input; `None` if it is unset or faulty.
    pub(super) fn by_rule<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, &'static Rule>,
    ) -> Option<T> {
        let value = self.text(name)?;
        let broken = |rule: &Rule| {
            let value = shown::in_fault(name, &value);
            self.note(Fault::new(name, format_args!("{value} cannot be used: {} ({})", rule.en, rule.code)));
        };
        parse(&value).map_err(broken).ok()
    }

    /// Like [`Settings::by_rule`], falling back to the default of the table.
    pub(super) fn by_rule_or_default<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, &'static Rule>,
    ) -> Option<T> {
        self.by_rule(name, &parse).or_else(|| parse(default_of(name)).ok())
    }

    /// Parses the file of this setting; `None` if it is unset or faulty.
    pub(super) fn file<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str, &Path) -> Result<Vec<T>, Vec<String>>,
    ) -> Vec<T> {
        let Some(path) = self.text(name) else { return Vec::new() };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                self.note(Fault::file(name, &path, &error));
                return Vec::new();
            }
        };
        parse(&text, Path::new(&path)).unwrap_or_else(|faults| {
            faults.iter().for_each(|why| self.note(Fault::new(name, format_args!("{path}: {why}"))));
            Vec::new()
        })
    }

    fn note(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }
}
