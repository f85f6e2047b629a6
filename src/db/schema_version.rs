//! Checks whether this version of the program fits the schema of a database.
//!
//! An older schema is never served. A newer one is served if each unknown migration is marked compatible: a row of
//! `schema_compatibility`, inserted by the migration itself. So a schema is expanded while nodes of both versions run,
//! and contracted once the old nodes are gone.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use diesel::dsl::{select, sql};
use diesel::migration::MigrationSource;
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::schema::schema_compatibility;

/// The migrations of this version.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// How a schema and this version disagree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Some of this version's migrations have not run.
    #[error("the schema is older than this version: run `cazier migrate` ({0} migrations to run)")]
    Older(usize),
    /// Migrations that this version does not know, and that are not compatible with it, have run.
    #[error(
        "the schema is newer than this version and not compatible with it: run a newer version (migration {0})"
    )]
    Newer(String),
}

/// The versions of all migrations of this program.
static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let migrations = MigrationSource::<Pg>::migrations(&MIGRATIONS).unwrap_or_default();
    migrations.iter().map(|migration| migration.name().version().to_string()).collect()
});

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Returns the newest version that this program knows, such as `20261127000001`.
#[must_use]
pub fn newest() -> &'static str {
    KNOWN.last().map_or("", String::as_str)
}

/// Checks the schema; needs only read access.
///
/// # Errors
/// Fails if the database is away.
pub fn check(connection: &mut PgConnection) -> QueryResult<Result<(), Misfit>> {
    let applied = applied(connection)?;
    let missing = KNOWN.difference(&applied).count();
    if missing > 0 {
        return Ok(Err(Misfit::Older(missing)));
    }
    let unknown: Vec<&String> = applied.difference(&KNOWN).collect();
    if unknown.is_empty() {
        return Ok(Ok(()));
    }
    let compatible: BTreeSet<String> = schema_compatibility::table
        .filter(schema_compatibility::serves_from.le(newest()))
        .select(schema_compatibility::version)
        .load(connection)?
        .into_iter()
        .collect();
    let stranger = unknown.into_iter().find(|version| !compatible.contains(*version));
    Ok(stranger.map_or(Ok(()), |version| Err(Misfit::Newer(version.clone()))))
}

/// Returns whether every migration that has run is one of this version's.
///
/// # Errors
/// Fails if the database is away.
pub(super) fn is_ours(connection: &mut PgConnection) -> QueryResult<bool> {
    Ok(applied(connection)?.is_subset(&KNOWN))
}

/// Returns the migrations that have run; none in an empty database, and none while this role has no right to anything:
/// then the first migration has not come to its end.
fn applied(connection: &mut PgConnection) -> QueryResult<BTreeSet<String>> {
    let is_there = sql::<Bool>(
        "coalesce(has_table_privilege(to_regclass('__diesel_schema_migrations'), 'SELECT'), false)",
    );
    if !select(is_there).get_result::<bool>(connection)? {
        return Ok(BTreeSet::new());
    }
    let rows: Vec<Applied> =
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(connection)?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_the_order_of_their_time() {
        assert!(KNOWN.len() > 30);
        assert!(
            KNOWN.iter().all(|version| version.len() == 14 && version.bytes().all(|b| b.is_ascii_digit()))
        );
    }
}
