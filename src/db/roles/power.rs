//! Refuses a role that may do more than a node needs: whoever takes over a node must not be able to change the past.

use diesel::dsl::{select, sql};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::Bool;

/// Why a role is refused.
#[derive(Debug, thiserror::Error)]
pub(in crate::db) enum Overpowered {
    /// It may change what was recorded.
    #[error("{TOO_MUCH}")]
    Role,
    /// The database is away.
    #[error(transparent)]
    Database(#[from] DieselError),
}

/// What the operator reads.
pub(in crate::db) const TOO_MUCH: &str = "DATABASE_URL: this role owns the tables or may delete what was recorded, which a live node must not: \
    run `cazier roles --apply` as the owner, and give the node the role cazier_serve, cazier_worker or cazier_verify";

/// Of a role that may: the owner, a member of the owner's role, a superuser, or one with too many grants.
const MAY: &str = "EXISTS (SELECT FROM pg_class WHERE oid IN ('audit_events'::regclass, 'certificates'::regclass, \
    'certificate_checks'::regclass, 'seal_keys'::regclass) \
    AND (pg_has_role(relowner, 'MEMBER') OR has_table_privilege(oid, 'DELETE, TRUNCATE, TRIGGER')))";

/// Fails for a role that may change what was recorded.
///
/// # Errors
/// See [`Overpowered`].
pub(in crate::db) fn refuse_power(connection: &mut PgConnection) -> Result<(), Overpowered> {
    let may: bool = select(sql::<Bool>(MAY)).get_result(connection)?;
    if may { Err(Overpowered::Role) } else { Ok(()) }
}

/// Returns whether this role may do background work.
///
/// # Errors
/// Fails if the database is away.
pub fn may_work(connection: &mut PgConnection) -> QueryResult<bool> {
    select(sql::<Bool>("has_table_privilege('jobs', 'DELETE')")).get_result(connection)
}
