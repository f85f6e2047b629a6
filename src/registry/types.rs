//! The registers' answers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::error::{Code, Result};
use crate::person::{Cnp, County, PersonName, TradeRegisterNumber, birth_date};
use crate::text::Rule;
use crate::text::{self, TEXT_BLANK, Text};
use crate::time::civil_date::{self, CivilDate, DATE_IN_FUTURE};

/// An entry of the criminal record, as the register returns it. The service decides nothing about erasure.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct CriminalRecordEntry {
    /// Number and date of the judgment.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Sentința penală nr. 214/2019")]
    pub judgment: Text,
    /// The court.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Judecătoria Craiova")]
    pub court: Text,
    /// When the judgment became final.
    #[schema(value_type = NaiveDate)]
    pub date_final: CivilDate,
    /// The offence, with its article.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Distrugere (art. 253 alin. 1 Cod penal)")]
    pub offence: Text,
    /// The sanction.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Amendă penală, 4.000 lei")]
    pub sanction: Text,
    /// As the register words it, such as "în executare".
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Executată")]
    pub status: Text,
}

impl CriminalRecordEntry {
    /// Checks that the entry is plausible on a day.
    ///
    /// # Errors
    /// `date_in_future` if the judgment is not final yet.
    pub fn check(&self, today: NaiveDate) -> Result<(), &'static Rule> {
        self.date_final.not_after(today).map(drop)
    }
}

/// The criminal record of one natural or legal person.
#[derive(Clone)]
pub struct CriminalRecord {
    entries: Vec<CriminalRecordEntry>,
    unreadable: bool,
    /// When the register was queried.
    pub asked_at: DateTime<Utc>,
    /// SHA-256 of the answer, stored with the certificate that is issued from it.
    pub digest: [u8; 32],
}

impl CriminalRecord {
    /// Makes an answer from the entries in force, all readable. Without entries, the subject has no record.
    #[must_use]
    pub const fn new(entries: Vec<CriminalRecordEntry>, asked_at: DateTime<Utc>, digest: [u8; 32]) -> Self {
        Self { entries, unreadable: false, asked_at, digest }
    }

    /// Makes an answer with unreadable entries only. No certificate is issued from it, so it has no digest.
    #[must_use]
    pub const fn all_unreadable(asked_at: DateTime<Utc>) -> Self {
        Self { entries: Vec::new(), unreadable: true, asked_at, digest: [0; 32] }
    }

    /// Marks that the register has further, unreadable entries.
    #[must_use]
    pub fn with_unreadable(self, unreadable: bool) -> Self {
        Self { unreadable, ..self }
    }

    /// Returns whether the register has no entries at all about the subject.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.entries.is_empty() && !self.unreadable
    }

    /// Returns whether some entries are unreadable.
    #[must_use]
    pub const fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// Returns the readable entries: to show to an officer, never to certify.
    #[must_use]
    pub fn readable_entries(&self) -> &[CriminalRecordEntry] {
        &self.entries
    }

    /// Returns all entries, for a certificate.
    ///
    /// # Errors
    /// `register_record_unreadable` if some are unreadable.
    pub fn entries(&self) -> Result<&[CriminalRecordEntry]> {
        if self.unreadable { Err(Code::RegisterRecordUnreadable.into()) } else { Ok(&self.entries) }
    }

    /// Returns the answer without its entries, after an officer found that they are another person's.
    ///
    /// # Errors
    /// `register_record_unreadable` if some are unreadable: nobody can find out whose they are.
    pub fn cleared(self) -> Result<Self> {
        self.entries()?;
        Ok(Self { entries: Vec::new(), ..self })
    }
}

/// What a register knows about a subject.
#[derive(Debug, Clone)]
pub enum Known<T> {
    /// The register is complete and does not know the subject.
    Nobody,
    /// The register knows the subject, but its data is unreadable.
    Unreadable,
    /// The subject's data.
    Record(T),
}

impl<T> Known<T> {
    /// Returns the record.
    ///
    /// # Errors
    /// `unknown` if the register does not know the subject; `register_record_unreadable`.
    pub fn or(self, unknown: Code) -> Result<T> {
        match self {
            Self::Record(record) => Ok(record),
            Self::Unreadable => Err(Code::RegisterRecordUnreadable.into()),
            Self::Nobody => Err(unknown.into()),
        }
    }

    /// Returns the record, or `None` if the register does not know the subject.
    ///
    /// # Errors
    /// `register_record_unreadable`.
    pub fn found(self) -> Result<Option<T>> {
        match self {
            Self::Record(record) => Ok(Some(record)),
            Self::Unreadable => Err(Code::RegisterRecordUnreadable.into()),
            Self::Nobody => Ok(None),
        }
    }

    /// Converts the record.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Record(record) => Known::Record(make(record)),
            Self::Unreadable => Known::Unreadable,
            Self::Nobody => Known::Nobody,
        }
    }
}

impl<T> From<Option<T>> for Known<T> {
    /// Converts the answer of a complete register, where `None` means "unknown".
    fn from(answer: Option<T>) -> Self {
        answer.map_or(Self::Nobody, Self::Record)
    }
}

/// A postal address in Romania or abroad. Villages may have no streets, and houses no number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Address {
    /// County; for an address abroad, the country.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Cluj")]
    pub county: County,
    /// Town, village, or sector of Bucharest.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Cluj-Napoca")]
    pub locality: Text,
    /// Street.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, max_length = 500, example = "Strada Memorandumului")]
    pub street: Option<Text>,
    /// House number.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, max_length = 500, example = "28")]
    pub number: Option<Text>,
    /// Building.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, max_length = 500, example = "B2")]
    pub building: Option<Text>,
    /// Flat.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, max_length = 500, example = "14")]
    pub flat: Option<Text>,
}

/// An identity document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityPaper {
    /// `identity_card`, `electronic_identity_card`, `passport`, `residence_permit` or, for a child, `birth_certificate`.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "identity_card")]
    pub kind: Text,
    /// Series, if the kind has one.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, example = "CJ")]
    pub series: Option<Text>,
    /// Number.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "123456")]
    pub number: Text,
    /// Last day of validity.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    pub expires_on: Option<CivilDate>,
}

/// A person's civil status, according to the population register.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct CivilStatus {
    /// Current family name; empty for a person with one name only.
    #[schema(value_type = String, max_length = 80, example = "Munteanu")]
    pub family_name: PersonName,
    /// Given names; empty for a person with one name only.
    #[schema(value_type = String, max_length = 80, example = "Andreea")]
    pub given_name: PersonName,
    /// Earlier family names, oldest first.
    #[serde(default, deserialize_with = "names")]
    #[schema(value_type = Vec<String>)]
    pub previous_names: Vec<PersonName>,
    /// Given name of the father.
    #[serde(default, deserialize_with = "name")]
    #[schema(value_type = Option<String>, max_length = 80, example = "Gheorghe")]
    pub father_given_name: Option<PersonName>,
    /// Given name of the mother.
    #[serde(default, deserialize_with = "name")]
    #[schema(value_type = Option<String>, max_length = 80, example = "Elena")]
    pub mother_given_name: Option<PersonName>,
    /// Date of birth.
    #[schema(value_type = NaiveDate)]
    pub birth_date: CivilDate,
    /// County of birth; for a person born abroad, the country.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Cluj")]
    pub birth_county: County,
    /// Place of birth.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Cluj-Napoca")]
    pub birth_place: Text,
    /// Domicile.
    pub domicile: Address,
    /// Identity document in force.
    pub identity_document: IdentityPaper,
    /// Whether the person has died.
    pub deceased: bool,
    /// When the register's data was current.
    pub as_of: DateTime<Utc>,
}

impl CivilStatus {
    /// Checks that the data can belong to the person with this CNP, as of `now`.
    ///
    /// # Errors
    /// The broken rule.
    pub fn check(&self, cnp: &Cnp, now: DateTime<Utc>) -> Result<(), &'static Rule> {
        if self.as_of > now {
            return Err(&DATE_IN_FUTURE);
        }
        if self.family_name.is_none() && self.given_name.is_none() {
            return Err(&TEXT_BLANK);
        }
        birth_date(cnp, Some(self.birth_date), civil_date::today(now)).map(drop)
    }
}

/// Deserializes a list of names that may be empty.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PersonName>, D::Error> {
    let names = Option::<Vec<PersonName>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(names.into_iter().filter(|name| !name.is_none()).collect())
}

/// Deserializes a name that may be absent, null or blank.
fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PersonName>, D::Error> {
    Ok(Option::<PersonName>::deserialize(deserializer)?.filter(|name| !name.is_none()))
}

impl Address {
    /// Formats the address on one line; writes `județul` only before a Romanian county.
    #[must_use]
    pub fn line(&self) -> String {
        let street = match (&self.street, &self.number) {
            (Some(street), Some(number)) => Some(format!("{street} nr. {number}")),
            (Some(street), None) => Some(street.to_string()),
            (None, Some(number)) => Some(format!("nr. {number}")),
            (None, None) => None,
        };
        let mut parts: Vec<String> = street.into_iter().collect();
        parts.extend(self.building.as_ref().map(|building| format!("bl. {building}")));
        parts.extend(self.flat.as_ref().map(|flat| format!("ap. {flat}")));
        let county = self.county.as_str();
        if self.county.is_bucharest() {
            let is_city = County::parse(self.locality.as_str()).is_ok_and(|locality| locality.is_bucharest());
            parts.extend((!is_city).then(|| self.locality.to_string()));
            parts.push(county.to_owned());
        } else {
            parts.push(self.locality.to_string());
            parts.push(if self.county.is_romanian() {
                format!("județul {county}")
            } else {
                county.to_owned()
            });
        }
        parts.join(", ")
    }
}

/// A legal person, according to the company register.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Company {
    /// Its name, with its legal form.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Construcții Țara Bârsei S.R.L.")]
    pub name: Text,
    /// Trade register number; associations and foundations have none.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "J08/1234/2020")]
    pub trade_register_number: Option<TradeRegisterNumber>,
    /// Registered seat.
    pub seat: Address,
    /// Its representatives, by law or statute. Never absent or null: a person missing here no longer represents it.
    pub representatives: Vec<Representative>,
    /// Whether it has been struck off.
    pub dissolved: bool,
    /// When the register's data was current.
    pub as_of: DateTime<Utc>,
}

/// A natural person who represents a legal person.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Representative {
    /// Personal numeric code; null, but never absent, for a foreigner who has none.
    #[serde(deserialize_with = "super::protocol::present")]
    #[schema(value_type = Option<String>, required = true, min_length = 13, max_length = 13, example = "2790126264101")]
    pub cnp: Option<Cnp>,
    /// The representative's capacity, in the register's words.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "administrator")]
    pub capacity: Text,
}

impl Company {
    /// Checks that the data is not of the future: it would override every later answer.
    ///
    /// # Errors
    /// `date_in_future`.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), &'static Rule> {
        if self.as_of > now { Err(&DATE_IN_FUTURE) } else { Ok(()) }
    }

    /// Returns whether the register lists representatives, each with a CNP: only then is a person with another CNP not
    /// among them.
    #[must_use]
    pub fn names_each_by_cnp(&self) -> bool {
        let named = &self.representatives;
        !named.is_empty() && named.iter().all(|representative| representative.cnp.is_some())
    }

    /// Returns whether the register lists this person as a representative.
    #[must_use]
    pub fn names(&self, cnp: &Cnp) -> bool {
        self.representatives.iter().any(|representative| representative.cnp.as_ref() == Some(cnp))
    }
}

macro_rules! redacted {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

redacted!(CriminalRecordEntry, CriminalRecord, Address, IdentityPaper, CivilStatus, Company, Representative);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(json: serde_json::Value) -> String {
        serde_json::from_value::<Address>(json).unwrap().line()
    }

    #[test]
    fn an_address_is_one_line() {
        for (address, expected) in [
            (
                json!({"county": "Cluj", "locality": "Cluj-Napoca", "street": "Str. Horea", "number": "14", "building": "A", "flat": "12"}),
                "Str. Horea nr. 14, bl. A, ap. 12, Cluj-Napoca, județul Cluj",
            ),
            (
                json!({"county": "Județul Cluj", "locality": "Turda", "street": "Str. Nouă"}),
                "Str. Nouă, Turda, județul Cluj",
            ),
            (
                json!({"county": "CJ", "locality": "Mărgău", "number": "7", "street": null}),
                "nr. 7, Mărgău, județul Cluj",
            ),
            (json!({"county": "Iași", "locality": "Iași", "street": " "}), "Iași, județul Iași"),
            (
                json!({"county": "Municipiul București", "locality": "Sector 3", "street": "Str. Horea", "number": "14"}),
                "Str. Horea nr. 14, Sector 3, București",
            ),
            (json!({"county": "București", "locality": "Municipiul Bucureşti"}), "București"),
            (
                json!({"county": "Germania", "locality": "Köln", "street": "Domplatz", "number": "1"}),
                "Domplatz nr. 1, Köln, Germania",
            ),
        ] {
            assert_eq!(line(address), expected);
        }
    }

    #[test]
    fn a_representative_without_a_cnp_may_be_anybody() {
        let company = |representatives: serde_json::Value| {
            serde_json::from_value::<Company>(json!({
                "name": "Nouă S.R.L.", "seat": {"county": "Cluj", "locality": "Turda"},
                "representatives": representatives, "dissolved": false, "as_of": "2026-11-24T09:00:00Z",
            }))
        };
        let known = json!({"cnp": "1800101221144", "capacity": "administrator"});
        let foreigner = json!({"cnp": null, "capacity": "administrator"});
        assert!(company(json!([known])).unwrap().names_each_by_cnp());
        assert!(!company(json!([known, foreigner])).unwrap().names_each_by_cnp());
        assert!(!company(json!([])).unwrap().names_each_by_cnp(), "and nobody says nothing");
        assert!(company(json!([{"capacity": "administrator"}])).is_err(), "an answer that lost it is none");
    }

    #[test]
    fn a_company_without_its_list_of_representatives_is_no_answer() {
        let company = |representatives: serde_json::Value| {
            let mut company = json!({
                "name": "Nouă S.R.L.", "seat": {"county": "Cluj", "locality": "Turda"}, "representatives": [],
                "dissolved": false, "as_of": "2026-11-01T00:00:00Z", "a_new_member": 1
            });
            company["representatives"] = representatives;
            serde_json::from_value::<Company>(company)
        };
        assert!(company(json!([])).is_ok(), "unknown members are ignored");
        assert!(company(json!(null)).is_err());
        let foreigner = company(json!([{"cnp": null, "capacity": "administrator"}])).unwrap();
        assert!(!foreigner.names(&Cnp::parse("2790126264101").unwrap()));
        let grouped = company(json!([{"cnp": "279 0126 264101", "capacity": "administrator"}])).unwrap();
        assert!(grouped.names(&Cnp::parse("2790126264101").unwrap()));
    }
}
