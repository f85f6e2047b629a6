//! The other states of the European Union, whose nationals' records are requested through ECRIS.

use crate::text::{Rule, input};

/// ISO 3166-1 codes.
const EU_STATES: [&str; 26] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "SE", "SI", "SK",
];
const NOT_EU_STATE: Rule = Rule::new(
    "not_an_eu_state",
    "Write the two letters of another state of the European Union, such as SE",
    "Scrieți cele două litere ale altui stat al Uniunii Europene, de exemplu SE",
);

/// Another state of the European Union, ISO 3166-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EuState(&'static str);

impl EuState {
    /// Parses the two letters of a state.
    ///
    /// # Errors
    /// [`NOT_EU_STATE`].
    fn parse(text: &str) -> Result<Self, &'static Rule> {
        EU_STATES.into_iter().find(|state| *state == text).map(Self).ok_or(&NOT_EU_STATE)
    }

    /// Returns the two letters.
    pub(super) const fn as_str(self) -> &'static str {
        self.0
    }
}

input!(EuState, breaks [NOT_EU_STATE], enum_values: EU_STATES);
