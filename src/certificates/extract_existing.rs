//! The job that makes the extracts of certificates that an earlier version issued.

use std::sync::Arc;

use chrono::TimeDelta;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use super::binding::Stored;
use crate::db::Db;
use crate::db::schema::certificates;
use crate::error::Result;
use crate::jobs::{Handler, Outcome, Schedule};
use crate::person::Keyring;

/// The kind of job, and when it runs. An index has the certificates without an extract, which are few.
pub const SCHEDULE: Schedule =
    Schedule { kind: "extracts", every: TimeDelta::minutes(5), offset: TimeDelta::zero() };

/// Certificates in one transaction.
const BATCH: i64 = 200;

/// The job.
pub struct MakeExtracts {
    /// The database.
    pub db: Db,
    /// Decrypts the payloads.
    pub keyring: Arc<Keyring>,
}

impl Handler for MakeExtracts {
    fn kind(&self) -> &'static str {
        SCHEDULE.kind
    }

    fn at_once(&self) -> usize {
        1
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            loop {
                let keyring = self.keyring.clone();
                match self.db.transaction(move |c| make_batch(c, &keyring)).await {
                    Ok(0) => return Outcome::Done,
                    Ok(_) => {}
                    Err(error) => {
                        log::warn!("extracts: {error}");
                        return Outcome::Retry("the database failed");
                    }
                }
            }
        }
        .boxed_local()
    }
}

/// Makes the extracts of some certificates; returns their number.
fn make_batch(connection: &mut PgConnection, keyring: &Keyring) -> Result<usize> {
    let without = certificates::table.filter(certificates::extract.is_null()).order(certificates::id);
    let without = without.limit(BATCH).for_no_key_update().skip_locked();
    let rows: Vec<Stored> = without.select(Stored::as_select()).load(connection)?;
    for row in &rows {
        let extract = row.extracted(keyring).unwrap_or_else(|| {
            log::error!("extracts: the payload of {} is not intact: it has no extract that verifies", row.id);
            Vec::new()
        });
        diesel::update(certificates::table.find(row.id))
            .set(certificates::extract.eq(extract))
            .execute(connection)?;
    }
    Ok(rows.len())
}
