//! What the registers answer.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// The answer about one person.
#[derive(Clone)]
pub struct CriminalRecord {
    /// Entries in force; none means "nu este înscris(ă)".
    pub entries: Vec<CriminalRecordEntry>,
    /// When the register was asked.
    pub asked_at: DateTime<Utc>,
    /// SHA-256 of the answer, kept with the certificate that was made from it.
    pub digest: [u8; 32],
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

macro_rules! redacted {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

redacted!(CriminalRecordEntry, CriminalRecord, Address, IdentityPaper, CivilStatus);
