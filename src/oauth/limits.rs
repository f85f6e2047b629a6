//! How many authorization requests may be begun.

use chrono::TimeDelta;

use crate::clients::{Client, RateClass};
use crate::error::Result;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::AppState;

/// Requests that one sender begins: an office's, not a program's.
const OF_ONE_SENDER: Limit = Limit { tries: 600, window: TimeDelta::hours(1) };
/// Requests that a client with a secret pushes, or assertions that it shows: those of all its people come from its servers, also of those who only press its
/// button.
const OF_ONE_CLIENT: Limit = Limit { tries: 30_000, window: TimeDelta::hours(1) };
/// The same for a portal of many.
const OF_ONE_PORTAL: Limit = Limit { tries: 300_000, window: TimeDelta::hours(1) };

/// Counts an assertion that a client signed: each leaves a row until it has expired.
pub(super) fn of_assertions(keyring: &Keyring, client: &Client) -> Counted {
    of(Index::RATE_LIMIT_ASSERTIONS, keyring, client)
}

/// Counts for a client, by its rate class.
fn of(index: Index, keyring: &Keyring, client: &Client) -> Counted {
    let limit = if client.rate_class == RateClass::High { OF_ONE_PORTAL } else { OF_ONE_CLIENT };
    Counted::new(keyring.index(index, client.id.as_bytes()), limit)
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
    let counted = of(Index::RATE_LIMIT_PUSHED_REQUESTS, &state.keyring, client);
    let now = state.clock.now();
    state.db.write(move |c| rate_limit::count_in_order(c, std::slice::from_ref(&counted), now)).await
}
