//! Officers and operators: as a handler's argument, each type restricts the operation to its role. Their sessions
//! require a second factor, end when idle, and last at most one shift.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::session_store::{self, Session};
use super::{Caller, Role};
use crate::error::{Code, Error, Result};
use crate::state::AppState;

/// A session that is idle for this long ends.
const IDLE_LIMIT: TimeDelta = TimeDelta::minutes(15);
/// The longest session.
pub(super) const SHIFT: TimeDelta = TimeDelta::hours(12);
/// Activity is recorded at most this often.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How long a verified second factor is good for decisions.
const STEP_UP_LASTS: TimeDelta = TimeDelta::minutes(10);

/// An officer whose session has a verified second factor.
#[derive(Debug, Clone)]
pub struct Officer {
    /// The officer's account and session.
    pub caller: Caller,
    /// The officer's office, in whose name they decide.
    pub office_id: Uuid,
}

impl Officer {
    fn of(caller: Caller) -> Result<Self> {
        check(&caller, Role::Officer)?;
        let office_id =
            caller.account.office_id.ok_or_else(|| Error::internal("an officer has no office"))?;
        Ok(Self { caller, office_id })
    }

    /// Checks, before a decision, that the second factor was verified recently.
    ///
    /// # Errors
    /// `step_up_required`.
    pub fn stepped_up(&self, state: &AppState) -> Result<()> {
        stepped_up(&self.caller, state)
    }
}

impl FromRequest for Officer {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Caller::of(request).and_then(Self::of))
    }
}

/// An operator whose session has a verified second factor.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The operator's account and session.
    pub caller: Caller,
}

impl Operator {
    fn of(caller: Caller) -> Result<Self> {
        check(&caller, Role::Operator)?;
        Ok(Self { caller })
    }

    /// Checks, before a change to the installation, that the second factor was verified recently.
    ///
    /// # Errors
    /// `step_up_required`.
    pub fn stepped_up(&self, state: &AppState) -> Result<()> {
        stepped_up(&self.caller, state)
    }
}

impl FromRequest for Operator {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Caller::of(request).and_then(Self::of))
    }
}

fn check(caller: &Caller, role: Role) -> Result<()> {
    if caller.role() != role {
        return Err(Code::RoleRequired.into());
    }
    if caller.session.second_factor_at.is_none() {
        return Err(Code::SecondFactorNotSetUp.into());
    }
    Ok(())
}

/// Demands that the second factor was verified recently in the caller's session.
pub(super) fn stepped_up(caller: &Caller, state: &AppState) -> Result<()> {
    let verified_at = caller.session.second_factor_at;
    let recent = verified_at.is_some_and(|at| state.clock.now() - at < STEP_UP_LASTS);
    if recent { Ok(()) } else { Err(Code::StepUpRequired.into()) }
}

/// Returns until when a second factor verified at `shown_at` is good for decisions.
pub(super) fn step_up_ends(shown_at: DateTime<Utc>) -> DateTime<Utc> {
    shown_at + STEP_UP_LASTS
}

/// Returns whether a staff session has been idle for too long.
pub(super) fn is_idle(session: &Session, now: DateTime<Utc>) -> bool {
    now - session.active_at.unwrap_or(session.created_at) >= IDLE_LIMIT
}

/// Records activity in this session.
pub(super) async fn stay_active(state: &AppState, session: &Session, now: DateTime<Utc>) -> Result<()> {
    let noted_at = session.active_at.unwrap_or(session.created_at);
    if now - noted_at < NOTED_EVERY {
        return Ok(());
    }
    let id = session.id;
    state.db.write(move |c| session_store::set_active(c, id, now)).await
}
