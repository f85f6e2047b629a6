//! The registers by name.

use crate::text::coded;

coded! {
    /// A register, as named in files, tables and health.
    #[derive(clap::ValueEnum)]
    pub enum Register in "registry.registers.register", "registry.imports.register" {
        /// Criminal records: one row for each entry.
        CriminalRecords = "criminal_records",
        /// Civil status: one row for each person; of two lines the later in time wins.
        CivilStatus = "civil_status",
        /// Legal persons: one row each; of two lines the later in time wins.
        Companies = "companies",
        /// Criminal records of legal persons: one row for each entry.
        CompanyCriminalRecords = "company_criminal_records",
    }
}

impl Register {
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
