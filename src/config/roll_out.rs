//! The roll-out: the days from which more is on offer, as the operator set them.

use chrono::NaiveDate;

/// The first day of each later phase; `None` while it has no date.
#[derive(Debug, Clone, Copy, Default)]
pub struct RollOut {
    /// Certificates with entries, after review (`CAZIER_PERSONS_WITH_ENTRIES_FROM`).
    pub persons_with_entries_from: Option<NaiveDate>,
    /// Certificates of legal persons (`CAZIER_LEGAL_PERSONS_FROM`).
    pub legal_persons_from: Option<NaiveDate>,
}

impl RollOut {
    /// Returns whether certificates with entries are issued on that day.
    #[must_use]
    pub fn with_entries(&self, today: NaiveDate) -> bool {
        self.persons_with_entries_from.is_some_and(|from| from <= today)
    }

    /// Returns whether legal persons get certificates on that day.
    #[must_use]
    pub fn legal_persons_open(&self, today: NaiveDate) -> bool {
        self.legal_persons_from.is_some_and(|from| from <= today)
    }
}
