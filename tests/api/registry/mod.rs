//! The registers.

mod answers;
mod bad_answers;
