//! How many authorization requests may be begun.

use chrono::TimeDelta;

use crate::clients::{Client, RateClass};
use crate::error::Result;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::AppState;

/// Requests that one sender begins: an office's, not a program's.
const OF_ONE_SENDER: Limit = Limit::said("authorizations", 600, TimeDelta::hours(1));
/// Requests that a client with a secret pushes: those of all its people come from its servers, also of those who only press its
/// button.
const PUSHED: Limit = Limit::said("pushed-requests", 30_000, TimeDelta::hours(1));
/// Assertions that a client shows: one at each call, of which a log-in has several and a session one each quarter of an hour.
const ASSERTIONS: Limit = Limit::unsaid("assertions", 300_000, TimeDelta::hours(1));
/// How much more a portal of many may.
const OF_A_PORTAL: i32 = 10;

/// Counts an assertion that a client signed: each leaves a row until it has expired.
pub(super) fn of_assertions(keyring: &Keyring, client: &Client) -> Counted {
    of(Index::RATE_LIMIT_ASSERTIONS, ASSERTIONS, keyring, client)
}

/// Counts for a client, by its rate class.
fn of(index: Index, limit: Limit, keyring: &Keyring, client: &Client) -> Counted {
    let times = if client.rate_class == RateClass::High { OF_A_PORTAL } else { 1 };
    Counted::new(keyring.index(index, client.id.as_bytes()), limit.times(times))
}

/// Counts a request for its sender.
///
/// # Errors
/// `too_many_requests`.
pub(super) async fn of_sender(state: &AppState) -> Result<()> {
    // No client's id begins like this: redirects through a provider are counted under those.
    let (index, now) = (Index::RATE_LIMIT_REDIRECTS, state.clock.now());
    let sender = Counted::by_sender_and(&state.keyring, index, b"/oauth", OF_ONE_SENDER);
    state.db.write(move |c| rate_limit::count_in_order(c, std::slice::from_ref(&sender), now)).await
}

/// Counts a pushed request: for a client that proved itself, and otherwise for its sender.
///
/// # Errors
/// `too_many_requests`.
pub(super) async fn of_client(state: &AppState, client: &Client) -> Result<()> {
    if !client.kind.is_confidential() {
        return of_sender(state).await;
    }
    let counted = of(Index::RATE_LIMIT_PUSHED_REQUESTS, PUSHED, &state.keyring, client);
    let now = state.clock.now();
    state.db.write(move |c| rate_limit::count_in_order(c, std::slice::from_ref(&counted), now)).await
}
