//! What must hold for any bytes that a reader of signatures is given.

pub mod checks;
