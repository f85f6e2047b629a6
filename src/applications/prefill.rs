//! The form, prefilled from the proof of identity and the population register.

use chrono::{DateTime, Utc};

use super::form::{
    AddressField, DateField, IdentityPaperField, NamesField, OptionalTextField, PrefillFields, Source,
    TextField,
};
use crate::person::{PersonName, ProvedPerson};
use crate::registry::CivilStatus;

/// Builds the fields with their sources; the CNP is the proved one.
pub(super) fn fields(person: &ProvedPerson, verified_at: DateTime<Utc>, civil: CivilStatus) -> PrefillFields {
    let (source, as_of) = (Source::CivilStatus, civil.as_of);
    let text = |value: String| TextField { value, source, as_of };
    let text = |value: &str| text(value.to_owned());
    let name = |name: Option<PersonName>| name.map(|name| name.as_str().to_owned());
    let optional = |value: Option<PersonName>| OptionalTextField { value: name(value), source, as_of };
    PrefillFields {
        cnp: TextField {
            value: person.cnp.as_str().to_owned(),
            source: Source::IdentityVerification,
            as_of: verified_at,
        },
        family_name: text(civil.family_name.as_str()),
        given_name: text(civil.given_name.as_str()),
        previous_names: NamesField {
            value: civil.previous_names.iter().map(|name| name.as_str().to_owned()).collect(),
            source,
            as_of,
        },
        father_given_name: optional(civil.father_given_name),
        mother_given_name: optional(civil.mother_given_name),
        birth_date: DateField { value: civil.birth_date.day(), source, as_of },
        birth_county: text(civil.birth_county.as_str()),
        birth_place: text(civil.birth_place.as_str()),
        domicile: AddressField { value: civil.domicile, source, as_of },
        identity_document: IdentityPaperField { value: civil.identity_document, source, as_of },
    }
}
