//! Text: rules for input, human text, CSV files, codes to read aloud, enums of codes.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `rule` | a rule for input: code and sentence |
//! | `human` | human text: one form, nothing invisible |
//! | `bilingual` | a text in both languages |
//! | `coded` | enums of codes: in the database, JSON and the contract |
//! | `base32` `base64` | codes to read aloud and type; base64 with one text for each value |
//! | `csv_file` | CSV files, read completely or not at all |

pub mod base32;
pub mod base64;
mod bilingual;
mod coded;
pub mod csv_file;
mod human;
pub mod rule;

pub use bilingual::Bilingual;
pub use coded::UnknownCode;
pub(crate) use coded::coded;
pub(crate) use human::is_unseen;
pub use human::{
    MESSAGE_CONTROL_CHARACTER, TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE, TEXT_TOO_LONG, Text,
    freed, is_printable, line, message, normalize, normalized, normalized_message, normalized_optional,
    optional,
};
pub use rule::Rule;
