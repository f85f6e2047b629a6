//! Whether a certificate is in the tamper-evident log as its row is now: otherwise nothing is answered about it.

use std::time::Duration;

use actix_web::web;
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use crate::certificates::binding::{Bound, unreadable};
use crate::db::Db;
use crate::db::input::input;
use crate::db::statement::Statement;
use crate::error::{Code, Error, Result};
use crate::log::{Entry, EntryRow, LogInclusion, LogKeys, NotInLog, Signed, newest_in, unknown};
use crate::telemetry;

/// The columns of the view `certificate_log`.
pub(super) type EntryType = (
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Bool>,
    Nullable<BigInt>,
    Nullable<Binary>,
    Nullable<Binary>,
    Nullable<Binary>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Binary>,
    Nullable<Array<Binary>>,
);

/// Checks that a certificate is in the log, and returns the proof; `None` within its first hour. What is remembered was asked for
/// before the row was.
///
/// # Errors
/// `certificate_not_logged` after the hour; `certificate_unreadable` if it is not what was logged. Both are logged and
/// counted.
pub(super) fn check(
    row: &Bound,
    entry: EntryRow,
    (keys, before): (&LogKeys, Option<&Signed>),
    now: DateTime<Utc>,
) -> Result<Option<LogInclusion>> {
    if row.ended_as.is_none() && keys.memory().has_ended(row.id, before) {
        return Err(unreadable(row.id, "log"));
    }
    let entry = Entry::of(entry).ok_or_else(|| unreadable(row.id, "log"))?;
    let issued = row.issued(entry.issued_at, entry.rest());
    entry.check(&issued, row.ended_as.is_some(), keys, now).map_err(|why| match why {
        NotInLog::Altered => unreadable(row.id, "log"),
        NotInLog::Missing => {
            log::error!("verify: the certificate {} is not in the log an hour after its issue", row.id);
            telemetry::certificate_unreadable("not_logged");
            Error::from(Code::CertificateNotLogged).retry_after(Duration::from_secs(60))
        }
    })
}

/// Checks that the log in which a certificate was looked for goes on from what this process has seen signed, before it asked.
///
/// # Errors
/// `certificate_unreadable` if it does not: it may say about the certificate what somebody has written since.
pub(super) async fn trust(
    db: &Db,
    (keys, before): (&web::Data<LogKeys>, Option<&Signed>),
    (certificate, entry): (Uuid, &EntryRow),
) -> Result<()> {
    let newest = newest_in(entry);
    // Almost always the newest checkpoint is the one seen before, which needs no look into the database.
    let compared = match keys.compare_same(before, newest) {
        Some(compared) => compared,
        None => {
            let (keys, before, newest) = (keys.clone(), before.cloned(), newest.cloned());
            db.read(move |c| keys.compare(c, before.as_ref(), newest.clone())).await?
        }
    };
    compared.map_err(|_| unreadable(certificate, "log"))
}

/// Returns that there is no such certificate, unless the log does not go on from what was signed: then the database is not
/// what it was.
///
/// # Errors
/// `database_unavailable`.
pub(super) fn absent<T>(keys: &LogKeys) -> Result<Option<T>> {
    if keys.memory().is_in_doubt() { Err(unknown()) } else { Ok(None) }
}

input! {
    /// The certificate whose place is looked for.
    struct EntryInput {
        id: Uuid as SqlUuid,
    }
}

/// Finds the place of a certificate in the log, which must go on from what this process has seen signed.
pub(super) fn find(
    connection: &mut PgConnection,
    (keys, before): (&LogKeys, Option<&Signed>),
    certificate: Uuid,
) -> Result<EntryRow> {
    let statement = Statement::<_, EntryType>::new(
        EntryInput { id: certificate },
        "SELECT g.issued_at, g.began_at, g.end_logged, g.leaf_index, g.commitment, g.salt, g.rest, g.size, g.note, \
         g.subtrees, g.siblings FROM input \
         CROSS JOIN LATERAL (SELECT * FROM certificate_log g WHERE g.certificate_id = input.id LIMIT 1) g",
    );
    let entry = statement.get_result(connection)?;
    let compared = keys.compare(connection, before, newest_in(&entry).cloned())?;
    compared.map_err(|_| unreadable(certificate, "log"))?;
    Ok(entry)
}
