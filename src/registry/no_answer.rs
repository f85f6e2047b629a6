//! Why a register gave no answer that can be used. That is never "nothing".

use std::time::Duration;

use crate::error::{Code, Error};

/// When another try makes sense after an answer that could not be used.
const AGAIN: Duration = Duration::from_secs(60);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The register answers nobody now; another try makes sense after that long.
    #[error("the register does not answer")]
    Away(Duration),
    /// The register failed at this question, was late, or the connection broke, and it answers others: another try makes
    /// sense after that long.
    #[error("the register fails at this question")]
    Failing(Duration),
    /// The register answered, and what it said of this subject breaks a rule.
    #[error("the register's answer cannot be used")]
    Unusable,
    /// It could not be asked, by a fault of ours.
    #[error(transparent)]
    Fault(#[from] Error),
}

impl From<NoAnswer> for Error {
    fn from(no_answer: NoAnswer) -> Self {
        let again_in = match no_answer {
            NoAnswer::Away(again_in) | NoAnswer::Failing(again_in) => again_in,
            NoAnswer::Unusable => AGAIN,
            NoAnswer::Fault(error) => return error,
        };
        Self::from(Code::RegisterUnavailable).retry_after(again_in)
    }
}
