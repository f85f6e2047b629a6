//! Fresh tokens for a session. Each refresh token works once: a second use means that two hold it, and ends the session for
//! both.
//!
//! No second use is the request of a client that lost the answer and asks again: within [`REPEATABLE`] it is answered with
//! the very same tokens, as long as they are the ones in force. It must come from the same client, and all that can be
//! known of one is the `User-Agent` that it names: its address may change with each request, and it has no key of its own. So
//! this is no proof. Whoever stole a used token, names the right program and is quick enough, gets the tokens that its owner
//! got, and no others; as with a token that is stolen before its use, two then hold the same refresh token, and the session
//! ends when the second of them uses it, unless that is a repetition again. A thief who comes later, or from another program,
//! ends it at once.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use uuid::Uuid;

use super::session::Tokens;
use super::staff;
use super::store::{self, RefreshOutcome, Rotation};
use super::token::digest_of;
use super::types::SessionTokensResponse;
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::person::Keyring;
use crate::state::AppState;

/// How long after a refresh it is answered again. Whoever was told to come back must still be in time: a refresh may take
/// effect although its client was answered 503, with a `Retry-After`.
pub(crate) const REPEATABLE: TimeDelta = TimeDelta::seconds(30);

/// Exchanges a refresh token; one that was used before ends its session, unless its client repeats the request.
///
/// # Errors
/// `invalid_refresh_token` for one that is unknown, expired or used.
pub(super) async fn refresh(
    state: &AppState,
    token: &str,
    agent: Option<&[u8]>,
    id: &RequestId,
) -> Result<SessionTokensResponse> {
    let keyring = state.keyring.clone();
    let client = keyring.index("sessions.refresh_client", agent.unwrap_or_default());
    let tokens = Tokens::generate(state.clock.now())?;
    let (digest, now, id) = (digest_of(token), tokens.now(), id.clone());
    // The end of a family must outlive this refusal, so the refusal leaves the transaction as a value.
    let work = move |c: &mut PgConnection| match store::take_refresh_token(c, &digest, now)? {
        RefreshOutcome::Taken(session) if staff_session_has_ended(c, session, now)? => {
            store::delete_family(c, session)?;
            Ok(None)
        }
        RefreshOutcome::Taken(session) => {
            let answer = tokens.seal(&keyring, session)?;
            let (access, refresh) = (tokens.access_row(), tokens.refresh_row());
            store::rotate_tokens(
                c,
                session,
                Rotation { access, refresh, used: digest, client, answer, now },
            )?;
            Ok(Some(tokens))
        }
        RefreshOutcome::Reused(session) => {
            let repeated = repeated(c, &keyring, session, (&digest, &client), now)?;
            let action =
                if repeated.is_some() { "session.refresh_repeated" } else { "session.reuse_detected" };
            audit::record(c, &Event::new(now, Actor::PUBLIC, action, Some(session), &id))?;
            if repeated.is_none() {
                store::delete_family(c, session)?;
            }
            Ok(repeated)
        }
        RefreshOutcome::Unknown => Ok(None),
    };
    let tokens = state.db.write(move |c| c.transaction::<_, Error, _>(work)).await?;
    tokens.map(|tokens| tokens.response()).ok_or_else(|| Code::InvalidRefreshToken.into())
}

/// The tokens that were made for this used token a moment ago, for this client, and that are still in force.
fn repeated(
    connection: &mut PgConnection,
    keyring: &Keyring,
    session: Uuid,
    (used, client): (&[u8], &[u8]),
    now: DateTime<Utc>,
) -> Result<Option<Tokens>> {
    let found = store::find_refresh_answer(connection, session, (used, client), now - REPEATABLE)?;
    let Some((access_digest, answer)) = found else { return Ok(None) };
    let tokens = Tokens::open(keyring, session, &answer, now)?;
    // A node of the version before makes new tokens and leaves the answer of the last.
    Ok(Some(tokens).filter(|tokens| tokens.access_row().0 == access_digest))
}

/// Fresh tokens keep nobody's desk unlocked: only work does.
fn staff_session_has_ended(c: &mut PgConnection, session: Uuid, now: DateTime<Utc>) -> Result<bool> {
    Ok(store::find_staff_session(c, session)?.is_some_and(|session| staff::has_ended(&session, now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::ANSWERED_WITHIN;
    use crate::error::Outage;

    #[test]
    fn whoever_comes_back_as_they_were_told_is_in_time() {
        for outage in [Outage::ConnectionLost, Outage::NoAnswer] {
            let told = (ANSWERED_WITHIN + outage.retry_after()).as_secs();
            assert!(
                told * 2 < REPEATABLE.num_seconds().unsigned_abs(),
                "{outage}: {told} s, and the way back"
            );
        }
    }
}
