//! The one error of the house, and the catalogue of every problem that a caller can meet.
//!
//! [`Error`] knows no HTTP: it names a [`Code`] of the catalogue, or carries the inner fault that is logged and
//! never sent. `http::problem` turns it into problem JSON (RFC 9457) in one place.

mod catalogue;
mod database;

use std::borrow::Cow;
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde_json::{Map, Value};

use crate::text::Rule;

pub use catalogue::Code;
pub use database::Outage;

/// The result of almost everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One broken rule at one place of the input.
#[derive(Debug, Clone)]
pub struct Violation {
    /// JSON pointer (RFC 6901) into the body; for a query parameter its name after `?`, for a header its name.
    pub pointer: String,
    /// The rule's stable code.
    pub code: Cow<'static, str>,
    /// The rule in English.
    pub en: Cow<'static, str>,
    /// The rule in Romanian.
    pub ro: Cow<'static, str>,
}

impl Violation {
    /// A value at `pointer` breaks `rule`.
    #[must_use]
    pub fn new(pointer: impl Into<String>, rule: &Rule) -> Self {
        Self { pointer: pointer.into(), code: rule.code.into(), en: rule.en.into(), ro: rule.ro.into() }
    }
}

/// What a caller is told: a code of the catalogue, and what makes this occurrence of it special.
#[derive(Debug)]
pub struct Problem {
    /// Which problem.
    pub code: Code,
    /// The places of the input that are wrong, for [`Code::InvalidInput`].
    pub errors: Vec<Violation>,
    /// When another try makes sense.
    pub retry_after: Option<Duration>,
    /// Extension members (RFC 9457, section 3.2), such as the id of the first application of the day.
    pub members: Map<String, Value>,
    /// What the database did, for [`Code::DatabaseUnavailable`]: logged, never sent.
    pub outage: Option<Outage>,
}

/// Anything that can go wrong while a request or a job is worked on.
#[derive(Debug)]
pub enum Error {
    /// The caller's side: told in full.
    Problem(Box<Problem>),
    /// Our side: logged by its text, sent as `internal` without it.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A fault of ours described in words.
    pub fn internal(text: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(text.into())
    }

    /// One value of the input breaks one rule.
    #[must_use]
    pub fn invalid(pointer: &str, rule: &Rule) -> Self {
        Self::violations(vec![Violation::new(pointer, rule)])
    }

    /// Several values break rules; told all at once.
    #[must_use]
    pub fn violations(errors: Vec<Violation>) -> Self {
        Self::Problem(Box::new(Problem { errors, ..Problem::new(Code::InvalidInput) }))
    }

    /// The same problem with a hint when to come back.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        self.map(|problem| problem.retry_after = Some(wait))
    }

    /// The same problem with an extension member.
    #[must_use]
    pub fn with(self, member: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        self.map(|problem| {
            problem.members.insert(member.to_owned(), value);
        })
    }

    /// The catalogue's code: [`Code::Internal`] for a fault of ours.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Problem(problem) => problem.code,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// What the database did, when that is why.
    #[must_use]
    pub fn outage(&self) -> Option<Outage> {
        match self {
            Self::Problem(problem) => problem.outage,
            Self::Internal(_) => None,
        }
    }

    fn map(mut self, change: impl FnOnce(&mut Problem)) -> Self {
        if let Self::Problem(problem) = &mut self {
            change(problem);
        }
        self
    }
}

impl Problem {
    fn new(code: Code) -> Self {
        Self { code, errors: Vec::new(), retry_after: None, members: Map::new(), outage: None }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Problem(problem) => match problem.outage {
                Some(outage) => write!(f, "{}: {outage}", problem.code.as_str()),
                None => write!(f, "{}", problem.code.as_str()),
            },
            Self::Internal(inner) => write!(f, "{inner}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Problem(Box::new(Problem::new(code)))
    }
}

/// Turns the failure of a named unique constraint into what it means; leaves every other outcome alone.
pub fn on_unique<T>(
    outcome: Result<T, DieselError>,
    constraint: &str,
    meaning: impl FnOnce() -> Error,
) -> Result<T> {
    match outcome {
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info))
            if info.constraint_name() == Some(constraint) =>
        {
            Err(meaning())
        }
        other => Ok(other?),
    }
}
