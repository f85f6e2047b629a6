//! Requests to the help desk of an account that its owner deletes.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::support_requests;
use crate::error::Result;

/// Erases an account's requests, open ones too, with their answers.
pub(crate) fn erase(connection: &mut PgConnection, account: Uuid) -> Result<()> {
    let all = support_requests::table.filter(support_requests::account_id.eq(account));
    diesel::delete(all).execute(connection)?;
    Ok(())
}
