//! Why a node does not start: all faults, not only the first.

use std::fmt;
use std::path::Path;

use crate::config;
use crate::signature::OpenError;

/// One fault, reported to the operator without secrets.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A required setting is missing.
    #[error("{0} is not set; `cazier serve --help` lists the settings")]
    Missing(&'static str),
    /// The value of a setting cannot be used.
    #[error("{0}: {1}")]
    Unusable(&'static str, String),
    /// This node may not use the signing key.
    #[error(transparent)]
    Seal(#[from] OpenError),
    /// The database belongs to another installation.
    #[error("{0}")]
    Foreign(&'static str),
}

impl StartError {
    /// Reads a setting's file.
    ///
    /// # Errors
    /// Fails if the file cannot be read.
    pub(super) fn read(name: &'static str, path: &Path) -> Result<String, Self> {
        std::fs::read_to_string(path).map_err(|error| Self::file(name, path, &error))
    }

    /// Reports a setting's file that cannot be read.
    pub(super) fn file(name: &'static str, path: &Path, error: &std::io::Error) -> Self {
        let why = format!("the file {} cannot be read: {}", path.display(), config::reason(error));
        Self::Unusable(name, why)
    }
}

/// All faults.
#[derive(Debug)]
pub struct StartErrors(Vec<StartError>);

impl StartErrors {
    /// Iterates over the faults.
    pub fn iter(&self) -> impl Iterator<Item = &StartError> {
        self.0.iter()
    }
}

impl From<StartError> for StartErrors {
    fn from(error: StartError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for StartErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        config::write_list(f, &self.0)
    }
}

impl std::error::Error for StartErrors {}

/// Collects faults, so that checking goes on after the first.
#[derive(Default)]
pub(super) struct Refusals(Vec<StartError>);

impl Refusals {
    /// Returns the value, or records the fault.
    pub(super) fn take<T>(&mut self, outcome: Result<T, impl Into<StartError>>) -> Option<T> {
        outcome.map_err(|why| self.0.push(why.into())).ok()
    }

    /// Returns the value of a required setting, or records that it is missing.
    pub(super) fn needed<T: Clone>(&mut self, value: Option<&T>, name: &'static str) -> Option<T> {
        self.take(value.cloned().ok_or(StartError::Missing(name)))
    }

    /// Returns the whole, if there are no faults.
    pub(super) fn settle<T>(self, whole: Option<T>) -> Result<T, StartErrors> {
        match whole {
            Some(whole) if self.0.is_empty() => Ok(whole),
            _ => Err(StartErrors(self.0)),
        }
    }
}
