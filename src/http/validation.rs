//! Rules between the fields of a body, checked by `validator`. To all other rules the types of the fields hold.

use std::borrow::Cow;

use validator::{Validate, ValidationError};

use crate::error::{Error, Result, Violation};
use crate::text::Rule;

/// Says that a rule is broken, at a JSON pointer. The pointer and the Romanian sentence travel as parameters.
pub(crate) fn broken(pointer: &'static str, rule: &'static Rule) -> ValidationError {
    let mut error = ValidationError::new(rule.code).with_message(Cow::Borrowed(rule.en));
    error.add_param(Cow::Borrowed("pointer"), &pointer);
    error.add_param(Cow::Borrowed("ro"), &rule.ro);
    error
}

/// Checks the rules of a parsed body.
///
/// # Errors
/// `invalid_input` with every broken rule, ordered by pointer.
pub(super) fn check(body: &impl Validate) -> Result<()> {
    let Err(errors) = body.validate() else { return Ok(()) };
    let mut found: Vec<Violation> = errors.field_errors().into_values().flatten().map(violation).collect();
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    Err(Error::violations(found))
}

fn violation(error: &ValidationError) -> Violation {
    let text =
        |name: &str| error.params.get(name).and_then(|text| text.as_str()).unwrap_or_default().to_owned();
    Violation {
        pointer: text("pointer"),
        code: error.code.clone(),
        en: error.message.clone().unwrap_or_default(),
        ro: text("ro").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Rule = Rule::new("first", "First", "Primul");
    const SECOND: Rule = Rule::new("second", "Second", "Al doilea");

    #[derive(Validate)]
    #[validate(schema(function = "second"), schema(function = "first"))]
    struct Body {
        is_right: bool,
    }

    fn first(body: &Body) -> Result<(), ValidationError> {
        if body.is_right { Ok(()) } else { Err(broken("/a", &FIRST)) }
    }

    fn second(body: &Body) -> Result<(), ValidationError> {
        if body.is_right { Ok(()) } else { Err(broken("/b/c", &SECOND)) }
    }

    #[test]
    fn every_broken_rule_is_named_at_its_place_in_both_languages() {
        assert!(check(&Body { is_right: true }).is_ok());
        let Err(Error::Problem(problem)) = check(&Body { is_right: false }) else { panic!("it passed") };
        let seen: Vec<_> = problem.errors.iter().map(|v| (&*v.pointer, &*v.code, &*v.en, &*v.ro)).collect();
        assert_eq!(seen, [("/a", "first", "First", "Primul"), ("/b/c", "second", "Second", "Al doilea")]);
    }
}
