//! The one error type, and the catalogue of every problem that a caller can get.
//!
//! [`Error`] knows no HTTP: it names a [`Code`] of the catalogue, or carries an internal fault that is logged and never
//! sent. `http::problem` turns it into problem JSON (RFC 9457) in one place.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `catalogue` | every problem: code, title, when it occurs |
//! | `fault` | internal faults, with their causes |
//! | `quota` | how much of a limit is used up |
//! | `database` | what an error of Postgres means |

mod catalogue;
mod database;
mod fault;
mod quota;

use std::borrow::Cow;
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde_json::{Map, Value};

use crate::text::Rule;

pub use catalogue::{Class, Code};
pub use database::Outage;
pub use fault::{Cause, Fault, chain};
pub use quota::Quota;

/// The result of almost every function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One broken rule at one place of the input.
#[derive(Debug, Clone)]
pub struct Violation {
    /// JSON pointer (RFC 6901) into the body; `?` and the name for a query parameter, the name for a header.
    pub pointer: String,
    /// The rule's stable code.
    pub code: Cow<'static, str>,
    /// The rule in English.
    pub en: Cow<'static, str>,
    /// The rule in Romanian.
    pub ro: Cow<'static, str>,
    /// The names that would be valid here, for a name that is unknown.
    pub known: Vec<String>,
}

impl Violation {
    /// Makes a violation: the value at `pointer` breaks `rule`.
    #[must_use]
    pub fn new(pointer: impl Into<String>, rule: &Rule) -> Self {
        let (code, en, ro) = (rule.code.into(), rule.en.into(), rule.ro.into());
        Self { pointer: pointer.into(), code, en, ro, known: Vec::new() }
    }

    /// Adds the names that would be valid.
    #[must_use]
    pub fn knowing(self, known: Vec<String>) -> Self {
        Self { known, ..self }
    }
}

/// What the caller is told: a code of the catalogue, and the details of this occurrence.
#[derive(Debug)]
pub struct Problem {
    /// The problem's code.
    pub code: Code,
    /// The broken rules, for [`Code::InvalidInput`].
    pub errors: Vec<Violation>,
    /// When a retry makes sense.
    pub retry_after: Option<Duration>,
    /// The limit that was reached, for [`Code::TooManyRequests`].
    pub quota: Option<Quota>,
    /// Extension members (RFC 9457, section 3.2), such as the id of the first application of the day.
    pub members: Map<String, Value>,
    /// The kind of outage, for [`Code::DatabaseUnavailable`]: logged, never sent.
    pub outage: Option<Outage>,
}

/// Any failure of a request or a job.
#[derive(Debug)]
pub enum Error {
    /// The caller can act on it: sent in full.
    Problem(Box<Problem>),
    /// A fault of ours: its chain is logged, and the caller gets `internal`.
    Internal(Box<Fault>),
}

impl Error {
    /// Makes an internal fault from a description.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(Box::new(Fault::new(cause.into())))
    }

    /// Makes an error for one value that breaks one rule.
    #[must_use]
    pub fn invalid(pointer: &str, rule: &Rule) -> Self {
        Self::violations(vec![Violation::new(pointer, rule)])
    }

    /// Makes an error for several broken rules, reported together.
    #[must_use]
    pub fn violations(errors: Vec<Violation>) -> Self {
        Self::Problem(Box::new(Problem { errors, ..Problem::new(Code::InvalidInput) }))
    }

    /// Adds when a retry makes sense.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        self.map(|problem| problem.retry_after = Some(wait))
    }

    /// Makes the error of a limit that is used up.
    #[must_use]
    pub fn exhausted(quota: Quota) -> Self {
        let error = Self::from(Code::TooManyRequests).retry_after(quota.resets_in);
        error.map(|problem| problem.quota = Some(Quota { left: 0, ..quota }))
    }

    /// Adds an extension member.
    #[must_use]
    pub fn with(self, member: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        self.map(|problem| {
            problem.members.insert(member.to_owned(), value);
        })
    }

    /// Returns the code: [`Code::Internal`] for a fault of ours.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Problem(problem) => problem.code,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// Returns the database outage behind the error, if there is one.
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
        Self { code, errors: Vec::new(), retry_after: None, quota: None, members: Map::new(), outage: None }
    }
}

/// Formats the code, or the whole chain of a fault, for logs.
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Problem(problem) => match problem.outage {
                Some(outage) => write!(f, "{}: {outage}", problem.code.as_str()),
                None => write!(f, "{}", problem.code.as_str()),
            },
            Self::Internal(fault) => write!(f, "{fault}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Internal(fault) => Some(fault.cause()),
            Self::Problem(_) => None,
        }
    }
}

/// Adds what was being done when a fault of ours happened.
pub trait Context<T> {
    /// Adds what was being done to a fault, for the log; what a caller is told stays as it is.
    ///
    /// # Errors
    /// The same error.
    fn context(self, doing: &'static str) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for Result<T, E> {
    fn context(self, doing: &'static str) -> Result<T> {
        self.map_err(|error| {
            let mut error = error.into();
            if let Error::Internal(fault) = &mut error {
                fault.within(doing);
            }
            error
        })
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Problem(Box::new(Problem::new(code)))
    }
}

/// Maps the violation of a named unique constraint to an error; passes every other result through.
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
