//! What the person sees once logged in: the consent page, which says whose account it is.

use actix_web::HttpResponse;
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::page::{self, Stop};
use super::pending::Pending;
use super::store as requests;
use crate::accounts::{Token, device, store, view};
use crate::error::{Error, Result};
use crate::state::AppState;

/// Shows the consent page, and gives the browser the token of its device if it logged in just now.
pub(super) async fn consent(
    state: &AppState,
    pending: &Pending,
    account: Uuid,
    device: Option<&Token>,
) -> Result<HttpResponse> {
    let (request, now) = (pending.request.id, state.clock.now());
    let read = move |c: &mut PgConnection| {
        Ok((requests::find_open(c, request, now)?, store::find_by_id(c, account)?))
    };
    // As it is after the log-in.
    let (Some(request), Some(row)) = state.db.read(read).await? else {
        return Ok(page::stop(state, pending.request.locale, Stop::Form));
    };
    if request.account_id != Some(account) {
        return Ok(page::stop(state, request.locale, Stop::Form));
    }
    let account = view::account(&state.keyring, &row)?;
    let person =
        account.identity.person.map(|person| format!("{} {}", person.given_name, person.family_name));
    let who = account.email.or(person).unwrap_or_default();
    let mut response = page::consent(state, &Pending { request, client: pending.client.clone() }, who.trim());
    if let Some(device) = device {
        response.add_cookie(&device::cookie(state, device)).map_err(Error::internal)?;
    }
    Ok(response)
}
