//! What the registers answer.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Code, Result};
use crate::person::Cnp;

/// An entry of the criminal record, as the register returns it; the service decides nothing about erasure.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CriminalRecordEntry {
    /// Number and date of the judgment.
    #[schema(example = "Sentința penală nr. 214/2019")]
    pub judgment: String,
    /// The court.
    #[schema(example = "Judecătoria Craiova")]
    pub court: String,
    /// When it became final.
    pub date_final: NaiveDate,
    /// The offence, with its article.
    #[schema(example = "Distrugere (art. 253 alin. 1 Cod penal)")]
    pub offence: String,
    /// The sanction.
    #[schema(example = "Amendă penală, 4.000 lei")]
    pub sanction: String,
    /// As the register words it, such as "în executare".
    #[schema(example = "Executată")]
    pub status: String,
}

/// The answer about one natural or legal person.
#[derive(Clone)]
pub struct CriminalRecord {
    entries: Vec<CriminalRecordEntry>,
    unreadable: bool,
    /// When the register was asked.
    pub asked_at: DateTime<Utc>,
    /// SHA-256 of the answer, kept with the certificate that was made from it.
    pub digest: [u8; 32],
}

impl CriminalRecord {
    /// The entries in force, all of them readable; none means that the subject is not entered.
    #[must_use]
    pub const fn new(entries: Vec<CriminalRecordEntry>, asked_at: DateTime<Utc>, digest: [u8; 32]) -> Self {
        Self { entries, unreadable: false, asked_at, digest }
    }

    /// The same, when the register has further entries that cannot be read.
    #[must_use]
    pub fn with_unreadable(self, unreadable: bool) -> Self {
        Self { unreadable, ..self }
    }

    /// Whether the register has no entry at all on the subject.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.entries.is_empty() && !self.unreadable
    }

    /// Whether there are entries that cannot be read.
    #[must_use]
    pub const fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// What can be read of the entries: for an officer to look at, never to certify.
    #[must_use]
    pub fn readable_entries(&self) -> &[CriminalRecordEntry] {
        &self.entries
    }

    /// All the entries, for a certificate.
    ///
    /// # Errors
    /// `register_record_unreadable` when some cannot be read.
    pub fn entries(&self) -> Result<&[CriminalRecordEntry]> {
        if self.unreadable { Err(Code::RegisterRecordUnreadable.into()) } else { Ok(&self.entries) }
    }

    /// The answer without its entries, after an officer found that they are somebody else's.
    ///
    /// # Errors
    /// `register_record_unreadable` when some cannot be read: whose they are cannot be found out.
    pub fn cleared(self) -> Result<Self> {
        self.entries()?;
        Ok(Self { entries: Vec::new(), ..self })
    }
}

/// What a register knows of a subject.
#[derive(Debug, Clone)]
pub enum Known<T> {
    /// It looked everywhere, and does not know the subject.
    Nobody,
    /// It knows the subject, and what it says cannot be read.
    Unreadable,
    /// This.
    Record(T),
}

impl<T> Known<T> {
    /// The record.
    ///
    /// # Errors
    /// `unknown` when the register does not know the subject; `register_record_unreadable`.
    pub fn or(self, unknown: Code) -> Result<T> {
        match self {
            Self::Record(record) => Ok(record),
            Self::Unreadable => Err(Code::RegisterRecordUnreadable.into()),
            Self::Nobody => Err(unknown.into()),
        }
    }

    /// The record, or that nobody has one.
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

    /// The same of what is made of the record.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Record(record) => Known::Record(make(record)),
            Self::Unreadable => Known::Unreadable,
            Self::Nobody => Known::Nobody,
        }
    }
}

impl<T> From<Option<T>> for Known<T> {
    /// `None` is said by a register that looked everywhere.
    fn from(answer: Option<T>) -> Self {
        answer.map_or(Self::Nobody, Self::Record)
    }
}

/// A postal address in Romania or abroad.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Address {
    /// County, or the country for an address abroad.
    #[schema(example = "Cluj")]
    pub county: String,
    /// Town or village.
    #[schema(example = "Cluj-Napoca")]
    pub locality: String,
    /// Street.
    #[schema(example = "Strada Memorandumului")]
    pub street: String,
    /// House number.
    #[schema(example = "28")]
    pub number: String,
    /// Building.
    #[schema(example = "B2")]
    pub building: Option<String>,
    /// Flat.
    #[schema(example = "14")]
    pub flat: Option<String>,
}

/// An identity document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityPaper {
    /// `identity_card`, `electronic_identity_card`, `passport` or `residence_permit`.
    #[serde(rename = "type")]
    #[schema(example = "identity_card")]
    pub kind: String,
    /// Series, where the kind has one.
    #[schema(example = "CJ")]
    pub series: Option<String>,
    /// Number.
    #[schema(example = "123456")]
    pub number: String,
    /// Last day of validity.
    pub expires_on: Option<NaiveDate>,
}

/// Who a person is, on the word of the population register.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CivilStatus {
    /// Family name in force.
    #[schema(example = "Munteanu")]
    pub family_name: String,
    /// Given names.
    #[schema(example = "Andreea")]
    pub given_name: String,
    /// Earlier family names, oldest first.
    pub previous_names: Vec<String>,
    /// Given name of the father.
    #[schema(example = "Gheorghe")]
    pub father_given_name: Option<String>,
    /// Given name of the mother.
    #[schema(example = "Elena")]
    pub mother_given_name: Option<String>,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// County of birth; the country for somebody born abroad.
    #[schema(example = "Cluj")]
    pub birth_county: String,
    /// Place of birth.
    #[schema(example = "Cluj-Napoca")]
    pub birth_place: String,
    /// Domicile.
    pub domicile: Address,
    /// Identity document in force.
    pub identity_document: IdentityPaper,
    /// Whether the person has died.
    pub deceased: bool,
    /// When the register said so.
    pub as_of: DateTime<Utc>,
}

impl Address {
    /// The whole of it as one line.
    #[must_use]
    pub fn line(&self) -> String {
        let mut parts = vec![format!("{} nr. {}", self.street, self.number)];
        parts.extend(self.building.as_ref().map(|building| format!("bl. {building}")));
        parts.extend(self.flat.as_ref().map(|flat| format!("ap. {flat}")));
        parts.push(self.locality.clone());
        if self.county != self.locality {
            parts.push(format!("județul {}", self.county));
        }
        parts.join(", ")
    }
}

/// A legal person, on the word of the company register.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Its name, with its legal form.
    #[schema(example = "Construcții Țara Bârsei S.R.L.")]
    pub name: String,
    /// Its number in the trade register; an association or a foundation has none.
    #[schema(example = "J08/1234/2020")]
    pub trade_register_number: Option<String>,
    /// Where it has its seat.
    pub seat: Address,
    /// Who represents it by law or by its statute.
    pub representatives: Vec<Representative>,
    /// Whether it has been struck off.
    pub dissolved: bool,
    /// When the register said so.
    pub as_of: DateTime<Utc>,
}

/// A natural person who represents a legal one.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Representative {
    /// Personal numeric code.
    #[schema(example = "2790126264101")]
    pub cnp: String,
    /// As what, as the register words it.
    #[schema(example = "administrator")]
    pub capacity: String,
}

impl Company {
    /// Whether the register names this person as a representative.
    #[must_use]
    pub fn names(&self, cnp: &Cnp) -> bool {
        self.representatives.iter().any(|representative| representative.cnp == cnp.as_str())
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
    use super::*;

    #[test]
    fn an_address_is_one_line() {
        let mut address = Address {
            county: "Cluj".into(),
            locality: "Cluj-Napoca".into(),
            street: "Str. Horea".into(),
            number: "14".into(),
            building: Some("A".into()),
            flat: Some("12".into()),
        };
        assert_eq!(address.line(), "Str. Horea nr. 14, bl. A, ap. 12, Cluj-Napoca, județul Cluj");
        (address.building, address.flat) = (None, None);
        (address.county, address.locality) = ("București".into(), "București".into());
        assert_eq!(address.line(), "Str. Horea nr. 14, București");
    }
}
