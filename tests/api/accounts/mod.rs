//! Accounts, passwords, second factors, sessions, staff.

mod passwords;
mod refresh;
mod registration;
mod second_factor;
mod staff;
