//! What has had its time is deleted: registrations and addresses that nobody confirmed, dead sessions and tokens, kept
//! answers, counters of tries, log-ins by redirect, links that set passwords, support requests that are long closed,
//! secrets and claims of identity verifications that have ended. A job that recurs.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use uuid::Uuid;

use crate::clock::Clock;
use crate::db::Db;
use crate::db::schema::{
    email_confirmations, idempotency_keys, identity_verifications, jobs, known_agents, password_resets,
    redirect_logins, refresh_tokens, registrations, sessions, support_requests, throttles,
};
use crate::error::Result;
use crate::http::idempotency;
use crate::identity::counter;
use crate::jobs::{Handler, Outcome, Schedule};

/// The kind of job, and when it runs.
pub const SCHEDULE: Schedule =
    Schedule { kind: "housekeeping", every: TimeDelta::minutes(10), offset: TimeDelta::zero() };
/// A used refresh token or code is remembered for so long after its death, to know a thief by it.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// A job that was given up is kept for so long, to be looked at and tried again.
const DEAD_JOBS_KEPT: TimeDelta = TimeDelta::days(90);
/// A support request is kept for so long after it is closed.
const SUPPORT_KEPT: TimeDelta = TimeDelta::days(365);
/// A program that nobody logged in from for so long is new again.
const AGENTS_KNOWN: TimeDelta = TimeDelta::days(365);

/// The job that cleans up.
pub struct Housekeeping {
    /// What is cleaned.
    pub db: Db,
    /// Time.
    pub clock: Clock,
}

impl Handler for Housekeeping {
    fn kind(&self) -> &'static str {
        SCHEDULE.kind
    }

    fn run(&self, _: Uuid, _: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        let now = self.clock.now();
        let cleaning = self.db.write(move |c| clean(c, now));
        async move {
            match cleaning.await {
                Ok(0) => Outcome::Done,
                Ok(rows) => {
                    log::info!("housekeeping: deleted {rows} rows that had their time");
                    Outcome::Done
                }
                Err(error) => {
                    log::warn!("housekeeping: {error}");
                    Outcome::Retry("the database did not do it")
                }
            }
        }
        .boxed_local()
    }
}

/// One round; answers how many rows it deleted or emptied.
///
/// # Errors
/// When the database is away; the next round goes on.
pub fn clean(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let live = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(sessions::id))
        .filter(refresh_tokens::expires_at.gt(now - REMEMBERED));
    let dead = sessions::table
        .filter(sessions::access_expires_at.lt(now - REMEMBERED))
        .filter(diesel::dsl::not(diesel::dsl::exists(live)));
    let abandoned = identity_verifications::table
        .filter(identity_verifications::expires_at.lt(now))
        .filter(identity_verifications::secrets.is_not_null());
    let kept_until = now - idempotency::KEPT;
    let long_closed = support_requests::table.filter(support_requests::closed_at.lt(now - SUPPORT_KEPT));
    Ok(diesel::delete(registrations::table.filter(registrations::expires_at.lt(now))).execute(connection)?
        + diesel::delete(email_confirmations::table.filter(email_confirmations::expires_at.lt(now)))
            .execute(connection)?
        + diesel::delete(throttles::table.filter(throttles::resets_at.lt(now))).execute(connection)?
        + diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(kept_until)))
            .execute(connection)?
        + diesel::delete(redirect_logins::table.filter(redirect_logins::expires_at.lt(now - REMEMBERED)))
            .execute(connection)?
        + diesel::delete(password_resets::table.filter(password_resets::expires_at.lt(now)))
            .execute(connection)?
        + diesel::delete(known_agents::table.filter(known_agents::seen_at.lt(now - AGENTS_KNOWN)))
            .execute(connection)?
        + counter::store::forget_claims(connection, counter::UNDO_WITHIN, now)?
        + diesel::delete(dead).execute(connection)?
        + diesel::delete(jobs::table.filter(jobs::dead_at.lt(now - DEAD_JOBS_KEPT))).execute(connection)?
        + diesel::delete(long_closed).execute(connection)?
        + diesel::update(abandoned)
            .set(identity_verifications::secrets.eq(None::<Vec<u8>>))
            .execute(connection)?)
}
