//! Text: rules for input, human text, CSV files, codes to read aloud, enums of codes.

pub mod base32;
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
