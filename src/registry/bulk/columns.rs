//! The columns of an import file, and what must hold for each line.

use csv::StringRecord;

use super::values::Values;
use crate::person::{Cnp, Cui};
use crate::registry::{CivilStatus, Company, CriminalRecordEntry, Register};
use crate::rule::Rule;

const BIRTH_DATE: Rule = Rule::new(
    "birth_date_contradicts_cnp",
    "The date of birth is not the CNP's",
    "Data nașterii nu este cea din CNP",
);

/// Whom a line is about.
pub(super) enum Subject {
    /// A natural person.
    Person(Cnp),
    /// A legal person.
    Company(Cui),
}

/// What a line says of its subject.
pub(super) enum Record {
    /// An entry of the criminal record.
    Entry(CriminalRecordEntry),
    /// Who a natural person is.
    Person(Box<CivilStatus>),
    /// What a legal person is.
    Company(Box<Company>),
}

/// A line, as far as it can be read.
pub(super) enum Line {
    /// All of it.
    Read(Subject, Record),
    /// The rest breaks a rule; still the register knows this subject.
    Unreadable(Subject, &'static Rule),
    /// Not even the subject: nobody can say whom the register means.
    Nameless,
}

impl Register {
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

    /// Reads a line; with the rule that it broke.
    pub(super) fn line(self, line: &StringRecord) -> (Line, Option<&'static Rule>) {
        let mut values = Values::of(line);
        let subject = match self.subject(&mut values) {
            Ok(subject) => subject,
            Err(rule) => return (Line::Nameless, Some(rule)),
        };
        match self.record(&subject, &mut values) {
            Ok(record) => (Line::Read(subject, record), None),
            Err(rule) => (Line::Unreadable(subject, rule), Some(rule)),
        }
    }

    fn subject(self, values: &mut Values<'_>) -> Result<Subject, &'static Rule> {
        match self {
            Self::CriminalRecords | Self::CivilStatus => values.cnp().map(Subject::Person),
            Self::Companies | Self::CompanyCriminalRecords => values.cui().map(Subject::Company),
        }
    }

    fn record(self, subject: &Subject, values: &mut Values<'_>) -> Result<Record, &'static Rule> {
        match self {
            Self::CriminalRecords | Self::CompanyCriminalRecords => values.entry().map(Record::Entry),
            Self::Companies => values.company().map(|company| Record::Company(Box::new(company))),
            Self::CivilStatus => {
                let person = values.person()?;
                match subject {
                    Subject::Person(cnp) if !cnp.allows_birth_date(person.birth_date) => Err(&BIRTH_DATE),
                    _ => Ok(Record::Person(Box::new(person))),
                }
            }
        }
    }
}
