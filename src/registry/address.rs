//! Postal addresses, as the registers hold them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::person::County;
use crate::text::{self, Text};

/// A postal address in Romania or abroad. Villages may have no streets, and houses no number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Address {
    /// County; for an address abroad, the country.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Cluj")]
    pub county: County,
    /// Town, village, or sector of Bucharest.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Cluj-Napoca")]
    pub locality: Text,
    /// Street.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, max_length = 500, example = "Strada Memorandumului")]
    pub street: Option<Text>,
    /// House number.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, max_length = 500, example = "28")]
    pub number: Option<Text>,
    /// Building.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, max_length = 500, example = "B2")]
    pub building: Option<Text>,
    /// Flat.
    #[serde(default, deserialize_with = "text::optional")]
    #[schema(value_type = Option<String>, max_length = 500, example = "14")]
    pub flat: Option<Text>,
}

impl Address {
    /// Formats the address on one line; writes `județul` only before a Romanian county.
    #[must_use]
    pub fn line(&self) -> String {
        let street = match (&self.street, &self.number) {
            (Some(street), Some(number)) => Some(format!("{street} nr. {number}")),
            (Some(street), None) => Some(street.to_string()),
            (None, Some(number)) => Some(format!("nr. {number}")),
            (None, None) => None,
        };
        let mut parts: Vec<String> = street.into_iter().collect();
        parts.extend(self.building.as_ref().map(|building| format!("bl. {building}")));
        parts.extend(self.flat.as_ref().map(|flat| format!("ap. {flat}")));
        let county = self.county.as_str();
        if self.county.is_bucharest() {
            let is_city = County::parse(self.locality.as_str()).is_ok_and(|locality| locality.is_bucharest());
            parts.extend((!is_city).then(|| self.locality.to_string()));
            parts.push(county.to_owned());
        } else {
            parts.push(self.locality.to_string());
            parts.push(if self.county.is_romanian() {
                format!("județul {county}")
            } else {
                county.to_owned()
            });
        }
        parts.join(", ")
    }
}

redacted!(Address);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(json: serde_json::Value) -> String {
        serde_json::from_value::<Address>(json).unwrap().line()
    }

    #[test]
    fn an_address_is_one_line() {
        for (address, expected) in [
            (
                json!({"county": "Cluj", "locality": "Cluj-Napoca", "street": "Str. Horea", "number": "14", "building": "A", "flat": "12"}),
                "Str. Horea nr. 14, bl. A, ap. 12, Cluj-Napoca, județul Cluj",
            ),
            (
                json!({"county": "Județul Cluj", "locality": "Turda", "street": "Str. Nouă"}),
                "Str. Nouă, Turda, județul Cluj",
            ),
            (
                json!({"county": "CJ", "locality": "Mărgău", "number": "7", "street": null}),
                "nr. 7, Mărgău, județul Cluj",
            ),
            (json!({"county": "Iași", "locality": "Iași", "street": " "}), "Iași, județul Iași"),
            (
                json!({"county": "Municipiul București", "locality": "Sector 3", "street": "Str. Horea", "number": "14"}),
                "Str. Horea nr. 14, Sector 3, București",
            ),
            (json!({"county": "București", "locality": "Municipiul Bucureşti"}), "București"),
            (
                json!({"county": "Germania", "locality": "Köln", "street": "Domplatz", "number": "1"}),
                "Domplatz nr. 1, Köln, Germania",
            ),
        ] {
            assert_eq!(line(address), expected);
        }
    }
}
