//! The registers by name.

/// A register, as named in files, tables and health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Register {
    /// Criminal records: one row for each entry.
    CriminalRecords,
    /// Civil status: one row for each person; of two lines the later in time wins.
    CivilStatus,
    /// Legal persons: one row each; of two lines the later in time wins.
    Companies,
    /// Criminal records of legal persons: one row for each entry.
    CompanyCriminalRecords,
}

impl Register {
    /// All registers.
    pub const ALL: [Self; 4] =
        [Self::CriminalRecords, Self::CivilStatus, Self::Companies, Self::CompanyCriminalRecords];

    /// Returns the name in the database, in metrics and in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CriminalRecords => "criminal_records",
            Self::CivilStatus => "civil_status",
            Self::Companies => "companies",
            Self::CompanyCriminalRecords => "company_criminal_records",
        }
    }

    /// Returns the kind of subject: the first half of the name of the index column.
    pub(super) const fn subject_column(self) -> &'static str {
        match self {
            Self::CriminalRecords | Self::CivilStatus => "person",
            Self::Companies | Self::CompanyCriminalRecords => "company",
        }
    }

    /// Returns whether each subject has a single row; otherwise each row is one entry.
    pub(super) const fn has_one_row_each(self) -> bool {
        matches!(self, Self::CivilStatus | Self::Companies)
    }
}
