//! Refuses a role that may do more than a node needs: whoever takes over a node must not be able to change the past.

use std::sync::LazyLock;

use diesel::dsl::{select, sql};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::Bool;

use super::table::TABLES;

/// Why a role is refused.
#[derive(Debug, thiserror::Error)]
pub(in crate::db) enum Overpowered {
    /// It may do too much.
    #[error("the role may do too much")]
    Role,
    /// The database is away.
    #[error(transparent)]
    Database(#[from] DieselError),
}

/// What the operator reads.
pub(in crate::db) const TOO_MUCH: &str = "DATABASE_URL: this role owns tables or may change what was recorded, which a live node must not: \
    run `cazier roles --apply` as the owner, and give the node the role cazier_serve, cazier_worker or cazier_verify";

/// What nodes and workers only ever read and insert. Rights to other tables may grow with a version, under which nodes of the one before
/// run too; these never do.
const RECORDED: &str = "ARRAY['audit_events', 'certificate_checks', 'seal_keys', 'trust_lists', 'log_leaves', 'log_nodes', \
    'log_checkpoints']::regclass[]";

/// Of a role that may: the owner of any table, a member of the owner's role, a superuser, or one with too many grants.
static MAY: LazyLock<String> = LazyLock::new(|| {
    let tables: Vec<String> = TABLES.iter().map(|line| format!("to_regclass('{}')", line.table)).collect();
    format!(
        "EXISTS (SELECT FROM pg_class WHERE oid = ANY (ARRAY[{}]) AND pg_has_role(relowner, 'MEMBER')) \
         OR EXISTS (SELECT FROM unnest({RECORDED}) recorded WHERE has_any_column_privilege(recorded, 'UPDATE') \
         OR has_table_privilege(recorded, 'DELETE, TRUNCATE, TRIGGER')) \
         OR has_table_privilege('certificates', 'UPDATE, DELETE, TRUNCATE, TRIGGER')",
        tables.join(", ")
    )
});

/// Fails for a role that may change what was recorded.
///
/// # Errors
/// See [`Overpowered`].
pub(in crate::db) fn refuse_power(connection: &mut PgConnection) -> Result<(), Overpowered> {
    let may: bool = select(sql::<Bool>(&MAY)).get_result(connection)?;
    if may { Err(Overpowered::Role) } else { Ok(()) }
}

/// Of a role that may do what verification needs, and reads nothing of persons.
const ONLY_VERIFIES: &str = "NOT (has_any_column_privilege('accounts', 'SELECT, INSERT, UPDATE') \
    OR has_column_privilege('certificates', 'payload', 'SELECT') OR has_any_column_privilege('certificates', 'INSERT, UPDATE') \
    OR has_table_privilege('certificates', 'DELETE'))";

/// What the operator of a node that verifies alone reads.
pub(in crate::db) const MORE_THAN_VERIFICATION: &str = "DATABASE_URL: this role may do more than verify: \
    give a node that verifies alone the role cazier_verify";

/// Fails for a role that may read or change more than verification needs.
///
/// # Errors
/// See [`Overpowered`].
pub(in crate::db) fn refuse_more_than_verification(connection: &mut PgConnection) -> Result<(), Overpowered> {
    let only: bool = select(sql::<Bool>(ONLY_VERIFIES)).get_result(connection)?;
    if only { Ok(()) } else { Err(Overpowered::Role) }
}

/// Returns whether this role may do background work.
///
/// # Errors
/// Fails if the database is away.
pub fn may_work(connection: &mut PgConnection) -> QueryResult<bool> {
    select(sql::<Bool>("has_table_privilege('jobs', 'DELETE')")).get_result(connection)
}
