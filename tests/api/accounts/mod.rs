//! Accounts, passwords, second factors, sessions, staff.

mod access_log;
mod campaign;
mod deletion;
mod endings;
mod export;
mod lifetime;
mod lock_out;
mod marks;
mod new_address;
mod passwords;
mod presence;
mod refresh;
mod registration;
mod second_factor;
mod staff;
