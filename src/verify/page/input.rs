//! Parses the posted form, and collects every fault in the order of the page.

use super::VerifyForm;
use super::form::Broken;
use crate::certificates::{ControlCode, RegistrationNumber};
use crate::person::{Cnp, Cui};
use crate::text::Rule;
use crate::verify::name::PrintedName;
use crate::verify::types::VerifyRequest;

const NUMBER_MISSING: Rule = Rule::new(
    "registration_number_missing",
    "Enter the registration number of the certificate",
    "Scrieți numărul de înregistrare al certificatului",
);
const PROOF_MISSING: Rule = Rule::new(
    "proof_missing",
    "Fill in one of the two: the control code, or the CNP or CUI",
    "Completați unul dintre cele două: codul de control sau CNP-ul ori CUI-ul",
);
const ONE_PROOF_ONLY: Rule = Rule::new(
    "one_proof_only",
    "Fill in only one of the two: the control code, or the CNP or CUI",
    "Completați numai unul dintre cele două: codul de control sau CNP-ul ori CUI-ul",
);
const IDENTIFIER_LENGTH: Rule = Rule::new(
    "identifier_length",
    "A CNP has 13 digits, a CUI 2 to 10",
    "CNP-ul are 13 cifre, CUI-ul între 2 și 10",
);

/// Digits of a CNP.
const CNP_DIGITS: usize = 13;

/// Reads the form.
///
/// # Errors
/// Every field that breaks a rule.
pub(super) fn read(form: VerifyForm) -> Result<VerifyRequest, Vec<Broken>> {
    let filled = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let number = filled(form.registration_number).unwrap_or_default();
    let (code, identifier) = (filled(form.control_code), filled(form.identifier).map(|text| plain(&text)));
    let name = filled(form.name);
    let rules = [
        ("registration_number", wrong_number(&number)),
        ("control_code", wrong_proof(code.as_deref(), identifier.as_deref())),
        ("identifier", identifier.as_deref().and_then(wrong_identifier)),
        ("name", name.as_deref().and_then(|name| PrintedName::parse(name).err())),
    ];
    let broken: Vec<Broken> = rules
        .into_iter()
        .filter_map(|(field, rule)| rule.map(|rule| Broken::new(field, rule.ro, rule.en)))
        .collect();
    if !broken.is_empty() {
        return Err(broken);
    }
    let (cnp, cui) = match identifier {
        Some(text) if digits(&text) == CNP_DIGITS => (Some(text), None),
        cui => (None, cui),
    };
    Ok(VerifyRequest { registration_number: number, cnp, cui, control_code: code, name })
}

fn wrong_number(number: &str) -> Option<&'static Rule> {
    if number.is_empty() { Some(&NUMBER_MISSING) } else { RegistrationNumber::parse(number).err() }
}

fn wrong_proof(code: Option<&str>, identifier: Option<&str>) -> Option<&'static Rule> {
    match (code, identifier) {
        (None, None) => Some(&PROOF_MISSING),
        (Some(_), Some(_)) => Some(&ONE_PROOF_ONLY),
        (Some(code), None) => ControlCode::parse(code).err(),
        (None, Some(_)) => None,
    }
}

/// One field takes both: a CNP has 13 digits, a CUI 2 to 10.
fn wrong_identifier(text: &str) -> Option<&'static Rule> {
    match digits(text) {
        CNP_DIGITS => Cnp::parse(text).err(),
        2..=10 => Cui::parse(text).err(),
        _ => Some(&IDENTIFIER_LENGTH),
    }
}

/// Removes the spaces and dashes that people type between digits.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '.')).collect()
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}
