//! Certificates and their files.

pub mod bound;
mod documents;
mod papers;
mod reminders;
pub mod signatures;
mod signed_files;
mod unbound;
