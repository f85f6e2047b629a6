//! Parses the values of a line, one after the other.

use chrono::{DateTime, Utc};
use csv::StringRecord;

use crate::person::{Cnp, County, Cui, PersonName, TradeRegisterNumber};
use crate::registry::{Address, CivilStatus, Company, CriminalRecordEntry, IdentityPaper, Representative};
use crate::text::Rule;
use crate::text::Text;
use crate::text::csv_file::COLUMNS;
use crate::time::civil_date::CivilDate;

const TIME: Rule = Rule::new(
    "time_format",
    "Write the time in the format of RFC 3339",
    "Scrieți momentul în formatul RFC 3339",
);
const BOOLEAN: Rule = Rule::new("boolean", "Write true or false", "Scrieți true sau false");
const REPRESENTATIVES: Rule = Rule::new(
    "representatives_format",
    "Write each representative as CNP (a dash if there is none), a space and the capacity, with semicolons between them",
    "Scrieți fiecare reprezentant ca CNP (o liniuță, dacă nu are), un spațiu și calitatea, separați prin punct și virgulă",
);

/// The remaining values of a line.
pub(super) struct Values<'a>(csv::StringRecordIter<'a>);

impl<'a> Values<'a> {
    pub(super) fn of(line: &'a StringRecord) -> Self {
        Self(line.iter())
    }

    fn raw(&mut self) -> Result<&str, &'static Rule> {
        self.0.next().ok_or(&COLUMNS)
    }

    fn next(&mut self) -> Result<&str, &'static Rule> {
        self.raw().map(str::trim)
    }

    pub(super) fn cnp(&mut self) -> Result<Cnp, &'static Rule> {
        Cnp::parse(self.next()?)
    }

    pub(super) fn cui(&mut self) -> Result<Cui, &'static Rule> {
        Cui::parse(self.next()?)
    }

    fn text(&mut self) -> Result<Text, &'static Rule> {
        Text::parse(self.next()?)
    }

    fn optional(&mut self) -> Result<Option<Text>, &'static Rule> {
        Text::parse_optional(self.next()?)
    }

    fn county(&mut self) -> Result<County, &'static Rule> {
        County::parse(self.next()?)
    }

    fn name(&mut self) -> Result<PersonName, &'static Rule> {
        PersonName::parse_or_none(self.next()?)
    }

    fn optional_name(&mut self) -> Result<Option<PersonName>, &'static Rule> {
        Ok(Some(self.name()?).filter(|name| !name.is_none()))
    }

    fn date(&mut self) -> Result<CivilDate, &'static Rule> {
        CivilDate::parse(self.raw()?)
    }

    fn optional_date(&mut self) -> Result<Option<CivilDate>, &'static Rule> {
        let text = self.raw()?;
        if text.is_empty() { Ok(None) } else { CivilDate::parse(text).map(Some) }
    }

    fn boolean(&mut self) -> Result<bool, &'static Rule> {
        self.next()?.parse().map_err(|_| &BOOLEAN)
    }

    fn time(&mut self) -> Result<DateTime<Utc>, &'static Rule> {
        Ok(DateTime::parse_from_rfc3339(self.next()?).map_err(|_| &TIME)?.with_timezone(&Utc))
    }

    fn address(&mut self) -> Result<Address, &'static Rule> {
        Ok(Address {
            county: self.county()?,
            locality: self.text()?,
            street: self.optional()?,
            number: self.optional()?,
            building: self.optional()?,
            flat: self.optional()?,
        })
    }

    /// Parses an entry of a criminal record.
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

    /// Parses a natural person.
    pub(super) fn person(&mut self) -> Result<CivilStatus, &'static Rule> {
        Ok(CivilStatus {
            family_name: self.name()?,
            given_name: self.name()?,
            previous_names: items(self.next()?).map(PersonName::parse).collect::<Result<_, _>>()?,
            father_given_name: self.optional_name()?,
            mother_given_name: self.optional_name()?,
            birth_date: self.date()?,
            birth_county: self.county()?,
            birth_place: self.text()?,
            domicile: self.address()?,
            identity_document: IdentityPaper {
                kind: self.text()?,
                series: self.optional()?,
                number: self.text()?,
                expires_on: self.optional_date()?,
            },
            deceased: self.boolean()?,
            as_of: self.time()?,
        })
    }

    /// Parses a legal person.
    pub(super) fn company(&mut self) -> Result<Company, &'static Rule> {
        let number = |number: Text| TradeRegisterNumber::parse(number.as_str());
        Ok(Company {
            name: self.text()?,
            trade_register_number: self.optional()?.map(number).transpose()?,
            seat: self.address()?,
            representatives: items(self.next()?).map(representative).collect::<Result<_, _>>()?,
            dissolved: self.boolean()?,
            as_of: self.time()?,
        })
    }
}

/// Splits a value at its semicolons; it may be empty.
fn items(value: &str) -> impl Iterator<Item = &str> {
    value.split(';').map(str::trim).filter(|item| !item.is_empty())
}

/// Parses a representative: `CNP capacity`, or `- capacity` for a foreigner without a CNP.
fn representative(item: &str) -> Result<Representative, &'static Rule> {
    let (cnp, capacity) = item.split_once(char::is_whitespace).ok_or(&REPRESENTATIVES)?;
    let cnp = if cnp == "-" { None } else { Some(Cnp::parse(cnp)?) };
    Ok(Representative { cnp, capacity: Text::parse(capacity)? })
}
