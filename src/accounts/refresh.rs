//! Refreshes the tokens of a session. Each refresh token works once: a second use means that two parties hold it, and
//! ends the session for both.
//!
//! An exception is a client that lost the answer and repeats the request: within [`REPEATABLE`] it gets the same tokens
//! again, as long as they are the current ones. It must be the same client, and all we know of a client is its
//! `User-Agent`: its address may change with each request, and it has no key. So this proves nothing. A thief who stole
//! a used token, names the right program and is quick gets the tokens that the owner got, and no others. Two parties
//! then hold the same refresh token, as if it had been stolen before its use, and the session ends when the second of
//! them uses it, unless that is a repetition again. A later thief, or one with another program, ends the session at
//! once.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::lifetime;
use super::session::Tokens;
use super::session_store::{self, RefreshOutcome, Rotation};
use super::token::digest_of;
use super::types::SessionTokensResponse;
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::person::{Index, Keyring};
use crate::rate_limit::{Counted, Limit};
use crate::state::AppState;

/// How long a refresh can be repeated. It exceeds our `Retry-After`: a refresh may take effect although its client was
/// answered 503 and told to retry.
pub(crate) const REPEATABLE: TimeDelta = TimeDelta::seconds(30);

/// Exchanges a refresh token of a session of the owner's own. A reused token ends its session, unless its client is repeating the
/// request.
///
/// # Errors
/// `invalid_refresh_token` if it is unknown, expired or used, its session has ended, or it is a registered client's.
pub(super) async fn refresh(
    state: &AppState,
    token: &str,
    agent: Option<&[u8]>,
    id: &RequestId,
) -> Result<SessionTokensResponse> {
    Ok(exchange(state, token, agent, None, id).await?.1)
}

/// The same for a session that this registered client opened; returns the session too.
///
/// # Errors
/// `invalid_refresh_token`, also if it is another client's.
pub(crate) async fn of_client(
    state: &AppState,
    token: &str,
    client: &str,
    agent: Option<&[u8]>,
    id: &RequestId,
) -> Result<(Uuid, SessionTokensResponse)> {
    exchange(state, token, agent, Some(client), id).await
}

async fn exchange(
    state: &AppState,
    token: &str,
    agent: Option<&[u8]>,
    holder: Option<&str>,
    id: &RequestId,
) -> Result<(Uuid, SessionTokensResponse)> {
    let holder = holder.map(str::to_owned);
    let (keyring, paces) = (state.keyring.clone(), state.paces.clone());
    let client = keyring.index(Index::SESSIONS_REFRESH_CLIENT, agent.unwrap_or_default());
    let (digest, now, life, id) = (digest_of(token), state.clock.now(), state.session_life, id.clone());
    // The end of the session must be committed despite the refusal, so the transaction returns the refusal as a value.
    let work = move |c: &mut PgConnection| match session_store::take_refresh_token(c, &digest, now)? {
        // Rolled back: who shows another's token neither gets nor ends anything.
        RefreshOutcome::Taken(session) | RefreshOutcome::Reused(session)
            if session_store::client_of(c, session)? != holder =>
        {
            Err(Code::InvalidRefreshToken.into())
        }
        RefreshOutcome::Taken(session) => {
            // Each refresh leaves a row for as long as the session lasts.
            paces.refresh(session, now).map_err(Error::exhausted)?;
            let Some(ends_at) = open_until(c, session, now, life)? else {
                session_store::delete_family(c, session)?;
                return Ok(None);
            };
            let tokens = Tokens::generate(now, ends_at)?;
            let answer = tokens.encrypt(&keyring, session)?;
            let (access, refresh) = (tokens.access_row(), tokens.refresh_row());
            session_store::rotate_tokens(
                c,
                session,
                Rotation { access, refresh, used: digest.clone(), client: client.clone(), answer, now },
            )?;
            Ok(Some((session, tokens)))
        }
        RefreshOutcome::Reused(session) => {
            let repeated = repeated(c, &keyring, session, (&digest, &client), (now, life))?;
            let action =
                if repeated.is_some() { "session.refresh_repeated" } else { "session.reuse_detected" };
            let account_id = session_store::find_session(c, session)?.map(|(row, _)| row.account_id);
            let actor = Actor { account_id, ..Actor::PUBLIC };
            let event = Event::new(now, actor, action, Some(session), &id);
            if repeated.is_some() {
                audit::record_doublings(c, event, &repetitions(&keyring, session), now)?;
            } else {
                audit::record(c, &event)?;
                session_store::delete_family(c, session)?;
            }
            Ok(repeated.map(|tokens| (session, tokens)))
        }
        RefreshOutcome::Unknown => Ok(None),
    };
    let exchanged = state.db.transaction(work).await?;
    let exchanged = exchanged.map(|(session, tokens)| (session, tokens.response()));
    exchanged.ok_or_else(|| Code::InvalidRefreshToken.into())
}

/// Counts how often a session asks for its tokens again.
fn repetitions(keyring: &Keyring, session: Uuid) -> Counted {
    let key = keyring.index(Index::REPEATED_REFRESHES, session.as_bytes());
    Counted::new(key, Limit::unsaid("repeated-refreshes", i32::MAX, REPEATABLE))
}

/// Returns the tokens that replaced this used token a moment ago, if the client is the same and they are still current.
fn repeated(
    connection: &mut PgConnection,
    keyring: &Keyring,
    session: Uuid,
    (used, client): (&[u8], &[u8]),
    (now, life): (DateTime<Utc>, TimeDelta),
) -> Result<Option<Tokens>> {
    let Some(ends_at) = open_until(connection, session, now, life)? else { return Ok(None) };
    let found = session_store::find_refresh_answer(connection, session, (used, client), now - REPEATABLE)?;
    let Some((access_digest, answer)) = found else { return Ok(None) };
    let tokens = Tokens::decrypt(keyring, session, &answer, (now, ends_at))?;
    // A node of the previous version makes new tokens and leaves the previous answer.
    Ok(Some(tokens).filter(|tokens| tokens.access_row().0 == access_digest))
}

/// Returns when a session ends at the latest; `None` if it has ended. Refreshing does not keep it alive.
pub(crate) fn open_until(
    connection: &mut PgConnection,
    session: Uuid,
    now: DateTime<Utc>,
    life: TimeDelta,
) -> Result<Option<DateTime<Utc>>> {
    let found = session_store::find_session(connection, session)?;
    Ok(found.and_then(|(session, role)| lifetime::open_until(&session, role, life, now)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::ANSWERED_WITHIN;
    use crate::error::Outage;

    #[test]
    fn a_client_that_retries_as_told_is_in_time() {
        for outage in [Outage::ConnectionLost, Outage::NoAnswer] {
            let told = (ANSWERED_WITHIN + outage.retry_after()).as_secs();
            assert!(
                told * 2 < REPEATABLE.num_seconds().unsigned_abs(),
                "{outage}: {told} s, and the way back"
            );
        }
    }
}
