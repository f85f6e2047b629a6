//! **cazier**: criminal-record certificates online.

pub mod rule;
