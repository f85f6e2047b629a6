//! Finds every broken rule of an input. serde stops at the first one, so the input is read again without that value,
//! until nothing is broken or nothing can be left out.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::form_urlencoded;

use super::violations::{Broken, broken, pointer_of};
use crate::error::Error;

/// An input that can be read again without some of its values.
pub(super) trait Input {
    /// Parses the whole input.
    fn read<T: DeserializeOwned>(&self) -> Result<T, Broken>;

    /// Removes the value at a JSON pointer; false if there is none, or if it is an item of a list, whose later items
    /// would change their places.
    fn cut(&mut self, pointer: &str) -> bool;
}

/// Returns the error for an input whose first fault is `first`: a fault of its shape alone, otherwise every broken rule,
/// ordered by pointer. It reads the input no more often than `T` has members, because a list is left out as a whole.
pub(super) fn every<T: DeserializeOwned>(mut input: impl Input, first: Broken) -> Error {
    let (mut next, mut rules, mut left_out) = (first, Vec::new(), HashSet::new());
    loop {
        let mut place = match next {
            Broken::Rule(broken) => {
                let place = broken.pointer.clone();
                rules.push(broken);
                place
            }
            // Missing only because it was left out.
            Broken::Shape(fault) if left_out.contains(&fault.pointer) => fault.pointer,
            Broken::Shape(fault) => return Error::violations(vec![fault]),
        };
        if !cut(&mut input, &mut place) {
            break;
        }
        left_out.insert(place);
        let Err(again) = input.read::<T>() else { break };
        next = again;
    }
    rules.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    Error::violations(rules)
}

/// Removes the value at `place`, or what holds it if that is not possible, and sets `place` to what was removed.
fn cut(input: &mut impl Input, place: &mut String) -> bool {
    while !input.cut(place) {
        let Some((holder, _)) = place.rsplit_once('/') else { return false };
        *place = holder.to_owned();
    }
    true
}

impl Input for Value {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Broken> {
        serde_path_to_error::deserialize(self)
            .map_err(|error| broken(error.path(), &error.inner().to_string()))
    }

    fn cut(&mut self, pointer: &str) -> bool {
        let Some((holder, name)) = pointer.rsplit_once('/') else { return false };
        let Some(Self::Object(members)) = self.pointer_mut(holder) else { return false };
        members.remove(&name.replace("~1", "/").replace("~0", "~")).is_some()
    }
}

/// The pairs of a form or of a query.
pub(super) struct Pairs<'a>(pub(super) Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl Input for Pairs<'_> {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Broken> {
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish();
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(encoded.as_bytes()));
        serde_path_to_error::deserialize(pairs)
            .map_err(|error| broken(error.path(), &error.inner().to_string()))
    }

    fn cut(&mut self, pointer: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|(name, _)| pointer_of(name) != pointer);
        self.0.len() < before
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use utoipa::ToSchema;

    use super::super::json::parse;
    use crate::error::Error;
    use crate::person::{Cnp, Email};
    use crate::text::Opaque;

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        #[schema(value_type = String)]
        email: Email,
        #[schema(value_type = Option<String>)]
        token: Option<Opaque<1, 3>>,
        inner: Option<Inner>,
        agreed: bool,
        items: Option<Vec<Inner>>,
    }

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        #[schema(value_type = String)]
        cnp: Cnp,
        #[schema(value_type = String)]
        email: Email,
    }

    fn broken(members: &str) -> String {
        let text = format!(r#"{{{members},"agreed":true}}"#);
        let Err(Error::Problem(problem)) = parse::<Outer>(text.as_bytes()) else { panic!("{text} is valid") };
        let shown = problem.errors.iter().map(|broken| format!("{} {}", broken.pointer, broken.code));
        shown.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn every_broken_rule_is_named() {
        assert_eq!(broken(r#""token":"long","email":"x""#), "/email email_format, /token length");
        assert_eq!(
            broken(r#""inner":{"email":"x","cnp":"1"},"token":"","email":"a@example.org""#),
            "/inner/cnp cnp_length, /inner/email email_format, /token length"
        );
    }

    #[test]
    fn what_is_missing_only_because_it_was_broken_is_not_named() {
        assert_eq!(broken(r#""email":"x""#), "/email email_format");
        assert_eq!(
            broken(r#""inner":{"cnp":"1","email":"a@example.org"},"email":"a@example.org","token":"""#),
            "/inner/cnp cnp_length, /token length"
        );
    }

    #[test]
    fn a_fault_of_shape_is_named_alone_wherever_it_is() {
        for (members, expected) in [
            (r#""email":"x","extra":1"#, "/extra unknown_field"),
            (r#""email":"x","email":"y""#, "/email duplicate_field"),
            (r#""email":"x","token":7"#, "/token wrong_type"),
            (r#""email":"x","inner":{"cnp":"1","extra":1}"#, "/inner/extra unknown_field"),
            (r#""token":"","inner":{"email":"x"}"#, "/email missing"),
        ] {
            assert_eq!(broken(members), expected, "{members}");
        }
        assert!(
            parse::<Outer>(br#"{"email":"x","agreed":true} {}"#)
                .is_err_and(|error| { error.code() == crate::error::Code::MalformedJson })
        );
    }

    #[test]
    fn a_list_is_read_up_to_its_first_broken_item() {
        let item = r#"{"cnp":"1","email":"a@example.org"}"#;
        let members = format!(r#""email":"x","items":[{item},{item}]"#);
        assert_eq!(broken(&members), "/email email_format, /items/0/cnp cnp_length");
    }
}
