//! The job that tells holders, once, that a certificate is about to expire, unless they have a newer one about the same
//! person or company for the same reason.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Date, Text, Timestamptz, Uuid as SqlUuid};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use url::Url;
use uuid::Uuid;

use super::mails::{self, Notice, Subject};
use crate::db::Db;
use crate::db::input::input;
use crate::db::statement::Statement;
use crate::error::{Context, Result};
use crate::jobs::{Handler, Outcome, Schedule};
use crate::person::Keyring;
use crate::time::Clock;
use crate::time::civil_date;

/// The kind of job, and when it runs: in the morning.
pub const SCHEDULE: Schedule =
    Schedule { kind: "expiry_reminders", every: TimeDelta::days(1), offset: TimeDelta::hours(6) };

/// How long before the expiry holders are told.
const BEFORE: Days = Days::new(30);
/// Certificates in one transaction.
const AT_ONCE: i64 = 200;
/// The time between two mails: reminders are not urgent, and other mails may be.
const APART: TimeDelta = TimeDelta::milliseconds(200);

/// The job.
pub struct RemindHolders {
    /// The database.
    pub db: Db,
    /// Decrypts the addresses.
    pub keyring: Arc<Keyring>,
    /// Time.
    pub clock: Clock,
    /// The front end, which mails link to.
    pub front_end: Url,
}

impl Handler for RemindHolders {
    fn kind(&self) -> &'static str {
        SCHEDULE.kind
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            let (now, mut send_at) = (self.clock.now(), self.clock.now());
            loop {
                let (keyring, front_end) = (self.keyring.clone(), self.front_end.clone());
                let work = move |c: &mut PgConnection| remind(c, &keyring, &front_end, (send_at, now));
                match self.db.transaction(work).await {
                    Ok(0) => return Outcome::Done,
                    Ok(count) => send_at += APART * i32::try_from(count).unwrap_or(1),
                    Err(error) => {
                        log::warn!("expiry reminders: {error}");
                        return Outcome::Retry("the database failed");
                    }
                }
            }
        }
        .boxed_local()
    }
}

/// Marks some due certificates as reminded, and enqueues their mails; returns their number.
fn remind(
    connection: &mut PgConnection,
    keyring: &Keyring,
    front_end: &Url,
    (mut send_at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<usize> {
    let due = take_due(connection, civil_date::today(now), now).context("finding who is to be reminded")?;
    for subject in &due {
        mails::send(connection, keyring, front_end, subject, Notice::Expiring, (send_at, now))
            .context("writing a reminder")?;
        send_at += APART;
    }
    Ok(due.len())
}

input! {
    /// Which certificates are taken at once.
    struct Window {
        today: NaiveDate as Date,
        horizon: NaiveDate as Date,
        most: i64 as BigInt,
        now: DateTime<Utc> as Timestamptz,
    }
}

fn take_due(connection: &mut PgConnection, today: NaiveDate, now: DateTime<Utc>) -> Result<Vec<Subject>> {
    let window = Window { today, horizon: today + BEFORE, most: AT_ONCE, now };
    let statement =
        Statement::<_, (SqlUuid, Binary, Text, Date, Date)>::new(window, include_str!("expiring.sql"));
    let rows: Vec<(Uuid, Vec<u8>, String, NaiveDate, NaiveDate)> = statement.load(connection)?;
    let subject = |(certificate_id, owner_index, registration_number, issued_on, valid_until)| Subject {
        certificate_id,
        owner_index,
        registration_number,
        issued_on,
        valid_until,
    };
    Ok(rows.into_iter().map(subject).collect())
}
