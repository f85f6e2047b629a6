//! The reasons for a certificate: a versioned code list in both languages.

use serde::Deserializer;

use crate::text::rule::{self, Rule};
use crate::text::{Bilingual, described};

const UNKNOWN_REASON: Rule = Rule::new(
    "unknown_reason",
    "The reason is not on the service's list",
    "Motivul nu se află pe lista serviciului",
);

/// Version of the list of reasons; increases with every change.
pub const REASONS_VERSION: u32 = 1;

/// A reason for a certificate, which is valid only for it.
pub struct Reason {
    /// Stable code.
    pub code: &'static str,
    /// Its name.
    pub label: Bilingual,
    /// Whether `reason_detail` is required.
    pub needs_detail: bool,
}

described!(Reason: String, breaks [UNKNOWN_REASON], max_length: 64, pattern: "^[a-z_]+$");

const fn reason(code: &'static str, ro: &'static str, en: &'static str) -> Reason {
    Reason { code, label: Bilingual { ro, en }, needs_detail: false }
}

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

/// Finds a reason by code.
#[must_use]
pub fn find_reason(code: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.code == code)
}

/// Deserializes the code of a reason.
///
/// # Errors
/// `unknown_reason`.
pub(crate) fn reason_of_code<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'static Reason, D::Error> {
    rule::parsed(deserializer, |code| find_reason(code).ok_or(&UNKNOWN_REASON))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_labels_complete() {
        let mut seen = std::collections::HashSet::new();
        for reason in REASONS {
            assert!(seen.insert(reason.code) && !reason.label.ro.is_empty() && !reason.label.en.is_empty());
        }
        assert!(find_reason("employment").is_some() && find_reason("Employment").is_none());
    }
}
