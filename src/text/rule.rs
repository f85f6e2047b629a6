//! A rule that input can break: a stable code for programs, a sentence for people in both languages.

use serde::{Deserialize, Deserializer};

/// One rule of the input, named once where it is enforced and reported in every problem document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable, snake_case; front ends translate and branch on it.
    pub code: &'static str,
    /// What the rule asks, in English; never repeats the input.
    pub en: &'static str,
    /// The same in Romanian.
    pub ro: &'static str,
}

impl Rule {
    /// Names a rule; meant for `const` items.
    #[must_use]
    pub const fn new(code: &'static str, en: &'static str, ro: &'static str) -> Self {
        Self { code, en, ro }
    }
}

/// Begins the text of a serde error that stands for a broken rule: serde's own texts can repeat the input.
const MARK: &str = "rule\u{1F}";

/// Reads a string by a parser of the house.
///
/// # Errors
/// What is no string, and a broken rule, as [`as_serde_error`] writes it.
pub fn parsed<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, &'static Rule>,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map_err(as_serde_error)
}

/// A broken rule as an error of a deserializer; [`in_serde_text`] finds it again.
pub fn as_serde_error<E: serde::de::Error>(rule: &'static Rule) -> E {
    E::custom(format_args!("{MARK}{}\u{1F}{}\u{1F}{}\u{1F}", rule.code, rule.en, rule.ro))
}

/// Code and sentences (English, Romanian) of the rule that the text of a serde error stands for; `None` when the
/// deserializer failed otherwise.
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
