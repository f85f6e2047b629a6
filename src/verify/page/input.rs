//! Parses the posted form, and collects every fault in the order of the page.

use super::VerifyForm;
use super::form::Broken;
use crate::certificates::printed_name::PrintedName;
use crate::certificates::{ControlCode, RegistrationNumber};
use crate::person::{Cnp, Cui};
use crate::text::Rule;
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
    let typed = filled(form.identifier).map(|text| plain(&text));
    let number = number(filled(form.registration_number).as_deref());
    let code = code(filled(form.control_code).as_deref(), typed.is_some());
    let identifier = typed.map_or(Ok((None, None)), |text| identifier(&text));
    let name = filled(form.name).map(|text| PrintedName::parse(&text)).transpose();
    match (number, code, identifier, name) {
        (Ok(registration_number), Ok(control_code), Ok((cnp, cui)), Ok(name)) => {
            Ok(VerifyRequest { registration_number, cnp, cui, control_code, name })
        }
        (number, code, identifier, name) => {
            let rules = [
                ("registration_number", number.err()),
                ("control_code", code.err()),
                ("identifier", identifier.err()),
                ("name", name.err()),
            ];
            let broken =
                |(field, rule): (_, Option<&Rule>)| rule.map(|rule| Broken::new(field, rule.ro, rule.en));
            Err(rules.into_iter().filter_map(broken).collect())
        }
    }
}

fn number(text: Option<&str>) -> Result<RegistrationNumber, &'static Rule> {
    text.map_or(Err(&NUMBER_MISSING), RegistrationNumber::parse)
}

fn code(text: Option<&str>, has_identifier: bool) -> Result<Option<ControlCode>, &'static Rule> {
    match (text, has_identifier) {
        (None, false) => Err(&PROOF_MISSING),
        (Some(_), true) => Err(&ONE_PROOF_ONLY),
        (Some(text), false) => ControlCode::parse(text).map(Some),
        (None, true) => Ok(None),
    }
}

/// One field takes both: a CNP has 13 digits, a CUI 2 to 10.
fn identifier(text: &str) -> Result<(Option<Cnp>, Option<Cui>), &'static Rule> {
    match digits(text) {
        CNP_DIGITS => Cnp::parse(text).map(|cnp| (Some(cnp), None)),
        2..=10 => Cui::parse(text).map(|cui| (None, Some(cui))),
        _ => Err(&IDENTIFIER_LENGTH),
    }
}

/// Removes the spaces and dashes that people type between digits.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '.')).collect()
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}
