//! The number of a firm in the trade register, in both of its forms.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;
use crate::text::rule::{self, Rule};

/// The text is neither `J40/1234/2020` nor `J2020001234400`.
pub const TRADE_REGISTER_NUMBER_FORMAT: Rule = Rule::new(
    "trade_register_number_format",
    "Write the trade-register number like J40/1234/2020 or J2020001234400",
    "Scrieți numărul de ordine din registrul comerțului ca J40/1234/2020 sau J2020001234400",
);

/// A trade register number, in upper case: `J40/1234/2020` (county in two digits, number, year), or the form without
/// slashes that replaced it on 26 July 2024 (year, number in six digits, county, check).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TradeRegisterNumber(String);

impl TradeRegisterNumber {
    /// Parses either form, in either case, with or without spaces: J (companies), F (sole traders) or C (cooperatives),
    /// then digits.
    ///
    /// Does not verify the check digit of the newer form: its rule is known only from third parties.
    ///
    /// # Errors
    /// [`TRADE_REGISTER_NUMBER_FORMAT`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let upper = text::freed(text).to_ascii_uppercase();
        let (kind, number) = upper.split_at_checked(1).ok_or(&TRADE_REGISTER_NUMBER_FORMAT)?;
        let number = match number.split('/').collect::<Vec<_>>().as_slice() {
            [county, number, year] => with_slashes(county, number, year),
            [digits] => is_number(digits, 13..=13).then(|| (*digits).to_owned()),
            _ => None,
        };
        number
            .filter(|_| matches!(kind, "J" | "F" | "C"))
            .map(|number| Self(format!("{kind}{number}")))
            .ok_or(&TRADE_REGISTER_NUMBER_FORMAT)
    }

    /// Returns the number, in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for TradeRegisterNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TradeRegisterNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        rule::parsed(deserializer, Self::parse)
    }
}

/// Formats the older form; counties of one digit (`J5`) and of two (`J05`) are the same.
fn with_slashes(county: &str, number: &str, year: &str) -> Option<String> {
    let valid = is_number(county, 1..=2) && is_number(number, 1..=6) && is_number(year, 4..=4);
    valid.then(|| format!("{county:0>2}/{number}/{year}"))
}

fn is_number(text: &str, digits: std::ops::RangeInclusive<usize>) -> bool {
    digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        for (text, number) in [
            ("J40/1234/2020", "J40/1234/2020"),
            ("j5/7/1999", "J05/7/1999"),
            ("F05/7/1999", "F05/7/1999"),
            ("C12/345/2001", "C12/345/2001"),
            ("J2020001234400", "J2020001234400"),
            ("f2024012345008", "F2024012345008"),
        ] {
            assert_eq!(TradeRegisterNumber::parse(text).unwrap().as_str(), number);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "J",
            "J40",
            "J40/1234",
            "J40/1234/20",
            "J40/1234/2020/1",
            "J/1234/2020",
            "J140/1234/2020",
            "J40//2020",
            "X40/1234/2020",
            "40/1234/2020",
            "J40/1234/2O20",
            "J202000123440",
            "J20200012344001",
            "JJ40/1234/2020",
            "J40/１２/2020",
            "ĵ40/1234/2020",
            "J40.1234.2020",
        ] {
            assert_eq!(TradeRegisterNumber::parse(text), Err(&TRADE_REGISTER_NUMBER_FORMAT), "{text}");
        }
    }
}
