//! What an answer must not carry: it goes by mail, which others read on its way.

use crate::certificates::ControlCode;
use crate::person::Cnp;
use crate::rule::Rule;

/// A CNP in the text.
pub(super) const TEXT_HOLDS_CNP: Rule = Rule::new(
    "text_holds_cnp",
    "Leave the personal numeric code out: the answer goes by mail",
    "Nu scrieți codul numeric personal: răspunsul pleacă prin e-mail",
);

/// A control code in the text.
pub(super) const TEXT_HOLDS_CONTROL_CODE: Rule = Rule::new(
    "text_holds_control_code",
    "Leave the control code out: the answer goes by mail",
    "Nu scrieți codul de control: răspunsul pleacă prin e-mail",
);

/// Refuses a text with a CNP or with what looks like a control code.
///
/// # Errors
/// The rule that it breaks.
pub(super) fn check(text: &str) -> Result<(), &'static Rule> {
    let numbers = text.split(|c: char| !c.is_ascii_digit());
    if numbers.filter(|number| number.len() == 13).any(|number| Cnp::parse(number).is_ok()) {
        return Err(&TEXT_HOLDS_CNP);
    }
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    if words.any(|word| word.matches('-').count() == 3 && ControlCode::parse(word).is_ok()) {
        return Err(&TEXT_HOLDS_CONTROL_CODE);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_found_wherever_they_stand() {
        for text in ["1800101221144", "CNP-ul dvs. este 1800101221144.", "a1800101221144b"] {
            assert_eq!(check(text), Err(&TEXT_HOLDS_CNP), "{text}");
        }
        for text in ["cod ABCD-EFGH-JKMN-PQRS", "(abcd-efgh-jkmn-pqrs)"] {
            assert_eq!(check(text), Err(&TEXT_HOLDS_CONTROL_CODE), "{text}");
        }
        for text in [
            "Certificatul CJ-2026-7K3M-Q9ZD-T este valabil.",
            "Sunați la +40 21 303 7080, de luni până vineri.",
            "cererea 0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f",
            "1800101221145 nu este un CNP",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }
}
