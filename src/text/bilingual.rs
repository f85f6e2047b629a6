//! A text in both languages.

use serde::Serialize;

/// A text in both languages.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Bilingual {
    /// Romanian.
    pub ro: &'static str,
    /// English.
    pub en: &'static str,
}
