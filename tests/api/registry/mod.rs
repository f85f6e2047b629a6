//! The registers.

mod bad_answers;
mod damaged_files;
mod importing;
mod local;
mod made_persons;
mod protocol;
