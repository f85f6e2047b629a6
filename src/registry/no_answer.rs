//! Why a register gave no usable answer. It never means "no entries".

use std::time::Duration;

use crate::error::{Code, Error};

/// When to retry after an unusable answer.
const AGAIN: Duration = Duration::from_secs(60);

/// Why there is no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The register answers nobody now; retry after this time.
    #[error("the register does not answer")]
    Away(Duration),
    /// The register failed at this query (an error, a timeout, a broken connection) but answers others; retry after
    /// this time.
    #[error("the register fails at this query")]
    Failing(Duration),
    /// The register answered, but the data about this subject breaks a rule.
    #[error("the register's answer cannot be used")]
    Unusable,
    /// A fault of ours prevented the query.
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
