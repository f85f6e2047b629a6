//! The certificates on offer.

use crate::text::Bilingual;

/// The certificate for natural persons.
pub const NATURAL_PERSON: &str = "criminal-record-certificate";
/// The one for legal persons.
pub const LEGAL_PERSON: &str = "criminal-record-certificate-legal-person";

/// A certificate that can be, or will be, applied for.
pub struct Service {
    /// Stable name.
    pub id: &'static str,
    /// What it is called.
    pub name: Bilingual,
}

/// All services.
pub const SERVICES: &[Service] = &[
    Service {
        id: NATURAL_PERSON,
        name: Bilingual { ro: "Certificat de cazier judiciar", en: "Criminal-record certificate" },
    },
    Service {
        id: LEGAL_PERSON,
        name: Bilingual {
            ro: "Certificat de cazier judiciar pentru persoane juridice",
            en: "Criminal-record certificate for legal persons",
        },
    },
];

/// The service of that name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_its_whole_name() {
        assert!(find(NATURAL_PERSON).is_some_and(|service| service.id == NATURAL_PERSON));
        assert!(find(LEGAL_PERSON).is_some_and(|service| service.id == LEGAL_PERSON));
        assert!(find("").is_none() && find("criminal-record").is_none());
    }
}
