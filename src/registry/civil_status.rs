//! The answer of the population register.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::address::Address;
use crate::person::{Cnp, County, PersonName, birth_date};
use crate::text::{self, Rule, TEXT_BLANK, Text};
use crate::time::civil_date::{self, CivilDate, DATE_IN_FUTURE};

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

redacted!(IdentityPaper, CivilStatus);
