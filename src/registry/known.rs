//! What a complete register knows, and what it cannot know.

use crate::error::{Code, Result};

/// What a register knows about a subject.
#[derive(Debug, Clone)]
pub enum Known<T> {
    /// The register is complete and does not know the subject.
    Nobody,
    /// The register knows the subject, but its data is unreadable.
    Unreadable,
    /// The subject's data.
    Record(T),
}

impl<T> Known<T> {
    /// Returns the record.
    ///
    /// # Errors
    /// `unknown` if the register does not know the subject; `register_record_unreadable`.
    pub fn or(self, unknown: Code) -> Result<T> {
        match self {
            Self::Record(record) => Ok(record),
            Self::Unreadable => Err(Code::RegisterRecordUnreadable.into()),
            Self::Nobody => Err(unknown.into()),
        }
    }

    /// Returns the record, or `None` if the register does not know the subject.
    ///
    /// # Errors
    /// `register_record_unreadable`.
    pub fn found(self) -> Result<Option<T>> {
        match self {
            Self::Record(record) => Ok(Some(record)),
            Self::Unreadable => Err(Code::RegisterRecordUnreadable.into()),
            Self::Nobody => Ok(None),
        }
    }

    /// Converts the record.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Record(record) => Known::Record(make(record)),
            Self::Unreadable => Known::Unreadable,
            Self::Nobody => Known::Nobody,
        }
    }
}

impl<T> From<Option<T>> for Known<T> {
    /// Converts the answer of a complete register, where `None` means "unknown".
    fn from(answer: Option<T>) -> Self {
        answer.map_or(Self::Nobody, Self::Record)
    }
}
