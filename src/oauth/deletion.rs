//! What becomes of grants with the account of their person.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::{oauth_grants, oauth_requests};
use crate::error::Result;

/// Erases the grants of a locked account, the sessions that they opened, and the requests on their way.
pub(crate) fn erase(c: &mut PgConnection, account: Uuid) -> Result<()> {
    diesel::delete(oauth_requests::table.filter(oauth_requests::account_id.eq(account))).execute(c)?;
    diesel::delete(oauth_grants::table.filter(oauth_grants::account_id.eq(account))).execute(c)?;
    Ok(())
}
