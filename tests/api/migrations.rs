//! The schema: reversible, explained, indexed, and the same as the code believes.

use std::collections::BTreeSet;

use cazier::db::migrate::MIGRATIONS;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::MigrationHarness;

use crate::support::Database;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(connection: &mut PgConnection, query: &str) -> BTreeSet<String> {
    sql_query(query).load::<Line>(connection).unwrap().into_iter().map(|row| row.line).collect()
}

const COLUMNS: &str = "
    SELECT table_schema || '.' || table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable AS line
    FROM information_schema.columns
    WHERE table_schema IN ('public', 'registry', 'sandbox') AND table_name <> '__diesel_schema_migrations'";

#[test]
fn migrations_go_up_and_down_and_up_again() {
    let database = Database::empty();
    let mut connection = database.connect();
    connection.run_pending_migrations(MIGRATIONS).unwrap();
    let first = lines(&mut connection, COLUMNS);
    assert!(first.len() > 80, "{}", first.len());
    connection.revert_all_migrations(MIGRATIONS).unwrap();
    assert_eq!(lines(&mut connection, COLUMNS), BTreeSet::new());
    let functions = "SELECT proname::text AS line FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE n.nspname = 'public'";
    assert_eq!(lines(&mut connection, functions), BTreeSet::new());
    connection.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(lines(&mut connection, COLUMNS), first);
}

#[test]
fn every_table_and_column_is_explained() {
    let database = Database::from_template();
    let mute = "
        SELECT n.nspname || '.' || c.relname || coalesce('.' || a.attname, '') AS line
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN LATERAL (
            SELECT attname, attnum FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
            UNION ALL SELECT NULL, 0
        ) a ON true
        WHERE c.relkind = 'r' AND n.nspname IN ('public', 'registry', 'sandbox')
            AND c.relname <> '__diesel_schema_migrations'
            AND NOT EXISTS (SELECT FROM pg_description d WHERE d.objoid = c.oid AND d.objsubid = a.attnum)";
    assert_eq!(lines(&mut database.connect(), mute), BTreeSet::new());
}

#[test]
fn every_constraint_is_named_and_every_foreign_key_has_an_index() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let unnamed = "
        SELECT conrelid::regclass || ' ' || conname AS line FROM pg_constraint
        WHERE connamespace IN ('public'::regnamespace, 'registry'::regnamespace, 'sandbox'::regnamespace)
            AND conname !~ '_(pkey|key|fkey|check)$' ";
    assert_eq!(lines(&mut connection, unnamed), BTreeSet::new());
    let without_index = "
        SELECT conrelid::regclass || ' ' || conname AS line FROM pg_constraint f
        WHERE contype = 'f' AND NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indkey[0] = f.conkey[1])";
    assert_eq!(lines(&mut connection, without_index), BTreeSet::new());
}

#[test]
fn the_logs_are_append_only() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let insert = "INSERT INTO audit_events (at, actor_role, action, request_id) VALUES (now(), 'public', 'test.done', 'r')";
    sql_query(insert).execute(&mut connection).unwrap();
    for change in
        ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"]
    {
        let error = sql_query(change).execute(&mut connection).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{change}: {error}");
    }
}

/// `schema.rs` in the words of the database: `schema.table.column type nullable`.
fn believed(text: &str, default_schema: &str) -> BTreeSet<String> {
    let mut table = String::new();
    let mut columns = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, rest)) = line.split_once(" (").filter(|(_, rest)| rest.ends_with(") {")) {
            assert!(rest.len() > 3);
            table = if name.contains('.') { name.to_owned() } else { format!("{default_schema}.{name}") };
        } else if let Some((column, kind)) =
            line.trim_end_matches(',').split_once(" -> ").filter(|_| !line.contains("joinable!"))
        {
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let nullable = if inner.is_some() { "YES" } else { "NO" };
            columns.insert(format!("{table}.{column} {} {nullable}", type_name(inner.unwrap_or(kind))));
        }
    }
    columns
}

fn type_name(diesel: &str) -> &str {
    match diesel {
        "Bool" => "bool",
        "Int2" => "int2",
        "Int4" => "int4",
        "Int8" => "int8",
        "Bytea" => "bytea",
        "Text" => "text",
        "Timestamptz" => "timestamptz",
        "Date" => "date",
        "Uuid" => "uuid",
        other => panic!("a type that this test does not know: {other}"),
    }
}

#[test]
fn the_code_believes_what_the_database_is() {
    let database = Database::from_template();
    let mut code = believed(include_str!("../../src/db/schema.rs"), "public");
    code.extend(believed(include_str!("../../src/registry/schema.rs"), "registry"));
    code.extend(believed(include_str!("../../src/sandbox/schema.rs"), "sandbox"));
    assert_eq!(code, lines(&mut database.connect(), COLUMNS));
}
