//! Decides whether a signature is by a key of the list, in its period.

use chrono::{DateTime, TimeDelta, Utc};

use super::TrustList;
use crate::error::chain;
use ades::{KeyError, Verdict};

/// The accepted difference between the clocks of nodes and of the machine that keeps the list.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Why a passing signature is not by one of these keys.
#[derive(Debug, thiserror::Error)]
pub enum NotOurs {
    /// The authority issues certificates to all its customers, perhaps also to one with the same name.
    #[error(
        "its certificate is of the same authority, and is not that of a seal on the trust list: somebody else signed \
         this, whatever name stands in the certificate"
    )]
    Stranger,
    /// The key was not active yet.
    #[error("its signing time is {0}, before the key was active")]
    TooEarly(DateTime<Utc>),
    /// The key was retired already.
    #[error("its signing time is {0}, after the key was retired")]
    TooLate(DateTime<Utc>),
    /// The key may be compromised.
    #[error(
        "the seal's key was retired in an emergency at {0}, and no time-stamp proves that this was signed before: others \
         may have signed it"
    )]
    Unproven(DateTime<Utc>),
    /// The list cannot be read.
    #[error("the trust list: {}", chain(.0))]
    List(#[from] KeyError),
}

/// Checks that the signature is by a key of the list, within its period. An uncompromised key's own signing time is
/// believed; a compromised key needs a time-stamp.
///
/// # Errors
/// See [`NotOurs`].
pub fn judge(verdict: &Verdict, list: &TrustList) -> Result<(), NotOurs> {
    let signer = list.find(&verdict.signer.fingerprint)?.ok_or(NotOurs::Stranger)?;
    let claimed = verdict.claimed_signing_time;
    if signer.active_from.is_none_or(|from| claimed + CLOCK_SKEW < from) {
        return Err(NotOurs::TooEarly(claimed));
    }
    let Some(until) = signer.retired_from else { return Ok(()) };
    if signer.retired_in_emergency {
        let mut stamps = verdict.timestamps.iter().filter(|stamp| stamp.counts);
        return if stamps.any(|stamp| stamp.time < until) { Ok(()) } else { Err(NotOurs::Unproven(until)) };
    }
    if claimed >= until + CLOCK_SKEW { Err(NotOurs::TooLate(claimed)) } else { Ok(()) }
}
