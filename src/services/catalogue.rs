//! The services.

use serde::{Deserialize, Deserializer};

use crate::text::rule::{self, Rule};
use crate::text::{Bilingual, described};

/// No service has this name.
const UNKNOWN_SERVICE: Rule =
    Rule::new("unknown_service", "There is no service of this name", "Nu există un serviciu cu acest nume");

/// A certificate that can be applied for, now or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The certificate of a natural person.
    NaturalPerson,
    /// The certificate of a legal person.
    LegalPerson,
}

impl Service {
    /// All services, in listed order.
    pub const ALL: [Self; 2] = [Self::NaturalPerson, Self::LegalPerson];

    /// Returns the stable name, as in requests, in the database and in the signed payload.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NaturalPerson => "criminal-record-certificate",
            Self::LegalPerson => "criminal-record-certificate-legal-person",
        }
    }

    /// Returns the name for people, as in lists, on the verification page and as the document's title.
    #[must_use]
    pub const fn name(self) -> Bilingual {
        match self {
            Self::NaturalPerson => {
                Bilingual { ro: "Certificat de cazier judiciar", en: "Criminal-record certificate" }
            }
            Self::LegalPerson => Bilingual {
                ro: "Certificat de cazier judiciar pentru persoane juridice",
                en: "Criminal-record certificate for legal persons",
            },
        }
    }

    /// Finds a service by its stable name.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.id() == id)
    }
}

described!(
    Service: String,
    breaks [UNKNOWN_SERVICE],
    max_length: 64,
    pattern: "^[a-z-]+$",
);

impl<'de> Deserialize<'de> for Service {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        rule::parsed(deserializer, |id| Self::find(id).ok_or(&UNKNOWN_SERVICE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_its_whole_name() {
        assert!(Service::ALL.into_iter().all(|service| Service::find(service.id()) == Some(service)));
        assert_eq!(Service::find(""), None);
        assert_eq!(Service::find("criminal-record"), None);
    }
}
