//! Text: rules for input, human text, the values of text fields, CSV files, codes to read aloud, enums of codes.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `rule` | a rule for input: code and sentence |
//! | `input` | what the contract says of a type that is parsed: its form and its rules |
//! | `forms` | the forms of a request of which exactly one is sent |
//! | `human` | human text: one form, nothing invisible |
//! | `field` | the values of text fields, each with its limits in its type |
//! | `bilingual` | a text in both languages |
//! | `coded` | enums of codes: in the database, JSON and the contract |
//! | `typed` | the forms of codes that people type, as patterns of the contract |
//! | `base32` `base64` | codes to read aloud and type; base64 with one text for each value |
//! | `csv_file` | CSV files, read completely or not at all |

pub mod base32;
pub mod base64;
mod bilingual;
mod coded;
pub mod csv_file;
mod field;
pub mod forms;
mod human;
pub mod input;
pub mod rule;
pub(crate) mod typed;

pub use bilingual::Bilingual;
pub use coded::UnknownCode;
pub(crate) use coded::coded;
pub use field::{LENGTH, Line, Message, Opaque, Text, optional};
pub(crate) use human::is_unseen;
pub use human::{
    MESSAGE_CONTROL_CHARACTER, TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE, TEXT_TOO_LONG, freed,
    is_printable, line, message, normalize,
};
pub use input::Input;
pub(crate) use input::{described, input};
pub use rule::{At, Rule};
