//! What an officer must decide beyond the register's answer, encrypted with the application.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::certificates::Subject;
use crate::error::{Error, Result};
use crate::person::{Cnp, Column, County, Keyring, PersonName};
use crate::registry::CivilStatus;
use crate::text::Rule;
use crate::text::Text;

/// The matter of an application.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Matter {
    /// Fields of a certificate are wrong.
    Correction {
        /// The wrong fields, each once.
        corrections: Vec<Correction>,
        /// The matter of the certificate to be corrected: its subject stays the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<Box<Self>>,
    },
    /// The certificate is about a person whom the applicant represents.
    Representation {
        /// The represented person's personal numeric code.
        cnp: Cnp,
        /// The applicant's capacity.
        capacity: Capacity,
    },
    /// The applicant is a national of another state of the European Union.
    Ecris {
        /// That state, ISO 3166-1.
        nationality: String,
    },
}

/// A correction requested by the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Correction {
    /// The field.
    pub(crate) field: CorrectedField,
    /// The correct value.
    #[schema(example = "Popescu")]
    pub(crate) value: String,
}

/// The capacity in which a person applies for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Capacity {
    /// Father or mother of a child.
    Parent,
    /// Guardian of a child.
    Guardian,
    /// By power of attorney.
    Attorney,
}

/// A field that can be corrected. The CNP and the date of birth cannot: they determine whose certificate it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CorrectedField {
    /// Family name.
    FamilyName,
    /// Given names.
    GivenName,
    /// Given name of the father.
    FatherGivenName,
    /// Given name of the mother.
    MotherGivenName,
    /// County of birth.
    BirthCounty,
    /// Place of birth.
    BirthPlace,
}

impl Matter {
    /// Encrypts the matter for the application's row.
    pub(super) fn encrypt(&self, keyring: &Keyring, application: Uuid) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        keyring.encrypt(Column::APPLICATIONS_MATTER.at(application), &json).map_err(Error::internal)
    }

    /// Decrypts a matter.
    pub(super) fn decrypt(keyring: &Keyring, application: Uuid, encrypted: &[u8]) -> Result<Self> {
        let json = keyring
            .decrypt(Column::APPLICATIONS_MATTER.at(application), encrypted)
            .map_err(Error::internal)?;
        serde_json::from_slice(&json).map_err(Error::internal)
    }

    /// Returns the matter of the certificate itself, leaving out corrections.
    pub(super) fn of_certificate(self) -> Option<Self> {
        match self {
            Self::Correction { of, .. } => of.map(|of| *of),
            matter => Some(matter),
        }
    }

    /// Returns the subject of the certificate, if not the applicant.
    pub(super) fn represented(self) -> Option<Cnp> {
        match self.of_certificate() {
            Some(Self::Representation { cnp, .. }) => Some(cnp),
            _ => None,
        }
    }

    /// Applies the corrections to the certificate's subject.
    ///
    /// # Errors
    /// Fails on a value that was accepted under other rules.
    pub(super) fn apply_to(&self, subject: &mut Subject) -> Result<()> {
        let Self::Correction { corrections, .. } = self else { return Ok(()) };
        let Subject::NaturalPerson { civil_status: civil, .. } = subject else { return Ok(()) };
        corrections.iter().try_for_each(|correction| correction.apply_to(civil)).map_err(Error::internal)
    }
}

impl Correction {
    /// Parses a value in the form of the field's type.
    ///
    /// # Errors
    /// The rule of the field that the value breaks.
    pub(super) fn parse(field: CorrectedField, value: &str) -> Result<Self, &'static Rule> {
        let value = match field {
            CorrectedField::BirthCounty => County::parse(value)?.as_str().to_owned(),
            CorrectedField::BirthPlace => Text::parse(value)?.as_str().to_owned(),
            _ => PersonName::parse(value)?.as_str().to_owned(),
        };
        Ok(Self { field, value })
    }

    fn apply_to(&self, civil: &mut CivilStatus) -> Result<(), &'static Rule> {
        let value = self.value.as_str();
        match self.field {
            CorrectedField::FamilyName => civil.family_name = PersonName::parse(value)?,
            CorrectedField::GivenName => civil.given_name = PersonName::parse(value)?,
            CorrectedField::FatherGivenName => civil.father_given_name = Some(PersonName::parse(value)?),
            CorrectedField::MotherGivenName => civil.mother_given_name = Some(PersonName::parse(value)?),
            CorrectedField::BirthCounty => civil.birth_county = County::parse(value)?,
            CorrectedField::BirthPlace => civil.birth_place = Text::parse(value)?,
        }
        Ok(())
    }
}
