//! Rules between the fields of a body that need nothing but the body, checked by `validator`. To all other rules of a body
//! the types of its fields hold.

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
/// `invalid_input` with every broken rule, ordered by pointer; an internal error for a finding that [`broken`] has not
/// made, such as one of a nested struct.
pub(super) fn check(body: &impl Validate) -> Result<()> {
    let Err(errors) = body.validate() else { return Ok(()) };
    let found =
        errors.field_errors().into_values().flatten().map(violation).collect::<Option<Vec<Violation>>>();
    let mut found =
        found.filter(|found| !found.is_empty()).ok_or_else(|| Error::internal("a rule without a name"))?;
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    Err(Error::violations(found))
}

fn violation(error: &ValidationError) -> Option<Violation> {
    let text = |name: &str| Some(error.params.get(name)?.as_str()?.to_owned());
    Some(Violation {
        pointer: text("pointer")?,
        code: error.code.clone(),
        en: error.message.clone()?,
        ro: text("ro")?.into(),
        known: Vec::new(),
    })
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

    #[derive(Validate)]
    struct Outer {
        #[validate(nested)]
        inner: Body,
    }

    #[derive(Validate)]
    struct Short {
        #[validate(length(max = 1))]
        text: &'static str,
    }

    #[test]
    fn a_finding_that_cannot_be_told_is_a_fault_of_ours() {
        for found in [check(&Outer { inner: Body { is_right: false } }), check(&Short { text: "ab" })] {
            assert_eq!(found.unwrap_err().code(), crate::error::Code::Internal);
        }
    }

    #[test]
    fn every_broken_rule_is_named_at_its_place_in_both_languages() {
        assert!(check(&Body { is_right: true }).is_ok());
        let Err(Error::Problem(problem)) = check(&Body { is_right: false }) else { panic!("it passed") };
        let seen: Vec<_> = problem.errors.iter().map(|v| (&*v.pointer, &*v.code, &*v.en, &*v.ro)).collect();
        assert_eq!(seen, [("/a", "first", "First", "Primul"), ("/b/c", "second", "Second", "Al doilea")]);
    }
}
