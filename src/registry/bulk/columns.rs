//! The columns of an import file, and the rules for each line.

use chrono::{DateTime, Utc};
use csv::StringRecord;

use super::values::Values;
use crate::person::{Cnp, Cui};
use crate::registry::{CivilStatus, Company, CriminalRecordEntry, Register};
use crate::text::Rule;
use crate::time::civil_date;

/// The subject of a line.
pub(super) enum Subject {
    /// A natural person.
    Person(Cnp),
    /// A legal person.
    Company(Cui),
}

/// What a line says about its subject.
pub(super) enum Record {
    /// An entry of the criminal record.
    Entry(CriminalRecordEntry),
    /// Who a natural person is.
    Person(Box<CivilStatus>),
    /// What a legal person is.
    Company(Box<Company>),
}

/// A parsed line.
pub(super) enum Line {
    /// Every value is valid.
    Read(Subject, Record),
    /// Another value breaks a rule, but the register knows this subject.
    Unreadable(Subject, &'static Rule),
    /// Even the subject is unreadable.
    Nameless,
}

impl Register {
    /// Returns the columns of the register's files, in order.
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

    /// Parses a line; also returns the broken rule, if there is one.
    pub(super) fn line(self, line: &StringRecord, now: DateTime<Utc>) -> (Line, Option<&'static Rule>) {
        let mut values = Values::of(line);
        let subject = match self.subject(&mut values) {
            Ok(subject) => subject,
            Err(rule) => return (Line::Nameless, Some(rule)),
        };
        match self.record(&subject, &mut values, now) {
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

    fn record(
        self,
        subject: &Subject,
        values: &mut Values<'_>,
        now: DateTime<Utc>,
    ) -> Result<Record, &'static Rule> {
        match self {
            Self::CriminalRecords | Self::CompanyCriminalRecords => {
                let entry = values.entry()?;
                entry.check(civil_date::today(now))?;
                Ok(Record::Entry(entry))
            }
            Self::Companies => {
                let company = values.company()?;
                company.check(now)?;
                Ok(Record::Company(Box::new(company)))
            }
            Self::CivilStatus => {
                let person = values.person()?;
                if let Subject::Person(cnp) = subject {
                    person.check(cnp, now)?;
                }
                Ok(Record::Person(Box::new(person)))
            }
        }
    }
}
