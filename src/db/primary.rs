//! Connections whose "no such row" can be believed: to a server that takes writes, and that hides no row.

use diesel::dsl::{select, sql};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::Bool;

use super::refusal::Refusal;

/// Why there is no such connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no connection. libpq's own text is not kept: it can hold the user's name.
    #[error("{0}")]
    Away(Refusal),
    /// It is in recovery.
    #[error(
        "the database server is a standby, whose rows may be old: name the primary, or give all servers and `target_session_attrs=read-write`"
    )]
    Standby,
    /// It could not be asked.
    #[error("the database: {0}")]
    Database(#[from] DieselError),
}

/// Connects to the primary. From now on a row-level security policy makes the statements fail that it would filter:
/// what it hid would look as if it was not there.
///
/// # Errors
/// See [`ConnectError`].
pub fn establish(url: &str) -> Result<PgConnection, ConnectError> {
    let mut connection =
        PgConnection::establish(url).map_err(|error| ConnectError::Away(Refusal::of(&error)))?;
    diesel::sql_query("SET row_security = off").execute(&mut connection)?;
    if takes_writes(&mut connection)? { Ok(connection) } else { Err(ConnectError::Standby) }
}

/// Whether the server is a primary; asked again of a connection that rested, for a proxy may have changed the server
/// behind it.
pub(super) fn takes_writes(connection: &mut PgConnection) -> QueryResult<bool> {
    select(sql::<Bool>("NOT pg_is_in_recovery()")).get_result(connection)
}
