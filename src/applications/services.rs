//! The services and the reasons for a certificate: a versioned code list in both languages.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::certificates::payload::Bilingual;

/// The certificate for natural persons.
pub const NATURAL_PERSON: &str = "criminal-record-certificate";
/// The certificate for legal persons.
pub const LEGAL_PERSON: &str = "criminal-record-certificate-legal-person";
/// Version of the list of reasons; increases with every change.
pub const REASONS_VERSION: u32 = 1;

/// A certificate that can be applied for, now or later.
pub struct Service {
    /// Stable name.
    pub id: &'static str,
    /// Its name.
    pub name: Bilingual,
}

/// Phases of the roll-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ServicePhase)]
pub enum Phase {
    /// Not open yet.
    Announced,
    /// Persons without entries get the certificate at once; others are referred to a counter.
    PersonsWithoutEntries,
    /// Also for persons with entries, after review by an officer.
    PersonsWithEntries,
}

/// The roll-out, as the operator set it: the first day of each later phase.
#[derive(Debug, Clone, Copy, Default)]
pub struct Phases {
    /// Certificates with entries, after review.
    pub persons_with_entries: Option<NaiveDate>,
    /// Certificates of legal persons.
    pub legal_persons: Option<NaiveDate>,
}

impl Phases {
    /// Returns whether certificates with entries are issued on that day.
    #[must_use]
    pub fn with_entries(&self, today: NaiveDate) -> bool {
        self.persons_with_entries.is_some_and(|from| from <= today)
    }

    /// Returns whether legal persons get certificates on that day.
    #[must_use]
    pub fn legal_persons_open(&self, today: NaiveDate) -> bool {
        self.legal_persons.is_some_and(|from| from <= today)
    }

    /// Returns the phase of a service on a day.
    #[must_use]
    pub fn of(&self, service: &Service, today: NaiveDate) -> Phase {
        match service.id {
            LEGAL_PERSON if !self.legal_persons_open(today) => Phase::Announced,
            _ if self.with_entries(today) => Phase::PersonsWithEntries,
            _ => Phase::PersonsWithoutEntries,
        }
    }

    /// Returns the phases of a service that have a date, with their first day.
    #[must_use]
    pub fn dates(&self, service: &Service) -> Vec<(Phase, NaiveDate)> {
        let entries = self.persons_with_entries;
        if service.id != LEGAL_PERSON {
            return entries.map(|from| (Phase::PersonsWithEntries, from)).into_iter().collect();
        }
        let Some(open) = self.legal_persons else { return Vec::new() };
        let entries = entries.map(|from| (Phase::PersonsWithEntries, from.max(open)));
        std::iter::once((Phase::PersonsWithoutEntries, open)).chain(entries).collect()
    }

    /// Returns what an applicant is told about a hit: where to go, and nothing else.
    pub(crate) fn referral_reason(&self, today: NaiveDate) -> &'static str {
        if self.with_entries(today) { "officer_review" } else { "come_to_counter" }
    }
}

/// A reason for a certificate, which is valid only for it.
pub struct Reason {
    /// Stable code.
    pub code: &'static str,
    /// Its name.
    pub label: Bilingual,
    /// Whether `reason_detail` is required.
    pub needs_detail: bool,
}

const fn reason(code: &'static str, ro: &'static str, en: &'static str) -> Reason {
    Reason { code, label: Bilingual { ro, en }, needs_detail: false }
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

/// All reasons.
pub const REASONS: &[Reason] = &[
    reason("employment", "Angajare", "Employment"),
    reason("public_office", "Funcție publică", "Public office"),
    reason("work_with_children", "Învățământ sau muncă cu copii", "Teaching or work with children"),
    reason("studies", "Studii sau admitere", "Studies or admission"),
    reason(
        "driving_licence",
        "Școală de șoferi sau permis de conducere",
        "Driving school or driving licence",
    ),
    reason("firearm_permit", "Permis de armă", "Firearm permit"),
    reason("security_guard", "Agent de securitate", "Security guard"),
    reason("private_detective", "Detectiv particular", "Private detective"),
    reason("transport_manager", "Manager de transport", "Transport manager"),
    reason("classified_information", "Acces la informații clasificate", "Access to classified information"),
    reason(
        "profession",
        "Exercitarea unei profesii (medic, avocat, notar…)",
        "Profession (doctor, lawyer, notary…)",
    ),
    reason("public_tender", "Achiziție publică", "Public tender"),
    reason("bank_or_insurance", "Bancă sau asigurări", "Bank or insurance"),
    reason("eu_funds", "Fonduri europene", "EU funds"),
    reason("adoption", "Adopție", "Adoption"),
    reason("foster_care", "Asistență maternală", "Foster care"),
    reason("guardianship", "Tutelă sau curatelă", "Guardianship"),
    reason("citizenship", "Cetățenie", "Citizenship"),
    reason("residence_abroad", "Viză sau ședere în străinătate", "Visa or residence abroad"),
    reason("marriage_abroad", "Căsătorie în străinătate", "Marriage abroad"),
    reason("volunteering", "Voluntariat", "Volunteering"),
    Reason { code: "other", label: Bilingual { ro: "Alt motiv", en: "Another reason" }, needs_detail: true },
];

/// Finds a service by name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.id == id)
}

/// Finds a reason by code.
#[must_use]
pub fn find_reason(code: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_persons_come_on_their_own_day_and_entries_not_before() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (natural, legal) = (find(NATURAL_PERSON).unwrap(), find(LEGAL_PERSON).unwrap());
        let mut phases = Phases { persons_with_entries: Some(day("2023-06-01")), legal_persons: None };
        assert_eq!(phases.of(legal, day("2026-01-01")), Phase::Announced);
        assert_eq!(phases.dates(legal), []);
        phases.legal_persons = Some(day("2024-01-01"));
        assert_eq!(phases.of(legal, day("2023-12-31")), Phase::Announced);
        assert_eq!(phases.of(legal, day("2024-01-01")), Phase::PersonsWithEntries);
        assert_eq!(phases.of(natural, day("2023-05-31")), Phase::PersonsWithoutEntries);
        assert_eq!(phases.dates(natural), [(Phase::PersonsWithEntries, day("2023-06-01"))]);
        let expected = [Phase::PersonsWithoutEntries, Phase::PersonsWithEntries];
        assert_eq!(phases.dates(legal), expected.map(|phase| (phase, day("2024-01-01"))));
    }

    #[test]
    fn codes_are_unique_and_labels_complete() {
        let mut seen = std::collections::HashSet::new();
        for reason in REASONS {
            assert!(seen.insert(reason.code) && !reason.label.ro.is_empty() && !reason.label.en.is_empty());
        }
        assert!(find_reason("employment").is_some() && find_reason("Employment").is_none());
        assert!(find(NATURAL_PERSON).is_some() && find("").is_none());
    }
}
