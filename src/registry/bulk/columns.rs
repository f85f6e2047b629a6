//! The columns of an import file, and what must hold for each line.

use csv::StringRecord;

use super::values::Values;
use crate::person::{Cnp, Cui};
use crate::registry::{CivilStatus, Company, CriminalRecordEntry};
use crate::rule::Rule;

/// Not as many values as the header has.
pub(super) const COLUMNS: Rule = Rule::new(
    "columns",
    "A line has as many values as the header",
    "O linie are tot atâtea valori câte are antetul",
);
/// Not UTF-8, or quoted wrongly.
pub(super) const UNREADABLE: Rule =
    Rule::new("unreadable", "A line is CSV in UTF-8", "O linie este CSV în UTF-8");
const BIRTH_DATE: Rule = Rule::new(
    "birth_date_contradicts_cnp",
    "The date of birth is not the CNP's",
    "Data nașterii nu este cea din CNP",
);

/// A register that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// Criminal records: one line an entry.
    CriminalRecords,
    /// Civil status: one line a person; of two lines about one the later in time holds.
    CivilStatus,
    /// Legal persons: one line each; of two lines about one the later in time holds.
    Companies,
    /// Criminal records of legal persons: one line an entry.
    CompanyCriminalRecords,
}

/// A line that broke no rule.
pub(super) enum Record {
    /// An entry of the criminal record.
    Entry(Cnp, CriminalRecordEntry),
    /// A person.
    Person(Cnp, Box<CivilStatus>),
    /// A legal person.
    Company(Cui, Box<Company>),
    /// An entry of the criminal record of one.
    CompanyEntry(Cui, CriminalRecordEntry),
}

impl Register {
    /// As it stands in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CriminalRecords => "criminal_records",
            Self::CivilStatus => "civil_status",
            Self::Companies => "companies",
            Self::CompanyCriminalRecords => "company_criminal_records",
        }
    }

    /// Whom its rows are about: the first half of the name of their index.
    pub(super) const fn subject(self) -> &'static str {
        match self {
            Self::CriminalRecords | Self::CivilStatus => "person",
            Self::Companies | Self::CompanyCriminalRecords => "company",
        }
    }

    /// Whether one row is all about its subject; else it is one entry of many.
    pub(super) const fn has_one_row_each(self) -> bool {
        matches!(self, Self::CivilStatus | Self::Companies)
    }

    /// The header of its files.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::CriminalRecords => {
                &["cnp", "judgment", "court", "date_final", "offence", "sanction", "status"]
            }
            Self::CivilStatus => &[
                "cnp",
                "family_name",
                "given_name",
                "previous_names",
                "father_given_name",
                "mother_given_name",
                "birth_date",
                "birth_county",
                "birth_place",
                "county",
                "locality",
                "street",
                "number",
                "building",
                "flat",
                "document_type",
                "document_series",
                "document_number",
                "document_expires_on",
                "deceased",
                "as_of",
            ],
            Self::CompanyCriminalRecords => {
                &["cui", "judgment", "court", "date_final", "offence", "sanction", "status"]
            }
            Self::Companies => &[
                "cui",
                "name",
                "trade_register_number",
                "county",
                "locality",
                "street",
                "number",
                "building",
                "flat",
                "representatives",
                "dissolved",
                "as_of",
            ],
        }
    }

    /// Reads a line.
    pub(super) fn record(self, line: &StringRecord) -> Result<Record, &'static Rule> {
        if line.len() != self.columns().len() {
            return Err(&COLUMNS);
        }
        let mut values = Values::of(line);
        match self {
            Self::CriminalRecords => Ok(Record::Entry(values.cnp()?, values.entry()?)),
            Self::CivilStatus => {
                let (cnp, person) = (values.cnp()?, values.person()?);
                if cnp.birth_date().is_some_and(|date| date != person.birth_date) {
                    return Err(&BIRTH_DATE);
                }
                Ok(Record::Person(cnp, Box::new(person)))
            }
            Self::CompanyCriminalRecords => Ok(Record::CompanyEntry(values.cui()?, values.entry()?)),
            Self::Companies => Ok(Record::Company(values.cui()?, Box::new(values.company()?))),
        }
    }
}
