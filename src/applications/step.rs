//! A step of an application as one conditional update: it happens only where the application still stands where the step
//! begins. Of two workers, or of two clicks, one takes it.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::event::{StepActor, StepReason};
use super::life::ApplicationStatus;
use super::store;
use crate::db::schema::applications;
use crate::error::{Error, Result};

/// A step of an application.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The status that it must have.
    pub(super) from: ApplicationStatus,
    /// The status that it gets.
    pub(super) to: ApplicationStatus,
    /// Who takes it.
    pub(super) actor: StepActor,
    /// A reason, if the step does not imply it.
    pub(super) reason: Option<StepReason>,
    /// When.
    pub(super) at: DateTime<Utc>,
}

/// Takes a step with its event, inside the caller's transaction; returns false if the status has changed.
pub(super) fn take(connection: &mut PgConnection, application: Uuid, step: Step) -> Result<bool> {
    let Step { from, to, actor, reason, at } = step;
    from.check_step(to)?;
    if to == ApplicationStatus::Issued {
        return Err(Error::internal("only the issuing statements take this step"));
    }
    let standing = applications::table.find(application).filter(applications::status.eq(from));
    let changes = (
        applications::status.eq(to),
        applications::changed_at.eq(at),
        applications::next_try_at.eq(None::<DateTime<Utc>>),
    );
    let moved = diesel::update(standing).set(changes).execute(connection)?;
    if moved == 1 {
        store::insert_events(connection, application, &[(to, actor, reason)], at)?;
    }
    Ok(moved == 1)
}
