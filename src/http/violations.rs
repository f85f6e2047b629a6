//! Maps the errors of serde to broken rules of ours, each at its place in the input.

use crate::error::Violation;
use crate::text::rule::{self, Rule};

/// A required field is missing.
pub(crate) const MISSING: Rule =
    Rule::new("missing", "This field is required", "Acest câmp este obligatoriu");
/// The contract does not know a field.
pub(crate) const UNKNOWN: Rule =
    Rule::new("unknown_field", "This field is unknown", "Acest câmp nu este cunoscut aici");
/// A field occurs more than once.
pub(crate) const DUPLICATE: Rule =
    Rule::new("duplicate_field", "This field appears more than once", "Acest câmp apare de mai multe ori");
/// The value is of another JSON type.
pub(crate) const WRONG_TYPE: Rule =
    Rule::new("wrong_type", "The value is of the wrong type", "Valoarea este de alt tip");
/// The value is not in the list of known values.
pub(crate) const UNKNOWN_VALUE: Rule = Rule::new(
    "unknown_value",
    "The value is not one of the known ones",
    "Valoarea nu este una dintre cele cunoscute",
);
/// The value is of its type, but cannot be converted.
pub(crate) const WRONG_VALUE: Rule =
    Rule::new("wrong_value", "The value cannot be read", "Valoarea nu poate fi citită");

/// What is wrong with an input, and where.
pub(super) enum Broken {
    /// The input has another shape than the contract says: a member is missing, unknown, duplicate or of another type.
    Shape(Violation),
    /// A value breaks its rule.
    Rule(Violation),
}

/// Maps serde's message to a rule: serde has no error codes. The tests of `json` and of `query` pin its texts.
pub(super) fn broken(path: &serde_path_to_error::Path, text: &str) -> Broken {
    let place = pointer(path);
    if let Some([code, en, ro, member]) = rule::in_serde_text(text) {
        let [code, en, ro] = [code, en, ro].map(|text| text.to_owned().into());
        return Broken::Rule(Violation { pointer: place + member, code, en, ro, known: Vec::new() });
    }
    let field = || text.split('`').nth(1).unwrap_or_default().chars().take(64).collect::<String>();
    let child = |place: &str| format!("{place}/{}", escape(&field()));
    let (pointer, rule) = match text {
        t if t.starts_with("missing field") => (child(&place), MISSING),
        t if t.starts_with("unknown field") => (child(&parent_of(&place, &field())), UNKNOWN),
        t if t.starts_with("duplicate field") => (child(&parent_of(&place, &field())), DUPLICATE),
        t if t.starts_with("invalid type") => (place, WRONG_TYPE),
        t if t.starts_with("unknown variant") => (place, UNKNOWN_VALUE),
        _ => (place, WRONG_VALUE),
    };
    let is_unknown = rule == UNKNOWN || rule == UNKNOWN_VALUE;
    let known = if is_unknown { known_in(text) } else { Vec::new() };
    Broken::Shape(Violation::new(pointer, &rule).knowing(known))
}

/// Returns the names that serde knows at this place. They end its message, after the unknown one, which is input.
fn known_in(text: &str) -> Vec<String> {
    let ends_with_names = |after: &str| after.is_empty() || after.starts_with(" at line ");
    if !text.rsplit_once('`').is_some_and(|(_, after)| ends_with_names(after)) {
        return Vec::new();
    }
    let names = text.rsplit_once(", expected ").map_or("", |(_, names)| names);
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Returns the parent of `field`: serde's path may or may not include the field that the message names.
fn parent_of(place: &str, field: &str) -> String {
    place.strip_suffix(&format!("/{}", escape(field))).unwrap_or(place).to_owned()
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segments = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(pointer_of(key)),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    segments.collect()
}

/// Returns the pointer of a member, its name cut after 64 characters.
pub(super) fn pointer_of(name: &str) -> String {
    format!("/{}", escape(&name.chars().take(64).collect::<String>()))
}

/// Escapes a key for a JSON pointer (RFC 6901, section 3).
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::known_in;

    #[test]
    fn the_known_names_are_those_of_serde_and_never_the_input() {
        assert_eq!(known_in("unknown variant `x`, expected `a`"), ["a"]);
        assert_eq!(known_in("unknown field `x`, expected `a` or `b` at line 1 column 9"), ["a", "b"]);
        let hostile = "unknown variant `x`, expected one of `evil`, expected one of `a`, `b`, `c`";
        assert_eq!(known_in(hostile), ["a", "b", "c"]);
        assert!(known_in("unknown field `x`, expected `evil``, there are no fields").is_empty());
        assert!(known_in("unknown variant").is_empty());
    }
}
