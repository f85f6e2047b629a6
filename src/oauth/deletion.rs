//! What becomes of grants with the account of their person.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::db::schema::oauth_grants;
use crate::error::Result;

/// Erases the grants of a locked account, with the sessions that they opened. Requests on their way end with its log-ins
/// ([`session_store`](crate::accounts::session_store)).
pub(crate) fn erase(c: &mut PgConnection, account: Uuid) -> Result<()> {
    diesel::delete(oauth_grants::table.filter(oauth_grants::account_id.eq(account))).execute(c)?;
    Ok(())
}
