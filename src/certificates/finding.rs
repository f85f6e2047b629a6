//! The finding about the holder of a certificate.

use serde::Serialize;

use crate::registry::CriminalRecord;

/// The finding about the holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The holder has no entry in force.
    NoRecord,
    /// The holder has entries in force, which the certificate lists.
    Record,
}

impl Finding {
    pub(super) fn of(record: &CriminalRecord) -> Self {
        if record.is_clean() { Self::NoRecord } else { Self::Record }
    }

    /// Returns the name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoRecord => "no_record",
            Self::Record => "record",
        }
    }
}
