//! Why a node does not start: everything that stands in the way, not the first thing alone.

use std::fmt;
use std::path::Path;

use crate::config;
use crate::signature::OpenError;

/// One thing that stands in the way; told to the operator, without secrets.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting that is needed.
    #[error("{0} is not set; `cazier serve --help` lists the settings")]
    Missing(&'static str),
    /// A setting whose value does not work.
    #[error("{0}: {1}")]
    Unusable(&'static str, String),
    /// The seal is not one that this node may use.
    #[error(transparent)]
    Seal(#[from] OpenError),
    /// The database belongs to another installation.
    #[error("{0}")]
    Foreign(&'static str),
}

impl StartError {
    /// A file of a setting that cannot be read.
    pub(super) fn file(name: &'static str, path: &Path, error: &std::io::Error) -> Self {
        let why = format!("the file {} cannot be read: {}", path.display(), config::reason(error));
        Self::Unusable(name, why)
    }
}

/// Everything that stands in the way.
#[derive(Debug)]
pub struct StartErrors(Vec<StartError>);

impl StartErrors {
    /// One after the other.
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

/// Collects what stands in the way, so that looking goes on after the first fault.
#[derive(Default)]
pub(super) struct Refusals(Vec<StartError>);

impl Refusals {
    /// The value, or nothing and a note of why.
    pub(super) fn take<T>(&mut self, outcome: Result<T, impl Into<StartError>>) -> Option<T> {
        outcome.map_err(|why| self.0.push(why.into())).ok()
    }

    /// The value of a setting that is needed.
    pub(super) fn needed<T: Clone>(&mut self, value: Option<&T>, name: &'static str) -> Option<T> {
        self.take(value.cloned().ok_or(StartError::Missing(name)))
    }

    /// What was put together, if nothing stands in its way.
    pub(super) fn settle<T>(self, whole: Option<T>) -> Result<T, StartErrors> {
        match whole {
            Some(whole) if self.0.is_empty() => Ok(whole),
            _ => Err(StartErrors(self.0)),
        }
    }
}
