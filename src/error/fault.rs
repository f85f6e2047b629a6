//! A fault of ours: what was being done, what failed, and why.
//!
//! The chain is logged and never sent. A database's error can repeat the value that it refused, and so can the text of
//! an unreadable JSON document; [`Fault`] writes both without values.

use std::error::Error as StdError;
use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// The cause of a fault.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// A fault of ours with everything that was being done when it happened.
#[derive(Debug)]
pub struct Fault {
    /// What was being done, the innermost first.
    contexts: Vec<&'static str>,
    cause: Cause,
}

impl Fault {
    pub(super) fn new(cause: Cause) -> Self {
        Self { contexts: Vec::new(), cause }
    }

    pub(super) fn within(&mut self, context: &'static str) {
        self.contexts.push(context);
    }

    /// Returns the error that started it.
    #[must_use]
    pub fn cause(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self.cause.as_ref()
    }
}

/// Formats the chain on one line: what was being done, outermost first, then the cause and its causes.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for context in self.contexts.iter().rev() {
            write!(f, "{context}: ")?;
        }
        f.write_str(&chain(self.cause.as_ref()))
    }
}

/// Writes an error and its causes in one line, the outermost first, without the values that they may hold.
#[must_use]
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut told = without_values(error);
    let mut cause = error.source();
    while let Some(inner) = cause {
        let next = without_values(inner);
        // Some errors repeat their source's text as their own.
        if !told.contains(&next) {
            told = format!("{told}: {next}");
        }
        cause = inner.source();
    }
    told
}

/// Describes an error without the values that it may hold.
fn without_values(error: &(dyn StdError + 'static)) -> String {
    if let Some(error) = error.downcast_ref::<serde_json::Error>() {
        return format!(
            "JSON: {:?} error at line {}, column {}",
            error.classify(),
            error.line(),
            error.column()
        );
    }
    match error.downcast_ref::<DieselError>() {
        Some(DieselError::DatabaseError(kind, info)) => refusal(kind, info.message(), info.constraint_name()),
        _ => error.to_string(),
    }
}

/// Describes what the server refused. Its message repeats a value only after a colon (`invalid input syntax for type
/// uuid: "…"`); its DETAIL, which holds whole rows, is never read.
fn refusal(kind: &DatabaseErrorKind, message: &str, constraint: Option<&str>) -> String {
    let message = message.split(": ").next().unwrap_or_default();
    let named = constraint.filter(|name| !message.contains(name));
    let constraint = named.map(|name| format!(" ({name})")).unwrap_or_default();
    format!("database, {kind:?}: {message}{constraint}")
}

#[cfg(test)]
mod tests {
    use super::super::{Context as _, Error, Result};
    use super::*;

    fn refused(message: &str) -> DieselError {
        DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned()))
    }

    #[derive(Debug, thiserror::Error)]
    #[error("the key did not sign")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn one_line_shows_the_chain() {
        let cause = Outer(std::io::Error::other("the device is gone"));
        let failed: Result<()> = Err(Error::internal(cause));
        let error = failed.context("sealing a payload").context("issuing a certificate").unwrap_err();
        let expected = "issuing a certificate: sealing a payload: the key did not sign: the device is gone";
        assert_eq!(error.to_string(), expected);
        let source = std::error::Error::source(&error).unwrap();
        assert!(source.is::<Outer>() && source.source().unwrap().is::<std::io::Error>());
    }

    #[test]
    fn a_source_that_is_repeated_is_shown_once() {
        let error = Error::from(DieselError::DeserializationError("no such status".into()));
        assert_eq!(error.to_string(), "no such status");
    }

    #[test]
    fn no_value_of_a_row_or_a_document_is_shown() {
        let value = "2880514121171";
        let json = serde_json::from_str::<u8>(&format!("\"{value}\"")).unwrap_err();
        assert!(json.to_string().contains(value), "the text of the library alone would show it");
        let errors = [
            Error::internal(json),
            refused(&format!("invalid input syntax for type uuid: \"{value}\"")).into(),
            refused(&format!("date/time field value out of range: \"{value}\"")).into(),
        ];
        for error in errors {
            let line = Err::<(), _>(error).context("reading").unwrap_err().to_string();
            assert!(line.starts_with("reading: ") && !line.contains(value), "{line}");
        }
        let line = Error::from(refused("column \"no_such\" does not exist")).to_string();
        assert_eq!(line, "database, Unknown: column \"no_such\" does not exist");
    }

    #[test]
    fn what_a_caller_is_told_takes_no_context() {
        let refused: Result<()> = Err(super::super::Code::NotFound.into());
        assert_eq!(refused.context("looking for it").unwrap_err().to_string(), "not_found");
    }
}
