//! Background work, housekeeping, mail.

mod crew;
pub mod housekeeping;
mod killed_mailers;
mod leases;
mod mail;
mod work;
