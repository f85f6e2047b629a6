//! A rule that input can break: a stable code for programs, a sentence for people in both languages.

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

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.en)
    }
}

impl std::error::Error for Rule {}
