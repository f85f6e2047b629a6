//! The certificates on offer.

use crate::text::Bilingual;

/// A certificate that can be, or will be, applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The certificate of a natural person.
    NaturalPerson,
    /// The certificate of a legal person.
    LegalPerson,
}

impl Service {
    /// All services, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::NaturalPerson, Self::LegalPerson];

    /// The stable name: in requests, in the database, in the signed payload.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NaturalPerson => "criminal-record-certificate",
            Self::LegalPerson => "criminal-record-certificate-legal-person",
        }
    }

    /// The name for people: in lists, on the verification page, the title of the document.
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
