//! Background work, housekeeping, mail.

pub mod housekeeping;
mod mail;
mod work;
