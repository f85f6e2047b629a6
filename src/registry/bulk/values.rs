//! The values of a line, read one after the other.

use chrono::{DateTime, NaiveDate, Utc};
use csv::StringRecord;

use crate::csv_file::COLUMNS;
use crate::person::{Cnp, Cui, PersonName, TradeRegisterNumber};
use crate::registry::{Address, CivilStatus, Company, CriminalRecordEntry, IdentityPaper, Representative};
use crate::rule::Rule;
use crate::text;

const DATE: Rule = Rule::new("date_format", "A date is written YYYY-MM-DD", "O dată se scrie AAAA-LL-ZZ");
const TIME: Rule =
    Rule::new("time_format", "A time is written as RFC 3339 asks", "Un moment se scrie după RFC 3339");
const BOOLEAN: Rule = Rule::new("boolean", "Write true or false", "Scrieți true sau false");
const REPRESENTATIVES: Rule = Rule::new(
    "representatives_format",
    "Write each representative as CNP, a space and the capacity, with semicolons between them",
    "Scrieți fiecare reprezentant ca CNP, un spațiu și calitatea, separați prin punct și virgulă",
);

/// Longest text of a column, in characters.
const TEXT: usize = 500;

/// What is left of a line.
pub(super) struct Values<'a>(csv::StringRecordIter<'a>);

impl<'a> Values<'a> {
    pub(super) fn of(line: &'a StringRecord) -> Self {
        Self(line.iter())
    }

    fn next(&mut self) -> Result<&str, &'static Rule> {
        self.0.next().map(str::trim).ok_or(&COLUMNS)
    }

    pub(super) fn cnp(&mut self) -> Result<Cnp, &'static Rule> {
        Cnp::parse(self.next()?)
    }

    pub(super) fn cui(&mut self) -> Result<Cui, &'static Rule> {
        Cui::parse(self.next()?)
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

    fn boolean(&mut self) -> Result<bool, &'static Rule> {
        self.next()?.parse().map_err(|_| &BOOLEAN)
    }

    fn time(&mut self) -> Result<DateTime<Utc>, &'static Rule> {
        self.next()?.parse().map_err(|_| &TIME)
    }

    fn address(&mut self) -> Result<Address, &'static Rule> {
        Ok(Address {
            county: self.text()?,
            locality: self.text()?,
            street: self.text()?,
            number: self.text()?,
            building: self.optional()?,
            flat: self.optional()?,
        })
    }

    /// An entry of a criminal record.
    pub(super) fn entry(&mut self) -> Result<CriminalRecordEntry, &'static Rule> {
        Ok(CriminalRecordEntry {
            judgment: self.text()?,
            court: self.text()?,
            date_final: self.date()?,
            offence: self.text()?,
            sanction: self.text()?,
            status: self.text()?,
        })
    }

    /// A natural person.
    pub(super) fn person(&mut self) -> Result<CivilStatus, &'static Rule> {
        Ok(CivilStatus {
            family_name: self.name()?,
            given_name: self.name()?,
            previous_names: names(self.optional()?.as_deref())?,
            father_given_name: self.optional()?,
            mother_given_name: self.optional()?,
            birth_date: self.date()?,
            birth_county: self.text()?,
            birth_place: self.text()?,
            domicile: self.address()?,
            identity_document: IdentityPaper {
                kind: self.text()?,
                series: self.optional()?,
                number: self.text()?,
                expires_on: self.optional()?.map(|date| date.parse().map_err(|_| &DATE)).transpose()?,
            },
            deceased: self.boolean()?,
            as_of: self.time()?,
        })
    }

    /// A legal person.
    pub(super) fn company(&mut self) -> Result<Company, &'static Rule> {
        Ok(Company {
            name: self.text()?,
            trade_register_number: self
                .optional()?
                .map(|number| TradeRegisterNumber::parse(&number).map(|number| number.as_str().to_owned()))
                .transpose()?,
            seat: self.address()?,
            representatives: representatives(self.optional()?.as_deref())?,
            dissolved: self.boolean()?,
            as_of: self.time()?,
        })
    }
}

/// Those of a text with semicolons between them.
fn items(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(';').map(str::trim).filter(|item| !item.is_empty())
}

/// Earlier names, oldest first.
fn names(text: Option<&str>) -> Result<Vec<String>, &'static Rule> {
    items(text).map(|name| Ok(PersonName::parse(name)?.as_str().to_owned())).collect()
}

/// Who represents a legal person: `CNP capacity`.
fn representatives(text: Option<&str>) -> Result<Vec<Representative>, &'static Rule> {
    let one = |item: &str| {
        let (cnp, capacity) = item.split_once(' ').ok_or(&REPRESENTATIVES)?;
        let cnp = Cnp::parse(cnp)?.as_str().to_owned();
        Ok(Representative { cnp, capacity: capacity.trim().to_owned() })
    };
    items(text).map(one).collect()
}
