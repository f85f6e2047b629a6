//! `POST /sandbox/reset`: ends what testers switched on, and empties the mailbox.

use actix_web::{HttpResponse, post};
use diesel::prelude::*;

use super::schema::sandbox::{mails, outages};
use crate::error::Result;
use crate::state::State;

/// Brings all registers and services back and empties the mailbox (`POST /sandbox/reset`). Accounts, applications and certificates stay:
/// the tamper-evident log remembers them. For a person without a past, make one; the clock never goes back.
#[post("/sandbox/reset")]
pub(super) async fn reset(state: State) -> Result<HttpResponse> {
    let clear = |c: &mut PgConnection| {
        diesel::delete(outages::table).execute(c)?;
        diesel::delete(mails::table).execute(c)?;
        Ok(())
    };
    state.db.write(clear).await?;
    Ok(HttpResponse::NoContent().finish())
}
