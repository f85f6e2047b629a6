//! Marks of what was refused: failed log-ins and codes, missing rights, full limits.
//!
//! A flood must not fill a table that nobody can empty. So the first, second, fourth, eighth … time within an hour makes a
//! row, which says how often it was: for one sender, account and kind a dozen rows for thousands of refusals. Of each kind,
//! all senders together make at most [`MOST_AN_HOUR`] rows an hour, and then one for each doubling.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;

use super::{Actor, ActorRole, Event, record};
use crate::error::{Class, Code, Error, Result};
use crate::http::RequestId;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::{AppState, State};
use crate::trace;

/// Rows of one kind in an hour, before only doublings make more.
const MOST_AN_HOUR: i32 = 2000;
/// The window in which refusals are counted; they are limited elsewhere.
const AN_HOUR: Limit = Limit { tries: i32::MAX, window: TimeDelta::hours(1) };

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    LogIn,
    SecondFactor,
    Token,
    Right,
    Limit,
}

impl Mark {
    /// Returns the mark of a problem that is worth one.
    fn of(code: Code) -> Option<Self> {
        match (code, code.class()) {
            (Code::InvalidCredentials, _) => Some(Self::LogIn),
            (Code::InvalidSecondFactor, _) => Some(Self::SecondFactor),
            (
                Code::InvalidRefreshToken
                | Code::InvalidResetToken
                | Code::InvalidConfirmationToken
                | Code::InvalidCode,
                _,
            ) => Some(Self::Token),
            (_, Class::Forbidden) => Some(Self::Right),
            (_, Class::TooMany) => Some(Self::Limit),
            _ => None,
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::LogIn => "log_in.failed",
            Self::SecondFactor => "second_factor.failed",
            Self::Token => "token.refused",
            Self::Right => "right.refused",
            Self::Limit => "limit.reached",
        }
    }
}

/// Records refusals. If one cannot be recorded, the caller is answered all the same, and the log says so.
pub(crate) async fn mark_refusals<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<B>, actix_web::Error> {
    let state = request.app_data::<State>().cloned();
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let response = next.call(request).await?;
    let failure = response.response().error().and_then(|failure| failure.as_error::<Error>());
    let mark = failure.and_then(|error| Mark::of(error.code()));
    if let (Some(mark), Some(state)) = (mark, state) {
        note(&state, mark, id).await;
    }
    Ok(response)
}

async fn note(state: &AppState, mark: Mark, id: RequestId) {
    let (keyring, now, work) = (state.keyring.clone(), state.clock.now(), trace::current());
    let (account, aim) = work.map_or((None, None), |work| (work.account(), work.aim()));
    let of = [account.unwrap_or_default().as_bytes().as_slice(), mark.action().as_bytes()].concat();
    let own = Counted::by_sender_and(&keyring, Index::MARKS_OF_SENDER, &of, AN_HOUR);
    let noted = state.db.write(move |c| {
        let Some(times) = worth_a_row(c, (&keyring, mark), &own, now)? else { return Ok(()) };
        let actor = Actor { account_id: account, role: ActorRole::Public };
        record(c, &Event::new(now, actor, mark.action(), aim, &id).times(times))
    });
    if let Err(error) = noted.await {
        log::warn!("audit: {} is not recorded: {error}", mark.action());
    }
}

/// Counts a refusal; returns how often it happened if that makes a row.
fn worth_a_row(
    connection: &mut PgConnection,
    (keyring, mark): (&Keyring, Mark),
    own: &Counted,
    now: DateTime<Utc>,
) -> Result<Option<i32>> {
    let is_doubling = |times: i32| times.count_ones() == 1;
    let times = rate_limit::tally(connection, own, now)?;
    if !is_doubling(times) {
        return Ok(None);
    }
    let all = Counted::new(keyring.index(Index::MARKS, mark.action().as_bytes()), AN_HOUR);
    let rows = rate_limit::tally(connection, &all, now)?;
    Ok((rows <= MOST_AN_HOUR || is_doubling(rows)).then_some(times))
}
