//! Accounts, passwords, second factors, sessions, staff.

mod endings;
mod lifetime;
mod passwords;
mod refresh;
mod registration;
mod second_factor;
mod staff;
