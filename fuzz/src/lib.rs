//! The module under test, and what must hold for any bytes that it is given.

#[path = "../../src/signature/mod.rs"]
pub mod signature;

pub mod checks;
