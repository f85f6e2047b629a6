//! The other states of the European Union, whose nationals' records are requested through ECRIS.

use validator::ValidationError;

use crate::http::validation::broken;
use crate::text::Rule;

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

pub(super) fn is_eu_state(value: &str) -> Result<(), ValidationError> {
    if EU_STATES.contains(&value) { Ok(()) } else { Err(broken(&NOT_EU_STATE)) }
}
