//! The levels of signatures.

use crate::text::coded;

coded! {
    /// A baseline level.
    pub(crate) enum SignatureLevel in "certificate_documents.level", "raised_signatures.level" {
        /// As issued.
        Issued = "b-b",
        /// With a time-stamp (RFC 3161).
        Timestamped = "b-t",
        /// Also with all evidence to verify it years later. CAdES only.
        LongTerm = "b-lt",
    }
}

impl From<ades::Level> for SignatureLevel {
    fn from(level: ades::Level) -> Self {
        match level {
            ades::Level::BB => Self::Issued,
            ades::Level::BT => Self::Timestamped,
            ades::Level::BLT => Self::LongTerm,
        }
    }
}
