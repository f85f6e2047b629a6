//! Mail: written by the rooms, kept in the outbox, delivered by the worker.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `mail` | a mail as a room writes it |
//! | `layout` | its text and HTML, the same layout for all mails |
//! | `qr` | a QR code that mail programs show |
//! | `delivery` | the job that delivers |
//! | `smtp` | delivery through a mail server |

mod delivery;
mod layout;
mod mail;
mod qr;
pub mod smtp;

pub use delivery::{Delivery, DeliveryError, MailJob};
pub use mail::Mail;
pub use smtp::Smtp;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::error::{Context, Result};
use crate::jobs;
use crate::person::Keyring;

/// The kind of job that delivers a mail.
pub const JOB: &str = "mail";

/// Puts a mail, if there is one, into the outbox. It is sent some time after the surrounding transaction commits.
pub fn post(
    connection: &mut PgConnection,
    keyring: &Keyring,
    mail: Option<&Mail>,
    now: DateTime<Utc>,
) -> Result<()> {
    let queued = mail.map_or(Ok(()), |mail| jobs::enqueue_urgent(connection, keyring, JOB, mail, now));
    queued.context("putting a mail into the outbox")
}
