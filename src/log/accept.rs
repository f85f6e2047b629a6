//! After a restore, the log in the database is older than what was signed: an operator accepts that, and it is audited.

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use diesel::Connection;
use diesel::pg::PgConnection;

use super::keys::LogKeys;
use super::memory::Signed;
use super::store;
use crate::audit;
use crate::error::{Error, Result};

/// Why a log is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// There is no need.
    #[error("the log of the database goes on from what is remembered: there is nothing to accept")]
    GoesOn,
    /// Two trees would have one name.
    #[error(
        "set CAZIER_LOG_ORIGIN to a new name first, on every node and worker: two trees with one name are what witnesses \
         call a fraud"
    )]
    SameName,
    /// Somebody else signed it.
    #[error("the newest checkpoint is not what one of our keys has signed: that is no restore")]
    Foreign,
}

/// Accepts the log that is in the database instead of what is remembered, and records it. Returns its newest checkpoint.
///
/// # Errors
/// [`NotAccepted`], or the database is away.
pub fn restore(
    connection: &mut PgConnection,
    keys: &LogKeys,
    (remembered, is_renamed): (&Signed, bool),
    now: DateTime<Utc>,
) -> Result<Option<Signed>> {
    connection.transaction(|c| {
        let note = store::newest_note(c)?;
        if keys.compare(c, Some(remembered), note.clone())?.is_ok() {
            return Err(Error::internal(NotAccepted::GoesOn));
        }
        if !is_renamed {
            return Err(Error::internal(NotAccepted::SameName));
        }
        let signed = |note: String| {
            let checkpoint = keys.open(&note).ok_or_else(|| Error::internal(NotAccepted::Foreign))?;
            Ok::<_, Error>(Signed { checkpoint, note })
        };
        let found = note.map(signed).transpose()?;
        let detail = format!(
            "instead of {}: {}",
            name(remembered),
            found.as_ref().map_or_else(|| "none".to_owned(), name)
        );
        audit::record_command(c, "log.restore_accepted", detail, now)?;
        Ok(found)
    })
}

/// Names a tree.
fn name(signed: &Signed) -> String {
    let head = signed.checkpoint.head;
    format!("{} leaves, root {}", head.size, BASE64.encode(&head.root))
}
