//! The columns of an import file, and what must hold for each line.

use chrono::{DateTime, NaiveDate, Utc};
use csv::StringRecord;

use crate::person::{Cnp, PersonName};
use crate::registry::{Address, CivilStatus, CriminalRecordEntry, IdentityPaper};
use crate::rule::Rule;
use crate::text;

/// Not as many values as the header has.
pub(super) const COLUMNS: Rule = Rule::new(
    "columns",
    "A line has as many values as the header",
    "O linie are tot atâtea valori câte are antetul",
);
/// Not UTF-8, or quoted wrongly.
pub(super) const UNREADABLE: Rule =
    Rule::new("unreadable", "A line is CSV in UTF-8", "O linie este CSV în UTF-8");
const DATE: Rule = Rule::new("date_format", "A date is written YYYY-MM-DD", "O dată se scrie AAAA-LL-ZZ");
const TIME: Rule =
    Rule::new("time_format", "A time is written as RFC 3339 asks", "Un moment se scrie după RFC 3339");
const BOOLEAN: Rule = Rule::new("boolean", "Write true or false", "Scrieți true sau false");
const BIRTH_DATE: Rule = Rule::new(
    "birth_date_contradicts_cnp",
    "The date of birth is not the CNP's",
    "Data nașterii nu este cea din CNP",
);

/// Longest text of a column, in characters.
const TEXT: usize = 500;

/// A register that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// Criminal records: one line an entry.
    CriminalRecords,
    /// Civil status: one line a person; of two lines about one the later in time holds.
    CivilStatus,
}

/// A line that broke no rule.
pub(super) enum Record {
    /// An entry of the criminal record.
    Entry(Cnp, CriminalRecordEntry),
    /// A person.
    Person(Cnp, Box<CivilStatus>),
}

impl Register {
    /// As it stands in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CriminalRecords => "criminal_records",
            Self::CivilStatus => "civil_status",
        }
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
        }
    }

    /// Reads a line.
    pub(super) fn record(self, line: &StringRecord) -> Result<Record, &'static Rule> {
        if line.len() != self.columns().len() {
            return Err(&COLUMNS);
        }
        let mut values = Values(line.iter());
        let cnp = Cnp::parse(values.next()?)?;
        match self {
            Self::CriminalRecords => Ok(Record::Entry(cnp, entry(&mut values)?)),
            Self::CivilStatus => {
                let person = person(&mut values)?;
                if cnp.birth_date().is_some_and(|date| date != person.birth_date) {
                    return Err(&BIRTH_DATE);
                }
                Ok(Record::Person(cnp, Box::new(person)))
            }
        }
    }
}

/// The values of a line, one after the other.
struct Values<'a>(csv::StringRecordIter<'a>);

impl Values<'_> {
    fn next(&mut self) -> Result<&str, &'static Rule> {
        self.0.next().map(str::trim).ok_or(&COLUMNS)
    }

    /// Older systems write ş and ţ with a cedilla.
    fn text(&mut self) -> Result<String, &'static Rule> {
        let text = text::with_commas_below(self.next()?);
        text::check(&text, TEXT)?;
        Ok(text)
    }

    fn optional(&mut self) -> Result<Option<String>, &'static Rule> {
        let text = text::with_commas_below(self.next()?);
        if text.is_empty() {
            return Ok(None);
        }
        text::check(&text, TEXT)?;
        Ok(Some(text))
    }

    fn name(&mut self) -> Result<String, &'static Rule> {
        Ok(PersonName::parse(&text::with_commas_below(self.next()?))?.as_str().to_owned())
    }

    fn date(&mut self) -> Result<NaiveDate, &'static Rule> {
        self.next()?.parse().map_err(|_| &DATE)
    }
}

fn entry(values: &mut Values<'_>) -> Result<CriminalRecordEntry, &'static Rule> {
    Ok(CriminalRecordEntry {
        judgment: values.text()?,
        court: values.text()?,
        date_final: values.date()?,
        offence: values.text()?,
        sanction: values.text()?,
        status: values.text()?,
    })
}

fn person(values: &mut Values<'_>) -> Result<CivilStatus, &'static Rule> {
    Ok(CivilStatus {
        family_name: values.name()?,
        given_name: values.name()?,
        previous_names: names(values.optional()?.as_deref())?,
        father_given_name: values.optional()?,
        mother_given_name: values.optional()?,
        birth_date: values.date()?,
        birth_county: values.text()?,
        birth_place: values.text()?,
        domicile: Address {
            county: values.text()?,
            locality: values.text()?,
            street: values.text()?,
            number: values.text()?,
            building: values.optional()?,
            flat: values.optional()?,
        },
        identity_document: IdentityPaper {
            kind: values.text()?,
            series: values.optional()?,
            number: values.text()?,
            expires_on: values.optional()?.map(|date| date.parse().map_err(|_| &DATE)).transpose()?,
        },
        deceased: values.next()?.parse().map_err(|_| &BOOLEAN)?,
        as_of: values.next()?.parse::<DateTime<Utc>>().map_err(|_| &TIME)?,
    })
}

/// Earlier names, oldest first, with semicolons between them.
fn names(text: Option<&str>) -> Result<Vec<String>, &'static Rule> {
    let names = text.unwrap_or_default().split(';').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Ok(PersonName::parse(name)?.as_str().to_owned())).collect()
}
