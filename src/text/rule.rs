//! A rule for input: a stable code for programs, a sentence for people in both languages.

use serde::{Deserialize, Deserializer, Serialize};

/// One rule for input, defined where it is enforced and reported in problem documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable, in snake_case; front ends translate it and branch on it.
    pub code: &'static str,
    /// The requirement in English; never repeats the input.
    pub en: &'static str,
    /// The requirement in Romanian.
    pub ro: &'static str,
    /// Whether the sentences are those of one place: the catalogue has the general ones.
    pub is_worded: bool,
}

/// A rule that an operation checks itself, and the place of the value that breaks it, as in `pointer`, with `*` for the
/// place in a list. The operation names it in the contract: `extensions(("x-rules" = json!([RULES])))`.
pub type At = (&'static str, Rule);

impl Rule {
    /// Defines a rule; meant for `const` items.
    #[must_use]
    pub const fn new(code: &'static str, en: &'static str, ro: &'static str) -> Self {
        Self { code, en, ro, is_worded: false }
    }

    /// Returns the rule with other sentences for one place; its code stays the same.
    #[must_use]
    pub const fn worded(self, en: &'static str, ro: &'static str) -> Self {
        Self { en, ro, is_worded: true, ..self }
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
    as_serde_error_at("", rule)
}

/// Encodes a rule that a member of the value breaks: `member` is its JSON pointer, below the value.
pub fn as_serde_error_at<E: serde::de::Error>(member: &str, rule: &'static Rule) -> E {
    E::custom(format_args!("{MARK}{}\u{1F}{}\u{1F}{}\u{1F}{member}\u{1F}", rule.code, rule.en, rule.ro))
}

/// Decodes the broken rule from the text of a serde error: its code, its sentences in English and Romanian, and the
/// pointer of the member that breaks it. `None` if the deserializer failed for another reason.
#[must_use]
pub fn in_serde_text(text: &str) -> Option<[&str; 4]> {
    let mut parts = text.strip_prefix(MARK)?.split('\u{1F}');
    Some([parts.next()?, parts.next()?, parts.next()?, parts.next()?])
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.en)
    }
}

impl std::error::Error for Rule {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::{Path, PathBuf};

    use crate::server::openapi;

    /// Where rules are for files, registers, settings and pages: no answer of an operation names them.
    const INSIDE: [&str; 8] = [
        "src/sandbox",
        "src/registry",
        "src/text/csv_file.rs",
        "src/offices/import.rs",
        "src/verify/page",
        "src/http/validation.rs",
        "src/person/trade_register_number.rs",
        "src/config",
    ];

    /// Returns the texts between quotation marks after `begin`, as many as there are in a list.
    fn arguments(code: &str, begin: &str, wanted: usize) -> Vec<Vec<String>> {
        let literals = |list: &str| {
            let mut texts = Vec::new();
            let mut rest = list.trim_start();
            while let Some((text, after)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                let lines: Vec<_> = text.split("\\\n").map(str::trim_start).collect();
                texts.push(lines.concat());
                rest = after.trim_start().trim_start_matches(',').trim_start();
            }
            texts
        };
        let found = code.split(begin).skip(1).map(literals);
        found.filter(|texts| texts.len() == wanted).collect()
    }

    fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), std::fs::read_to_string(path).unwrap()));
            }
        }
    }

    fn files() -> Vec<(PathBuf, String)> {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        files
    }

    #[test]
    fn the_contract_lists_every_rule_that_an_answer_can_name() {
        let contract: serde_json::Value = serde_json::from_str(&openapi::contract_json()).unwrap();
        let listed = contract["components"]["schemas"]["RuleCode"]["enum"].as_array().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let is_inside = |path: &Path| INSIDE.iter().any(|inside| path.starts_with(root.join(inside)));
        for (path, file) in files().iter().filter(|(path, _)| !is_inside(path)) {
            for texts in arguments(file, concat!("Rule::", "new("), 3) {
                let code = &texts[0];
                // Numbers of offices come from settings alone.
                let known = code == "phone_of_office" || listed.iter().any(|listed| listed == code);
                assert!(known, "{}: no operation lists {code}", path.display());
            }
        }
    }

    #[test]
    fn each_code_and_each_sentence_is_of_one_rule() {
        let files = files();
        let (mut codes, mut english, mut romanian) = (HashSet::new(), HashSet::new(), HashSet::new());
        for (_, file) in &files {
            let rules = arguments(file, concat!("Rule::", "new("), 3);
            for [code, en, ro] in rules.into_iter().map(|texts| <[String; 3]>::try_from(texts).unwrap()) {
                assert!(codes.insert(code.clone()), "two rules have the code {code}: use `worded`");
                assert!(english.insert(en.clone()), "two rules say: {en}");
                assert!(romanian.insert(ro.clone()), "two rules say: {ro}");
            }
            for texts in arguments(file, concat!(".word", "ed("), 2) {
                let [en, ro] = <[String; 2]>::try_from(texts).unwrap();
                assert!(english.insert(en.clone()), "two rules say: {en}");
                assert!(romanian.insert(ro.clone()), "two rules say: {ro}");
            }
        }
        assert!(codes.len() > 100, "rules are no longer found: {}", codes.len());
    }
}
