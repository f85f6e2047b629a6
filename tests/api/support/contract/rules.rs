//! The rules that the contract lists for each operation.

use serde_json::Value;

use super::met::RULES;

/// Fails unless the contract lists each broken rule of a problem at its place.
pub fn check(operation: &str, listed: &Value, problem: &Value) {
    for error in problem["errors"].as_array().into_iter().flatten() {
        let (place, code) = (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap());
        let is_listed = |(known, codes): (&String, &Value)| {
            is_at(known, place) && codes.as_array().unwrap().iter().any(|known| known == code)
        };
        let mut all = listed.as_object().into_iter().flatten();
        assert!(all.any(is_listed), "{operation}: the contract does not list {code} at {place:?}");
        RULES.note(code);
    }
}

/// Whether a place is one of those that the contract writes so: `*` stands for any name, and for the place in a list.
fn is_at(known: &str, place: &str) -> bool {
    if known == "?*" {
        return place.starts_with('?');
    }
    let (known, place): (Vec<&str>, Vec<&str>) = (known.split('/').collect(), place.split('/').collect());
    known.len() == place.len() && known.iter().zip(&place).all(|(known, name)| *known == "*" || known == name)
}
