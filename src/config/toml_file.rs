//! Settings files in TOML; describes a fault in a sentence on one line.

use serde::de::DeserializeOwned;

/// Parses a file's text.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Vec<String>> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        // The message names keys and what is expected; it does not repeat the line, which can hold a secret.
        vec![format!("line {line}: {}", error.message().replace('\n', "; "))]
    })
}
