//! The registers by name.

/// A register, as files, tables and health know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Register {
    /// Criminal records: one row an entry.
    CriminalRecords,
    /// Civil status: one row a person; of two lines about one the later in time holds.
    CivilStatus,
    /// Legal persons: one row each; of two lines about one the later in time holds.
    Companies,
    /// Criminal records of legal persons: one row an entry.
    CompanyCriminalRecords,
}

impl Register {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::CriminalRecords, Self::CivilStatus, Self::Companies, Self::CompanyCriminalRecords];

    /// As it is called in the database, in metrics and in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CriminalRecords => "criminal_records",
            Self::CivilStatus => "civil_status",
            Self::Companies => "companies",
            Self::CompanyCriminalRecords => "company_criminal_records",
        }
    }

    /// Whom its rows are about: the first half of the name of their index column.
    pub(super) const fn subject_column(self) -> &'static str {
        match self {
            Self::CriminalRecords | Self::CivilStatus => "person",
            Self::Companies | Self::CompanyCriminalRecords => "company",
        }
    }

    /// Whether one row is all about its subject; else it is one entry of many.
    pub(super) const fn has_one_row_each(self) -> bool {
        matches!(self, Self::CivilStatus | Self::Companies)
    }
}
