//! What each role of the database may do: exactly what the table in `src/db/roles/table.rs` says.

use std::collections::BTreeSet;

use cazier::db::roles::{self, Columns, DbRole, Missing, TABLES};
use cazier::db::{Installation, migrate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};

use crate::support::{Database, Process};

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    answer: bool,
}

/// All columns, as `table.column`.
fn columns(connection: &mut PgConnection) -> BTreeSet<String> {
    let query = "SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name || '.' || column_name AS name
        FROM information_schema.columns WHERE table_schema IN ('public', 'registry', 'sandbox')";
    let rows: Vec<Named> = sql_query(query).load(connection).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

fn holds(connection: &mut PgConnection, condition: &str) -> bool {
    sql_query(format!("SELECT {condition} AS answer")).get_result::<Answer>(connection).unwrap().answer
}

/// Why a statement is refused to a role.
fn refusal(database: &Database, role: DbRole, statement: &str) -> String {
    match database.connect_as(role).batch_execute(statement) {
        Ok(()) => panic!("{} may do this: {statement}", role.name()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn each_table_has_a_line_and_each_line_its_table() {
    let database = Database::from_template();
    let columns = columns(&mut database.connect());
    let in_database: BTreeSet<&str> =
        columns.iter().map(|column| column.rsplit_once('.').unwrap().0).collect();
    let in_table: BTreeSet<&str> = TABLES.iter().map(|line| line.table).collect();
    assert_eq!(in_database, in_table, "say in src/db/roles/table.rs what each role may do with a new table");
    assert_eq!(in_table.len(), TABLES.len(), "a table has two lines");
    for line in TABLES {
        for role in DbRole::ALL {
            let rights = line.of(role);
            for names in [rights.select, rights.update] {
                let Columns::Of(names) = names else { continue };
                for name in names {
                    assert!(columns.contains(&format!("{}.{name}", line.table)), "{}.{name}", line.table);
                }
            }
        }
    }
}

#[test]
fn the_database_grants_what_the_table_says_and_nothing_else() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let covers = |columns: Columns, column: &str| match columns {
        Columns::None => false,
        Columns::All => true,
        Columns::Of(names) => names.contains(&column),
    };
    for column in columns(&mut connection) {
        let (table, column) = column.rsplit_once('.').unwrap();
        let line = TABLES.iter().find(|line| line.table == table).unwrap();
        for role in DbRole::ALL {
            let (rights, name) = (line.of(role), role.name());
            let insert = if rights.insert { Columns::All } else { Columns::None };
            for (privilege, expected) in [
                ("SELECT", rights.select),
                ("INSERT", insert),
                ("UPDATE", rights.update),
                ("REFERENCES", Columns::None),
            ] {
                let may = format!("has_column_privilege('{name}', '{table}', '{column}', '{privilege}')");
                assert_eq!(holds(&mut connection, &may), covers(expected, column), "{may}");
            }
            for (privilege, expected) in [("DELETE", rights.delete), ("TRUNCATE, TRIGGER", false)] {
                let may = format!("has_table_privilege('{name}', '{table}', '{privilege}')");
                assert_eq!(holds(&mut connection, &may), expected, "{may}");
            }
        }
    }
}

#[test]
fn nobody_but_the_owner_changes_what_was_recorded() {
    let database = Database::from_template();
    // A copy has the rights to its tables, but not those to the database.
    roles::apply(&mut database.connect(), Missing::Create).unwrap();
    for role in DbRole::ALL {
        for statement in [
            "UPDATE audit_events SET action = 'other'",
            "DELETE FROM audit_events",
            "TRUNCATE audit_events",
            "UPDATE certificates SET finding = 'no_record'",
            "UPDATE certificates SET payload = '', valid_until = '2099-01-01'",
            "DELETE FROM certificates",
            "TRUNCATE certificates CASCADE",
            "UPDATE certificate_checks SET outcome = 'valid'",
            "DELETE FROM certificate_checks",
            "UPDATE seal_keys SET fingerprint = ''",
            "DELETE FROM seal_keys",
            "DELETE FROM trust_lists",
            "UPDATE log_leaves SET commitment = ''",
            "UPDATE log_checkpoints SET note = ''",
            "DELETE FROM log_leaves",
            "DELETE FROM log_nodes",
            "INSERT INTO log_queue (kind, audit_event_id) VALUES ('audit_event', 1)",
            "UPDATE installation SET kind = 'live'",
            "SET session_replication_role = replica",
            "CREATE TABLE made (id int)",
            "CREATE TEMPORARY TABLE made (id int)",
            "SELECT lo_create(0)",
            "SELECT lo_from_bytea(0, 'made')",
            "CREATE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "SET ROLE cazier",
        ] {
            let why = refusal(&database, role, statement);
            assert!(why.contains("permission denied"), "{}: {statement}: {why}", role.name());
        }
        for statement in [
            "ALTER TABLE audit_events DISABLE TRIGGER ALL",
            "ALTER TABLE certificates DISABLE TRIGGER USER",
            "DROP TRIGGER audit_events_append_only ON audit_events",
            "ALTER TABLE certificates ADD COLUMN made int",
            "DROP TABLE certificate_checks",
        ] {
            let why = refusal(&database, role, statement);
            assert!(why.contains("must be owner"), "{}: {statement}: {why}", role.name());
        }
    }
}

#[test]
fn what_a_trigger_calls_does_not_depend_on_the_session_that_fires_it() {
    let database = Database::from_template();
    let unpinned = "SELECT coalesce(string_agg(oid::regprocedure::text, ', '), '') AS name FROM pg_proc
        WHERE pronamespace::regnamespace::text IN ('public', 'registry', 'sandbox')
            AND NOT EXISTS (SELECT FROM unnest(proconfig) setting WHERE setting LIKE 'search_path=%pg_temp')";
    let found = sql_query(unpinned).get_result::<Named>(&mut database.connect()).unwrap().name;
    assert_eq!(found, "", "set the search path of a new function, pg_temp last");
}

#[test]
fn a_search_path_that_a_role_has_set_for_itself_is_not_a_nodes() {
    let database = Database::from_template();
    let url = format!("{}&options=-csearch_path%3Dregistry", database.url_as(DbRole::Serve));
    let set = |connection: &mut PgConnection| {
        let query = "SELECT current_setting('search_path') AS name";
        sql_query(query).get_result::<Named>(connection).unwrap().name
    };
    assert_eq!(set(&mut PgConnection::establish(&url).unwrap()), "registry");
    assert_eq!(set(&mut cazier::db::primary::establish(&url).unwrap()), "public, pg_temp");
}

#[test]
fn the_api_deletes_nothing_that_housekeeping_does_and_signs_no_keys() {
    let database = Database::from_template();
    for statement in [
        "DELETE FROM accounts",
        "DELETE FROM jobs",
        "UPDATE jobs SET attempts = 0",
        "DELETE FROM support_answers",
        "DELETE FROM identity_verifications",
        "UPDATE seal_keys SET active_from = now()",
        "INSERT INTO trust_lists (jws) VALUES ('')",
        "INSERT INTO registry.criminal_records SELECT",
        "UPDATE offices SET name = ''",
    ] {
        assert!(refusal(&database, DbRole::Serve, statement).contains("permission denied"), "{statement}");
    }
}

#[test]
fn a_node_inserts_the_first_key_of_the_seal_and_no_other() {
    let database = Database::from_template();
    let insert = |fingerprint: u8| {
        format!(
            "INSERT INTO seal_keys (id, fingerprint, kind, chain_pem, announced_at, active_from)
             VALUES (gen_random_uuid(), decode(repeat('{fingerprint:02x}', 32), 'hex'), 'seal', 'PEM', now(), now())"
        )
    };
    database.connect_as(DbRole::Serve).batch_execute(&insert(1)).unwrap();
    for role in [DbRole::Serve, DbRole::Worker] {
        let why = refusal(&database, role, &insert(2));
        assert!(why.contains("a node inserts the first key alone"), "{why}");
    }
    database.connect_as(DbRole::Operator).batch_execute(&insert(3)).unwrap();
}

#[test]
fn a_role_that_verifies_sees_keyed_hashes_and_statuses_alone() {
    let database = Database::from_template();
    let tables = [
        "accounts",
        "sessions",
        "applications",
        "identity_verifications",
        "mandates",
        "raised_signatures",
        "jobs",
    ];
    for table in tables.iter().chain(&["registry.criminal_records", "registry.civil_status", "audit_events"])
    {
        let why = refusal(&database, DbRole::Verify, &format!("SELECT FROM {table}"));
        assert!(why.contains("permission denied"), "{table}: {why}");
    }
    for column in ["payload", "cades", "jades", "control_code", "owner_index", "application_id"] {
        let why = refusal(&database, DbRole::Verify, &format!("SELECT {column} FROM certificates"));
        assert!(why.contains("permission denied"), "{column}: {why}");
    }
    database
        .connect_as(DbRole::Verify)
        .batch_execute("SELECT registration_number, person_index, ended_as FROM certificates")
        .unwrap();
}

#[test]
fn what_is_not_in_the_table_is_revoked() {
    let database = Database::from_template();
    let mut owner = database.connect();
    owner
        .batch_execute(
            "GRANT DELETE, TRUNCATE ON audit_events TO cazier_serve; GRANT UPDATE (payload) ON certificates TO cazier_worker;
             GRANT SELECT ON accounts TO PUBLIC; GRANT ALL ON SCHEMA public, registry TO cazier_verify;
             CREATE TABLE registry.stray (id int); GRANT SELECT ON registry.stray TO cazier_serve;
             REVOKE SELECT ON offices FROM cazier_serve",
        )
        .unwrap();
    for _ in 0..2 {
        assert_eq!(roles::apply(&mut owner, Missing::LeaveOut).unwrap(), DbRole::ALL);
        for may in [
            "has_table_privilege('cazier_serve', 'audit_events', 'DELETE, TRUNCATE')",
            "has_column_privilege('cazier_worker', 'certificates', 'payload', 'UPDATE')",
            "has_table_privilege('cazier_verify', 'accounts', 'SELECT')",
            "has_schema_privilege('cazier_verify', 'public', 'CREATE')",
            "has_schema_privilege('cazier_verify', 'registry', 'CREATE')",
            "has_table_privilege('cazier_serve', 'registry.stray', 'SELECT')",
        ] {
            assert!(!holds(&mut owner, may), "{may}");
        }
        assert!(holds(&mut owner, "has_table_privilege('cazier_serve', 'offices', 'SELECT')"));
    }
}

#[test]
fn the_printed_statements_set_the_same_rights() {
    let database = Database::from_template();
    let acl = "SELECT coalesce(string_agg(c.oid::regclass::text || coalesce(relacl::text, '') || coalesce(attacl::text, ''), ' '
            ORDER BY c.oid, attnum), '') AS name
        FROM pg_class c JOIN pg_attribute ON attrelid = c.oid WHERE relnamespace::regnamespace::text IN ('public', 'registry', 'sandbox')";
    let mut owner = database.connect();
    let mut rights = || sql_query(acl).get_result::<Named>(&mut owner).unwrap().name;
    let before = rights();
    let printed = Process::run(&database, &["roles"]);
    let script = String::from_utf8(printed.stdout).unwrap();
    assert!(script.contains("GRANT SELECT, INSERT ON audit_events TO cazier_serve;"), "{script}");
    database.execute(&script);
    assert_eq!(rights(), before);
    let applied = Process::run(&database, &["roles", "--apply"]);
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    assert_eq!(rights(), before);
}

#[test]
fn the_commands_of_operators_work_with_their_role() {
    let database = Database::from_template();
    // The first node begins the installation; operators do not.
    drop(Process::serve(&database, &[]));
    for command in [
        &["jobs", "list"][..],
        &["jobs", "retry", "--all"],
        &["officers", "list"],
        &["officers", "reset-second-factor", "ofiter.cluj@example.ro"],
        &["officers", "invite", "ofiter.cluj@example.ro"],
        &["officers", "remove", "ofiter.cluj@example.ro"],
        &["counters", "phase", "police", "2023-02-01"],
        &["recount-statistics", "2026-11-01"],
        &["keys", "list"],
    ] {
        let output = Process::run(&database, command);
        // That a key ends soon, `keys list` says by another code than 1.
        let worked = output.status.code().is_some_and(|code| code == 0 || code > 2);
        assert!(worked, "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_migration_gives_the_roles_their_rights_to_what_is_new() {
    let database = Database::from_template();
    database.execute("REVOKE ALL ON accounts FROM cazier_serve");
    migrate::run(&database.url()).unwrap();
    assert!(holds(&mut database.connect(), "has_table_privilege('cazier_serve', 'accounts', 'UPDATE')"));
}

#[test]
fn rights_of_a_newer_version_are_left_alone() {
    let database = Database::from_template();
    database.execute(
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000001');
         INSERT INTO schema_compatibility (version, serves_from) VALUES ('20990101000001', '20260101000001');
         CREATE TABLE new_one (id int); GRANT SELECT ON new_one TO cazier_serve",
    );
    migrate::run(&database.url()).unwrap();
    let mut owner = database.connect();
    assert!(holds(&mut owner, "has_table_privilege('cazier_serve', 'new_one', 'SELECT')"));
    assert!(
        roles::apply(&mut owner, Missing::Create)
            .unwrap_err()
            .to_string()
            .contains("newer than this version")
    );
}

#[test]
fn a_live_node_refuses_a_role_that_may_change_the_past() {
    let node = |url: &str| {
        let installation =
            Installation { sandbox: false, index_key_digest: b"one".to_vec(), ..Default::default() };
        cazier::db::connect(url, 1, installation).at_start(|_| Ok(()))
    };
    let database = Database::from_template();
    assert_eq!(node(&database.url_as(DbRole::Serve)), Ok(Some(())));
    assert_eq!(node(&database.url_as(DbRole::Worker)), Ok(Some(())));
    assert_eq!(node(&database.url_as(DbRole::Verify)), Ok(Some(())));
    assert!(node(&database.url()).unwrap_err().contains("owns tables or may change what was recorded"));
    let serve = database.url_as(DbRole::Serve);
    for (right, table) in [
        ("DELETE", "certificates"),
        ("UPDATE", "certificates"),
        ("UPDATE (at)", "audit_events"),
        ("DELETE", "certificate_checks"),
        ("UPDATE (retired_from)", "seal_keys"),
        ("TRIGGER", "trust_lists"),
        ("DELETE", "log_leaves"),
        ("UPDATE", "log_checkpoints"),
    ] {
        database.execute(&format!("GRANT {right} ON {table} TO cazier_serve"));
        assert!(node(&serve).unwrap_err().contains("cazier roles --apply"), "{right} {table}");
        database.execute(&format!("REVOKE {right} ON {table} FROM cazier_serve"));
    }
    database.execute(
        "REVOKE UPDATE ON certificates FROM cazier_serve; ALTER TABLE devices OWNER TO cazier_serve",
    );
    assert!(node(&serve).unwrap_err().contains("owns tables"));
}

#[test]
fn the_role_of_the_api_does_no_background_work() {
    let database = Database::from_template();
    let serve = |arguments: &[&str]| {
        let url = database.url_as(DbRole::Serve);
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("CAZIER_WORKER_DATABASE_URL", ""),
            ("CAZIER_LISTEN", "127.0.0.1:0"),
        ];
        let output = Process::run_with(&database, arguments, &settings);
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(serve(&["serve", "--sandbox"]).contains("this role may do no background work"));
    assert!(serve(&["worker", "--sandbox"]).contains("this role may do no background work"));
}
