//! Files of settings in TOML, and what is wrong with one in a sentence on one line.

use serde::de::DeserializeOwned;

/// Reads a file's text.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Vec<String>> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        // The message names keys and what is expected; the line itself, which can hold a secret, is not repeated.
        vec![format!("line {line}: {}", error.message().replace('\n', "; "))]
    })
}
