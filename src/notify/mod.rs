//! Mail: built by the rooms that have something to say, kept in the outbox, delivered by the worker.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `mail` | a mail as its room writes it |
//! | `layout` | text and HTML of it, the same for all mails |
//! | `qr` | a QR code that mail programs show |
//! | `delivery` | the job that delivers, and who to |
//! | `smtp` | delivery by a mail server |
//! | `sender` | whom mails come from |

mod delivery;
mod layout;
mod mail;
mod qr;
mod sender;
pub mod smtp;

pub use delivery::{Delivery, DeliveryError, MailJob};
pub use mail::Mail;
pub use sender::Sender;
pub use smtp::Smtp;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::error::Result;
use crate::jobs;
use crate::person::Keyring;

/// The kind of job that delivers a mail.
pub const JOB: &str = "mail";

/// Puts a mail, if there is one, into the outbox; it leaves some time after the surrounding transaction commits.
pub fn post(
    connection: &mut PgConnection,
    keyring: &Keyring,
    mail: Option<&Mail>,
    now: DateTime<Utc>,
) -> Result<()> {
    mail.map_or(Ok(()), |mail| jobs::enqueue_urgent(connection, keyring, JOB, mail, now))
}
