//! `POST /sandbox/reset`: ends what testers switched on, and empties the mailbox.

use actix_web::{HttpResponse, post};
use diesel::prelude::*;

use super::schema::sandbox::{mails, outages};
use super::staff;
use crate::error::Result;
use crate::state::State;

/// Brings all registers and services back, empties the mailbox, and takes the second factor from the officer who is to have none
/// (`POST /sandbox/reset`). Accounts, applications and certificates stay: the tamper-evident log remembers them. For a person without a past, make one; the clock never goes back.
#[post("/sandbox/reset")]
pub(super) async fn reset(state: State) -> Result<HttpResponse> {
    let (keyring, now) = (state.keyring.clone(), state.clock.now());
    let clear = move |c: &mut PgConnection| {
        diesel::delete(outages::table).execute(c)?;
        diesel::delete(mails::table).execute(c)?;
        staff::forget_new_factors(c, &keyring, now)
    };
    state.db.transaction(clear).await?;
    Ok(HttpResponse::NoContent().finish())
}
