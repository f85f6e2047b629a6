//! The schema: reversible, explained, indexed, and the same as the code believes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use cazier::db::migrate::{self, MIGRATIONS};
use cazier::db::{Misfit, schema_version};
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::MigrationHarness;

use crate::support::{Database, House, Process, refused, until_some};

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

/// `cazier serve` on this database, which ends by itself when it refuses.
fn serve(database: &Database) -> (bool, String) {
    let output = Process::run(database, &["serve", "--sandbox"]);
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_node_does_not_start_on_an_older_schema() {
    let database = Database::empty();
    let (began, said) = serve(&database);
    assert!(!began && said.contains("the schema is older than this version: run `cazier migrate`"), "{said}");
    let migrated = Process::run(&database, &["migrate"]);
    assert!(migrated.status.success());
    let mut connection = database.connect();
    assert_eq!(schema_version::check(&mut connection).unwrap(), Ok(()));
    connection.revert_last_migration(MIGRATIONS).unwrap();
    assert_eq!(schema_version::check(&mut connection).unwrap(), Err(Misfit::Older(1)));
    let (began, said) = serve(&database);
    assert!(!began && said.contains("(1 migrations to run)"), "{said}");
}

#[actix_web::test]
async fn a_node_opens_no_connection_to_an_older_schema() {
    let house = House::with().on(&Rc::new(Database::empty())).start().await;
    let problem = refused(house.get("/health/ready").await, 503, "database_unavailable").await;
    let detail = problem["checks"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("run `cazier migrate`"), "{problem}");
    refused(house.get("/v1/verify/trust").await, 503, "database_unavailable").await;
    migrate::run(&house.database.url()).unwrap();
    until_some("it is ready by itself", async || {
        (house.get("/health/ready").await.status() == 200).then_some(())
    })
    .await;
}

#[test]
fn a_newer_schema_is_served_when_it_says_so() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')";
    sql_query(newer).execute(&mut connection).unwrap();
    let strange = Err(Misfit::Newer("29991231000001".to_owned()));
    assert_eq!(schema_version::check(&mut connection).unwrap(), strange);
    let (began, said) = serve(&database);
    assert!(!began && said.contains("the schema is newer than this version"), "{said}");
    let marked = |from: &str| format!("INSERT INTO schema_compatibility VALUES ('29991231000001', '{from}')");
    sql_query(marked("29991231000000")).execute(&mut connection).unwrap();
    assert_eq!(schema_version::check(&mut connection).unwrap(), strange, "for newer ones than this");
    sql_query("DELETE FROM schema_compatibility WHERE version = '29991231000001'")
        .execute(&mut connection)
        .unwrap();
    sql_query(marked(schema_version::newest())).execute(&mut connection).unwrap();
    assert_eq!(schema_version::check(&mut connection).unwrap(), Ok(()));
}

#[test]
fn every_migration_says_whether_older_versions_can_live_with_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut told = 0;
    for path in names.filter(|path| path.file_name().unwrap().to_str().unwrap() > "2026-11-27-000001_z") {
        let (name, up) = (
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            fs::read_to_string(path.join("up.sql")).unwrap(),
        );
        let version: String = name.chars().filter(char::is_ascii_digit).take(14).collect();
        let marks = up.contains("INSERT INTO schema_compatibility (version, serves_from)")
            && up.contains(&format!("('{version}'"));
        assert!(marks || up.contains("-- Older versions cannot live with this"), "{name}");
        let locks = up.contains("CREATE INDEX") && !up.contains("CREATE TABLE");
        assert!(
            !locks || up.contains("CONCURRENTLY"),
            "{name}: an index on a table in use is built CONCURRENTLY"
        );
        told += 1;
    }
    assert!(told >= 1);
}

#[test]
fn a_migration_that_does_not_get_its_lock_lets_others_pass() {
    let database = Database::from_template();
    let mut connection = database.connect();
    connection.revert_last_migration(MIGRATIONS).unwrap();
    let mut holder = database.connect();
    sql_query("BEGIN").execute(&mut holder).unwrap();
    // Every migration writes its row here.
    sql_query("LOCK TABLE __diesel_schema_migrations IN SHARE MODE").execute(&mut holder).unwrap();
    let url = database.url();
    let migrating = std::thread::spawn(move || migrate::run(&url).map_err(|error| error.to_string()));
    let mut watcher = database.connect();
    let mut comes_to = |state: &str| {
        let migrating = format!(
            "SELECT pid::text AS line FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'cazier' AND {state}"
        );
        (0..1500).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            !lines(&mut watcher, &migrating).is_empty()
        })
    };
    assert!(comes_to("wait_event_type = 'Lock'"), "it asks for its lock");
    assert!(comes_to("state = 'idle'"), "it lets others pass");
    assert!(comes_to("wait_event_type = 'Lock'"), "it asks again");
    assert!(!migrating.is_finished());
    sql_query("ROLLBACK").execute(&mut holder).unwrap();
    assert_eq!(migrating.join().unwrap().unwrap().len(), 1);
    assert_eq!(schema_version::check(&mut connection).unwrap(), Ok(()));
}
