//! The finding about the holder of a certificate.

use crate::registry::CriminalRecord;
use crate::text::coded;

coded! {
    /// The finding about the holder.
    pub enum Finding in "certificates.finding" {
        /// The holder has no entry in force.
        NoRecord = "no_record",
        /// The holder has entries in force, which the certificate lists.
        Record = "record",
    }
}

impl Finding {
    pub(super) fn of(record: &CriminalRecord) -> Self {
        if record.is_clean() { Self::NoRecord } else { Self::Record }
    }
}
