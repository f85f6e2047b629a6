//! The format of log lines.

use std::str::FromStr;

/// The format of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people: time, level, module, message.
    #[default]
    Text,
    /// For collectors: one JSON object per line.
    Json,
}

/// The text is neither `text` nor `json`.
#[derive(Debug, thiserror::Error)]
#[error("write `text` or `json`")]
pub struct LogFormatError;

impl FromStr for LogFormat {
    type Err = LogFormatError;

    fn from_str(text: &str) -> Result<Self, LogFormatError> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(LogFormatError),
        }
    }
}
