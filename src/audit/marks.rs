//! Marks of what was refused: failed log-ins, passwords, codes and tokens, clients without proof, missing rights, full limits. Each says who was
//! refused which operation, in what role.
//!
//! A flood must not fill a table that nobody can empty. So the first, second, fourth, eighth … time within an hour makes a
//! row, which says how often it was: for one sender, account and kind a dozen rows for thousands of refusals. Of each kind,
//! all senders together make at most [`MOST_AN_HOUR`] rows an hour, and then one for each doubling.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;

use super::{Actor, ActorRole, Event, is_doubling, record};
use crate::error::{Class, Code, Error, Result};
use crate::http::RequestId;
use crate::http::frame::asked_for;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::{AppState, State};
use crate::trace;

/// Rows of one kind in an hour, before only doublings make more.
const MOST_AN_HOUR: i32 = 2000;
/// The window in which refusals are counted; they are limited elsewhere.
const AN_HOUR: Limit = Limit::unsaid("marks", i32::MAX, TimeDelta::hours(1));

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    LogIn,
    Password,
    SecondFactor,
    Token,
    Right,
    Limit,
}

impl Mark {
    /// Returns the mark of an error that is worth one.
    fn of(error: &Error) -> Option<Self> {
        let code = error.code();
        match (code, code.class()) {
            (Code::InvalidInput, _) => Self::of_guess(error),
            (Code::InvalidCredentials, _) => Some(Self::LogIn),
            (Code::InvalidSecondFactor, _) => Some(Self::SecondFactor),
            (
                Code::InvalidRefreshToken
                | Code::InvalidResetToken
                | Code::InvalidConfirmationToken
                | Code::InvalidCode
                | Code::ClientUnauthenticated,
                _,
            ) => Some(Self::Token),
            (_, Class::Forbidden) => Some(Self::Right),
            (_, Class::TooMany) => Some(Self::Limit),
            _ => None,
        }
    }

    /// Returns the mark of a wrong value that tells a guess from a slip in a form.
    fn of_guess(error: &Error) -> Option<Self> {
        let Error::Problem(problem) = error else { return None };
        problem.errors.iter().find_map(|broken| match &*broken.code {
            "current_password_wrong" => Some(Self::Password),
            "totp_wrong" | "recovery_code_wrong" => Some(Self::SecondFactor),
            _ => None,
        })
    }

    const fn action(self) -> &'static str {
        match self {
            Self::LogIn => "log_in.failed",
            Self::Password => "current_password.failed",
            Self::SecondFactor => "second_factor.failed",
            Self::Token => "token.refused",
            Self::Right => "right.refused",
            Self::Limit => "limit.reached",
        }
    }
}

/// Leaves the mark of an error on an answer that is not its problem document: a page, or an error of OAuth.
pub(crate) fn leave(mut response: HttpResponse, error: &Error) -> HttpResponse {
    if let Some(mark) = Mark::of(error) {
        response.extensions_mut().insert(mark);
    }
    response
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
    let left = || response.response().extensions().get::<Mark>().copied();
    let mark = failure.and_then(Mark::of).or_else(left);
    if let (Some(mark), Some(state)) = (mark, state) {
        note(&state, mark, Refused::of(response.request()), id).await;
    }
    Ok(response)
}

/// What was asked for, and in what role.
struct Refused {
    role: ActorRole,
    operation: String,
}

impl Refused {
    fn of(request: &HttpRequest) -> Self {
        // The layer that knows the caller leaves the actor here.
        let role = request.extensions().get::<Actor>().map_or(ActorRole::Public, |actor| actor.role);
        Self { role, operation: asked_for(request) }
    }
}

async fn note(state: &AppState, mark: Mark, Refused { role, operation }: Refused, id: RequestId) {
    let (keyring, now, work) = (state.keyring.clone(), state.clock.now(), trace::current());
    let (account, aim) = work.map_or((None, None), |work| (work.account(), work.aim()));
    let of = [account.unwrap_or_default().as_bytes().as_slice(), mark.action().as_bytes()].concat();
    let own = Counted::by_sender_and(&keyring, Index::MARKS_OF_SENDER, &of, AN_HOUR);
    let noted = state.db.write(move |c| {
        let Some(times) = worth_a_row(c, (&keyring, mark), &own, now)? else { return Ok(()) };
        let actor = Actor { account_id: account, role };
        record(c, &Event::new(now, actor, mark.action(), aim, &id).times(times).detail(operation))
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
    let times = rate_limit::tally(connection, own, now)?;
    if !is_doubling(times) {
        return Ok(None);
    }
    let all = Counted::new(keyring.index(Index::MARKS, mark.action().as_bytes()), AN_HOUR);
    let rows = rate_limit::tally(connection, &all, now)?;
    Ok((rows <= MOST_AN_HOUR || is_doubling(rows)).then_some(times))
}
