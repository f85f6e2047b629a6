//! A rule for input: a stable code for programs, a sentence for people in both languages.

use serde::{Deserialize, Deserializer};

/// One rule for input, defined where it is enforced and reported in problem documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable, in snake_case; front ends translate it and branch on it.
    pub code: &'static str,
    /// The requirement in English; never repeats the input.
    pub en: &'static str,
    /// The requirement in Romanian.
    pub ro: &'static str,
}

impl Rule {
    /// Defines a rule; meant for `const` items.
    #[must_use]
    pub const fn new(code: &'static str, en: &'static str, ro: &'static str) -> Self {
        Self { code, en, ro }
    }
}

/// Marks the text of a serde error that stands for a broken rule: serde's own texts can repeat the input.
const MARK: &str = "rule\u{1F}";

/// Deserializes a string with one of our parsers.
///
/// # Errors
/// Fails unless the value is a string; returns a broken rule as [`as_serde_error`] encodes it.
pub fn parsed<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, &'static Rule>,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(as_serde_error)
}

/// Encodes a broken rule as a deserializer's error; [`in_serde_text`] decodes it.
pub fn as_serde_error<E: serde::de::Error>(rule: &'static Rule) -> E {
    E::custom(format_args!("{MARK}{}\u{1F}{}\u{1F}{}\u{1F}", rule.code, rule.en, rule.ro))
}

/// Decodes code and sentences (English, Romanian) of the broken rule from the text of a serde error; `None` if the
/// deserializer failed for another reason.
#[must_use]
pub fn in_serde_text(text: &str) -> Option<[&str; 3]> {
    let mut parts = text.strip_prefix(MARK)?.split('\u{1F}');
    Some([parts.next()?, parts.next()?, parts.next()?])
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.en)
    }
}

impl std::error::Error for Rule {}
