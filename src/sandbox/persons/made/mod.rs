//! Persons made on demand, with the answers that a tester wants, so that test persons never wear out. Stored in the
//! database: every node, the simulated registers and the simulated Ghișeul know them, also after a restart.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `wanted` | what a tester asks for |
//! | `invent` | a CNP, names and a firm that nobody else has |
//! | `person` | the invented person as a test person |
//! | `store` | the table |
//! | `known` | those that this process has met |

mod invent;
mod known;
mod person;
mod store;
mod wanted;

pub(in crate::sandbox) use known::{company, find, learn};
pub(super) use known::{newest, room};
pub(super) use person::MadePerson;
pub(super) use store::insert;
pub(super) use wanted::PersonWanted;
