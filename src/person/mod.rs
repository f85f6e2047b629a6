//! A person's identifiers and contact data, each a type whose values only parsing can make.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `cnp` | personal numeric code of a natural person |
//! | `birth` | the date of birth, checked against the CNP |
//! | `cui`, `trade_register_number` | fiscal code of a legal person, its number in the trade register |
//! | `county` | counties, and the countries of places abroad |
//! | `name` | family name, given names |
//! | `phone`, `email` | how to reach the person |
//! | `identity_document` | the document that an officer checks |
//! | `proved` | a person with a proved identity, as stored with an account |
//! | `encrypted` | encryption of the above, and the keyed index for finding them |
//!
//! Nothing here reads a clock, a database or the network. `Debug` never shows personal data, and no type logs itself.

pub mod birth;
pub mod cnp;
pub mod county;
pub mod cui;
pub mod email;
pub mod encrypted;
pub mod identity_document;
pub mod name;
pub mod phone;
pub mod proved;
pub mod trade_register_number;

pub use birth::birth_date;
pub use cnp::{Cnp, Sex};
pub use county::County;
pub use cui::Cui;
pub use email::Email;
pub use encrypted::{Bond, Cell, Column, Index, IndexChain, Keyring, LoggedHashes};
pub use identity_document::{DocumentKind, IdentityDocument};
pub use name::PersonName;
pub use phone::Phone;
pub use proved::ProvedPerson;
pub use trade_register_number::TradeRegisterNumber;
