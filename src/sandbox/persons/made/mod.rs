//! Persons made on demand, with the answers that a tester wants, so that test persons never wear out. Stored in the
//! database: every node, the simulated registers and the simulated Ghișeul know them, also after a restart.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `wanted` | what a tester asks for |
//! | `invent` | a CNP, names and a firm that nobody else has |

mod invent;
mod wanted;
