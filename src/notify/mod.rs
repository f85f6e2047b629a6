//! Mail: built by the rooms that have something to say, kept in the outbox, delivered by the worker.

mod delivery;
mod mail;

pub use delivery::{Delivery, DeliveryError, MailJob, Smtp};
pub use mail::Mail;

/// The kind of job that delivers a mail.
pub const JOB: &str = "mail";
