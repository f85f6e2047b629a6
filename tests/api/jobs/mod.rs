//! Background work, housekeeping, mail.

mod housekeeping;
mod mail;
mod work;
