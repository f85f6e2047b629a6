//! Checks a second factor that a person presents: at log-in, whichever way, and again before decisions.
//!
//! A code is used up in the transaction that it is good for, such as the one that opens the session: if that fails, the
//! person can use the code again, and of two log-ins with one code, one opens a session.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::campaign::{self, Way};
use super::recovery_code::RecoveryCode;
use super::totp::TotpCode;
use super::{active, is_active, reset, step_of, store, types};
use crate::accounts::session_store;
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Limit};
use crate::state::AppState;

/// Attempts at the second factor of one account, for each way and each kind of code: who knows the password must not
/// stop the owner's log-in by redirect, nor their recovery codes.
pub(super) const GUESSES: Limit = Limit::unsaid("second-factor", 10, TimeDelta::minutes(15));

/// The second factor that a person presents.
#[derive(Debug, Clone, Copy)]
pub(in crate::accounts) enum Shown<'a> {
    /// A code of the app.
    Totp(&'a TotpCode),
    /// A recovery code.
    Recovery(&'a RecoveryCode),
}

impl<'a> Shown<'a> {
    /// Reads two optional fields; `None` if both are absent.
    pub(super) fn of(
        totp: Option<&'a TotpCode>,
        recovery_code: Option<&'a RecoveryCode>,
    ) -> Result<Option<Self>> {
        match (totp, recovery_code) {
            (Some(_), Some(_)) => Err(Error::invalid("/recovery_code", &types::ONE_SECOND_FACTOR)),
            (Some(code), None) => Ok(Some(Self::Totp(code))),
            (None, Some(code)) => Ok(Some(Self::Recovery(code))),
            (None, None) => Ok(None),
        }
    }

    /// Returns the key that counts attempts with such codes on this way.
    fn guesses(self, keyring: &Keyring, account: Uuid, way: Way) -> Vec<u8> {
        let kind: &[u8] = match self {
            Self::Totp(_) => b"totp",
            Self::Recovery(_) => b"recovery",
        };
        let counted = [account.as_bytes(), way.name(), kind].concat();
        keyring.index(Index::RATE_LIMIT_SECOND_FACTOR, &counted)
    }

    pub(super) fn wrong(self) -> Error {
        match self {
            Self::Totp(_) => Error::invalid("/totp", &types::CODE_WRONG),
            Self::Recovery(_) => Error::invalid("/recovery_code", &types::RECOVERY_CODE_WRONG),
        }
    }
}

/// A right code that is not used up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Right {
    account: Uuid,
    way: Way,
    /// The key that counts attempts with such codes.
    guesses: Vec<u8>,
    code: Unspent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Unspent {
    /// A step of the authenticator that was begun at this time.
    Step(i64, DateTime<Utc>),
    /// The stored form of a recovery code.
    Recovery(Vec<u8>),
}

impl Right {
    /// Uses up the code; returns false if it was used since it was checked. Forgets wrong ones, and stops a reset: the
    /// second factor is not lost.
    fn spend(&self, connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<bool> {
        // Counts before codes, as whoever checks one locks them.
        rate_limit::forget(connection, &self.guesses)?;
        campaign::forget(connection, keyring, self.account, self.way)?;
        let spent = match &self.code {
            Unspent::Step(step, begun) => store::take_step(connection, (self.account, *begun), *step)?,
            Unspent::Recovery(index) => store::take_code(connection, self.account, index, now)?,
        };
        if spent {
            reset::stop(connection, keyring, self.account, now)?;
        }
        Ok(spent)
    }
}

/// Uses up the presented code if it is right; counts each attempt first. The surrounding transaction must not roll back
/// for a wrong code, or the count is lost.
pub(super) fn take(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    presented: (Shown<'_>, Way),
    now: DateTime<Utc>,
) -> Result<bool> {
    let right = judge(connection, keyring, account, presented, now)?;
    right.map_or(Ok(false), |right| right.spend(connection, keyring, now))
}

/// Returns the presented code if it is right; counts each attempt first.
fn judge(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    (shown, way): (Shown<'_>, Way),
    now: DateTime<Utc>,
) -> Result<Option<Right>> {
    let guesses = shown.guesses(keyring, account, way);
    rate_limit::count(connection, &guesses, GUESSES, now)?;
    let code = match shown {
        Shown::Totp(code) => {
            let attempt = campaign::count(connection, keyring, account, way, now)?;
            let row = active(connection, account)?;
            let step = row.as_ref().map_or(Ok(None), |row| step_of(keyring, row, code, now))?;
            if step.is_none() {
                attempt.was_wrong(connection, keyring, now)?;
            }
            row.zip(step).map(|(row, step)| Unspent::Step(step, row.created_at))
        }
        Shown::Recovery(code) => {
            let index = code.index(keyring);
            store::is_unused(connection, account, &index)?.then_some(Unspent::Recovery(index))
        }
    };
    Ok(code.map(|code| Right { account, way, guesses, code }))
}

/// What a log-in presents as its second factor: at most one of the two.
#[derive(Debug, Clone, Default)]
pub(crate) struct Presented {
    pub(crate) totp: Option<TotpCode>,
    pub(crate) recovery_code: Option<RecoveryCode>,
}

/// What a log-in has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Checked {
    /// The account has no second factor, or the code opens nothing.
    Nothing,
    /// The second factor, at this time, by a code to be used up.
    Verified(DateTime<Utc>, Right),
    /// Nothing, and a reset of the second factor has waited long enough to count on this way.
    Lost(Way),
}

impl Checked {
    /// Returns when the second factor was verified.
    pub(crate) fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Verified(at, _) => Some(*at),
            Self::Nothing | Self::Lost(_) => None,
        }
    }
}

/// Checks the second factor of a log-in, whose code [`settle`] uses up.
///
/// # Errors
/// `second_factor_required` if none is presented, `invalid_second_factor`, `too_many_requests`, `second_factor_blocked`.
pub(crate) async fn check(
    state: &AppState,
    account: Uuid,
    presented: Presented,
    way: Way,
) -> Result<Checked> {
    let (keyring, now) = (state.keyring.clone(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        if !is_active(c, account)? {
            return Ok(Checked::Nothing);
        }
        let shown = Shown::of(presented.totp.as_ref(), presented.recovery_code.as_ref())?;
        if shown.is_none() && reset::is_due(c, account, way, now)? {
            return Ok(Checked::Lost(way));
        }
        let shown = shown.ok_or(Code::SecondFactorRequired)?;
        let right = judge(c, &keyring, account, (shown, way), now)?;
        Ok(Checked::Verified(now, right.ok_or(Code::InvalidSecondFactor)?))
    };
    state.db.write(work).await
}

/// Locks the sessions that a log-in ends: all, if it removes a lost second factor. The first lock of its transaction.
pub(crate) fn lock(connection: &mut PgConnection, account: Uuid, checked: &Checked) -> Result<()> {
    if matches!(checked, Checked::Lost(_)) {
        session_store::lock_sessions(connection, account)?;
    }
    Ok(())
}

/// Settles, in the transaction that opens a session, what was [checked](check): uses up the code, removes a second factor
/// whose reset is due, and refuses if one was set up or removed meanwhile. The account is locked by then.
///
/// # Errors
/// `second_factor_required`; `invalid_second_factor` if the code was used meanwhile.
pub(crate) fn settle(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    checked: &Checked,
    (now, id): (DateTime<Utc>, &RequestId),
) -> Result<()> {
    let is_active = is_active(connection, account)?;
    match checked {
        Checked::Lost(way) => reset::carry_out(connection, keyring, (account, *way), (now, id)),
        Checked::Verified(_, right) if is_active => {
            let spent = right.spend(connection, keyring, now)?;
            if spent { Ok(()) } else { Err(Code::InvalidSecondFactor.into()) }
        }
        Checked::Nothing if !is_active => Ok(()),
        Checked::Verified(..) | Checked::Nothing => Err(Code::SecondFactorRequired.into()),
    }
}
