//! The life of an application: its statuses, and the steps between them.
//!
//! ```text
//! submitted ─┬─> issued
//!            ├─> referred ──────────┬─> in_review ─┬─> issued
//!            ├─> awaiting_register ─┤              └─> rejected
//!            └─> awaiting_ecris ────┘ (each may also be issued, rejected, withdrawn)
//! ```
//!
//! A step is one conditional update: it happens only while the application has the step's first status. Of two workers,
//! or of two clicks, only one takes it.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::config::RollOut;
use crate::db::schema::applications;
use crate::error::{Error, Result};
use crate::time::civil_date;
use crate::time::working_days;

/// Longest processing time at counters, in working days.
const COUNTER_TERM: u32 = 3;
/// Working days that another EU national's home state has for its extract (ECRIS).
const ECRIS_TERM: u32 = 20;

/// The status of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ApplicationStatus)]
pub(crate) enum Status {
    /// Submitted. Only events have this status: the answer already gives the next one.
    Submitted,
    /// A register has not answered yet; the applicant need not do anything.
    AwaitingRegister,
    /// The applicant's home state was asked (ECRIS).
    AwaitingEcris,
    /// An officer must decide; the event's reason says more.
    Referred,
    /// An officer has claimed it.
    InReview,
    /// The certificate was issued.
    Issued,
    /// No certificate will be issued; the event's reason says why.
    Rejected,
    /// The applicant withdrew it.
    Withdrawn,
    /// The certificate was revoked. Only events have this status: the application itself stays `issued`.
    Revoked,
}

use Status::{
    AwaitingEcris, AwaitingRegister, InReview, Issued, Referred, Rejected, Revoked, Submitted, Withdrawn,
};

impl Status {
    /// All statuses.
    pub(crate) const ALL: [Self; 9] = [
        Submitted,
        AwaitingRegister,
        AwaitingEcris,
        Referred,
        InReview,
        Issued,
        Rejected,
        Withdrawn,
        Revoked,
    ];

    /// Returns the name in the database and on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Submitted => "submitted",
            AwaitingRegister => "awaiting_register",
            AwaitingEcris => "awaiting_ecris",
            Referred => "referred",
            InReview => "in_review",
            Issued => "issued",
            Rejected => "rejected",
            Withdrawn => "withdrawn",
            Revoked => "revoked",
        }
    }

    /// Parses a stored status.
    pub(crate) fn of(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == text);
        found.ok_or_else(|| Error::internal("an application has an unknown status"))
    }

    /// Returns the statuses to which a step can lead.
    pub(crate) const fn next(self) -> &'static [Self] {
        match self {
            Submitted => &[Issued, Referred, AwaitingRegister, AwaitingEcris],
            AwaitingRegister => &[Issued, Referred, Rejected, Withdrawn],
            AwaitingEcris => &[InReview, Issued, Rejected, Withdrawn],
            Referred => &[InReview, Issued, Rejected, Withdrawn],
            InReview => &[Issued, Rejected, Withdrawn],
            Issued | Rejected | Withdrawn | Revoked => &[],
        }
    }

    /// Returns whether the status is final.
    pub(crate) const fn is_final(self) -> bool {
        self.next().is_empty()
    }

    /// Returns the day by which the next step is expected, for a status reached at `since`. A register that is away is
    /// queried all the time, so `awaiting_register` should end by the next working day.
    pub(crate) fn expected_on(self, since: DateTime<Utc>) -> Option<NaiveDate> {
        let since = civil_date::today(since);
        match self {
            AwaitingRegister => Some(working_days::after(since, 1)),
            Referred | InReview => Some(working_days::after(since, COUNTER_TERM)),
            AwaitingEcris => Some(working_days::after(since, ECRIS_TERM)),
            Submitted | Issued | Rejected | Withdrawn | Revoked => None,
        }
    }
}

/// A step of an application.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The status that it must have.
    pub(super) from: Status,
    /// The status that it gets.
    pub(super) to: Status,
    /// `applicant`, `service` or `officer`.
    pub(super) actor: &'static str,
    /// A reason, if the step does not imply it.
    pub(super) reason: Option<&'static str>,
    /// When.
    pub(super) at: DateTime<Utc>,
}

/// Takes a step with its event, inside the caller's transaction; returns false if the status has changed.
pub(super) fn step(connection: &mut PgConnection, application: Uuid, step: Step) -> Result<bool> {
    let Step { from, to, actor, reason, at } = step;
    if !from.next().contains(&to) || to == Issued {
        return Err(Error::internal("no such step, or one that only the issuing statement takes"));
    }
    let standing = applications::table.find(application).filter(applications::status.eq(from.as_str()));
    let changes = (
        applications::status.eq(to.as_str()),
        applications::changed_at.eq(at),
        applications::next_try_at.eq(None::<DateTime<Utc>>),
    );
    let moved = diesel::update(standing).set(changes).execute(connection)?;
    if moved == 1 {
        store::insert_events(connection, application, &[(to.as_str(), actor, reason)], at)?;
    }
    Ok(moved == 1)
}

/// Returns what an applicant is told about a hit: where to go, and nothing else.
pub(super) fn referral_reason(roll_out: RollOut, today: NaiveDate) -> &'static str {
    if roll_out.with_entries(today) { "officer_review" } else { "come_to_counter" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_ends_and_no_end_is_left() {
        for status in Status::ALL {
            assert_eq!(Status::of(status.as_str()).unwrap(), status);
            assert_eq!(
                status.is_final(),
                matches!(status, Issued | Rejected | Withdrawn | Revoked),
                "{status:?}"
            );
            assert!(!status.next().contains(&Submitted) && !status.next().contains(&status), "{status:?}");
            let mut reached = vec![status];
            for at in 0..Status::ALL.len() {
                let further: Vec<Status> = reached.get(at).map_or(Vec::new(), |from| from.next().to_vec());
                reached.extend(further.into_iter().filter(|to| !reached.contains(to)).collect::<Vec<_>>());
            }
            assert!(reached.iter().any(|status| status.is_final()), "{status:?} never ends");
        }
        assert!(Status::of("lost").is_err());
    }

    #[test]
    fn each_waiting_status_has_an_expected_day() {
        let friday: DateTime<Utc> = "2026-11-27T10:00:00Z".parse().unwrap();
        let on = |status: Status| status.expected_on(friday).map(|date| date.to_string());
        // 30 November (Saint Andrew) and 1 December (National Day) are holidays.
        assert_eq!(on(AwaitingRegister).as_deref(), Some("2026-12-02"));
        assert_eq!(on(Referred).as_deref(), Some("2026-12-04"));
        assert_eq!(on(AwaitingEcris).as_deref(), Some("2026-12-30"));
        for status in Status::ALL {
            let waits = !status.is_final() && status != Submitted;
            assert_eq!(on(status).is_some(), waits, "{status:?}");
        }
    }
}
