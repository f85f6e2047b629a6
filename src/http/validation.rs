//! Converts the findings of `validator` into violations, and lets it apply our rules.

use std::borrow::Cow;

use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::error::{Error, Violation};
use crate::text::{LENGTH, Rule};

const RANGE: Rule = Rule::new("range", "The number is out of range", "Numărul este în afara limitelor");
const NOT_VALID: Rule = Rule::new("not_valid", "The value is not valid", "Valoarea nu este validă");

/// Wraps a broken rule for `validator`; the Romanian sentence travels as a parameter.
pub(crate) fn broken(rule: &'static Rule) -> ValidationError {
    let mut error = ValidationError::new(rule.code).with_message(Cow::Borrowed(rule.en));
    error.add_param(Cow::Borrowed("ro"), &rule.ro);
    error
}

/// Returns every violation, ordered by pointer.
pub(crate) fn violations(errors: &ValidationErrors) -> Error {
    let mut found = Vec::new();
    collect(errors, "", &mut found);
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    Error::violations(found)
}

fn collect(errors: &ValidationErrors, place: &str, found: &mut Vec<Violation>) {
    for (field, kind) in errors.errors() {
        let here = format!("{place}/{field}");
        match kind {
            ValidationErrorsKind::Struct(inner) => collect(inner, &here, found),
            ValidationErrorsKind::List(items) => {
                items.iter().for_each(|(index, inner)| collect(inner, &format!("{here}/{index}"), found));
            }
            ValidationErrorsKind::Field(broken) => {
                found.extend(broken.iter().map(|error| violation(&here, error)));
            }
        }
    }
}

fn violation(place: &str, error: &ValidationError) -> Violation {
    let romanian = error.params.get("ro").and_then(|text| text.as_str());
    match (&error.message, romanian) {
        (Some(en), Some(ro)) => Violation {
            pointer: place.to_owned(),
            code: error.code.clone(),
            en: en.clone(),
            ro: Cow::Owned(ro.to_owned()),
        },
        _ => Violation::new(place, built_in(&error.code)),
    }
}

/// Maps the built-in checks of `validator` to our rules.
fn built_in(code: &str) -> &'static Rule {
    match code {
        "length" => &LENGTH,
        "range" => &RANGE,
        _ => &NOT_VALID,
    }
}
