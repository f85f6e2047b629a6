//! The tamper-evident log: what is committed is in it, once, and what is published proves it.

mod rewritten;

use cazier::db::roles::DbRole;
use cazier::log::proof::{Head, is_consistent, root_by_inclusion};
use cazier::log::{Checkpoint, Hash, LogKeys, NoteSigner, append_all, merkle, whole};
use cazier::person::Keyring;
use data_encoding::BASE64;
use diesel::connection::SimpleConnection;
use diesel::{RunQueryDsl, sql_query};
use serde_json::{Value, json};
use url::Url;

use crate::certificates::bound::OFFICER;
use crate::support::{Citizen, Database, House, Officer, Process, json_of, keyring, refused};

/// The keys of every house of these tests: derived from the index key.
pub fn keys() -> LogKeys {
    keys_of(&keyring())
}

/// The same for another list of index keys.
pub fn keys_of(keyring: &Keyring) -> LogKeys {
    LogKeys::of(None, None, keyring, &Url::parse("https://api.example").unwrap()).unwrap()
}

/// Logs what is committed.
pub fn append(database: &Database) {
    append_all(&mut database.connect(), &keys(), chrono::Utc::now()).unwrap();
}

const AUDIT: &str = "INSERT INTO audit_events (at, actor_role, action, request_id) VALUES (now(), 'public', 'test.done', 'r')";
/// What is committed and has no leaf.
const MISSING: &str = "SELECT count(*) FROM audit_events e
    WHERE NOT EXISTS (SELECT FROM log_leaves l WHERE l.audit_event_id = e.id)";
const LEAVES: &str = "SELECT count(*) FROM log_leaves";

#[test]
fn a_row_that_is_committed_late_is_logged_too() {
    let database = Database::from_template();
    append(&database);
    let (mut early, mut late) = (database.connect(), database.connect());
    late.batch_execute("BEGIN").unwrap();
    sql_query(AUDIT).execute(&mut late).unwrap();
    sql_query(AUDIT).execute(&mut early).unwrap();
    let before = database.count(LEAVES);
    append(&database);
    assert_eq!(database.count(LEAVES), before + 1, "the one that is committed");
    late.batch_execute("COMMIT").unwrap();
    assert_eq!(database.count(MISSING), 1);
    append(&database);
    assert_eq!((database.count(MISSING), database.count(LEAVES)), (0, before + 2));
    late.batch_execute(&format!("BEGIN; {AUDIT}; ROLLBACK")).unwrap();
    append(&database);
    assert_eq!(database.count(LEAVES), before + 2, "what was rolled back is nothing");
}

#[test]
fn workers_side_by_side_append_to_one_tree() {
    let database = Database::from_template();
    std::thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| {
                for _ in 0..5 {
                    database.execute(&format!("{AUDIT}; {AUDIT}; {AUDIT}"));
                    append(&database);
                }
            });
        }
    });
    append(&database);
    let leaves = database.count(LEAVES);
    assert!(leaves >= 45);
    assert_eq!(database.count(MISSING), 0);
    assert_eq!(database.count("SELECT count(*) FROM log_queue"), 0);
    assert_eq!(database.count("SELECT max(leaf_index) + 1 AS count FROM log_leaves"), leaves, "without gaps");
    assert_eq!(database.count("SELECT max(size) AS count FROM log_checkpoints"), leaves);
}

/// By no lock that they may take, on that row or as advisory ones.
#[test]
fn no_role_but_the_workers_can_hold_off_the_log() {
    let database = Database::from_template();
    let roles = DbRole::ALL.iter().filter(|role| **role != DbRole::Worker);
    let mut held: Vec<_> = roles.map(|role| database.connect_as(*role)).collect();
    for connection in &mut held {
        sql_query("SELECT pg_advisory_lock_shared(7161139475587951719)").execute(connection).unwrap();
        for lock in
            ["SELECT FROM log_turn FOR UPDATE", "SELECT FROM log_turn FOR SHARE", "LOCK TABLE log_turn"]
        {
            connection.batch_execute("BEGIN").unwrap();
            let error = sql_query(lock).execute(connection).unwrap_err().to_string();
            assert!(error.contains("permission denied"), "{lock}: {error}");
            connection.batch_execute("ROLLBACK").unwrap();
        }
    }
    let mut worker = database.connect_as(DbRole::Worker);
    worker.batch_execute("SET lock_timeout = '5s'").unwrap();
    append_all(&mut worker, &keys(), chrono::Utc::now()).unwrap();
    database.execute("SET session_replication_role = replica; DELETE FROM log_turn");
    append_all(&mut worker, &keys(), chrono::Utc::now()).unwrap_err();
}

#[test]
fn a_checkpoint_of_another_key_stops_the_log() {
    let database = Database::from_template();
    append(&database);
    let stranger = Keyring::generate_spec().unwrap();
    let stranger = keys_of(&Keyring::parse(&stranger, &stranger).unwrap());
    database.execute(AUDIT);
    append_all(&mut database.connect(), &stranger, chrono::Utc::now()).unwrap_err();
    assert_eq!(database.count(MISSING), 1);
    let altered = "ALTER TABLE log_checkpoints DISABLE TRIGGER USER;
        UPDATE log_checkpoints SET subtrees = sha256(subtrees) || substring(subtrees FROM 33)
        WHERE size = (SELECT max(size) FROM log_checkpoints) AND octet_length(subtrees) >= 32";
    append(&database);
    database.execute(altered);
    database.execute(AUDIT);
    append_all(&mut database.connect(), &keys(), chrono::Utc::now()).unwrap_err();
}

#[test]
fn the_log_is_append_only_but_for_its_salts() {
    let database = Database::from_template();
    database.execute(AUDIT);
    append(&database);
    let mut connection = database.connect();
    for change in [
        "UPDATE log_leaves SET commitment = sha256('x')",
        "UPDATE log_leaves SET leaf_index = leaf_index + 100000",
        "DELETE FROM log_leaves",
        "TRUNCATE log_leaves",
        "UPDATE log_nodes SET hash = sha256('x')",
        "DELETE FROM log_nodes",
        "UPDATE log_checkpoints SET note = ''",
        "DELETE FROM log_checkpoints",
        "INSERT INTO log_beginning VALUES (now() + interval '1 day')",
        "DELETE FROM log_beginning",
    ] {
        let error = sql_query(change).execute(&mut connection).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{change}: {error}");
    }
    connection.batch_execute("UPDATE log_leaves SET salt = NULL, erased_at = now()").unwrap();
}

#[test]
fn what_was_there_before_the_log_is_queued_once() {
    let database = Database::from_template();
    let queue = "SELECT count(*) FROM log_queue";
    database.execute(&format!("{AUDIT}; {AUDIT}"));
    let before = database.count(queue);
    database.execute("ALTER TABLE audit_events DISABLE TRIGGER audit_events_logged");
    database.execute(AUDIT);
    assert_eq!(database.count(queue), before);
    let migration = include_str!("../../migrations/2026-11-28-000081_log_older_rows/up.sql");
    let (fill, _) = migration.split_once("INSERT INTO schema_compatibility").unwrap();
    database.execute(fill);
    assert_eq!(database.count(queue), before + 1);
    database
        .execute("INSERT INTO log_queue (kind, audit_event_id) SELECT 'audit_event', id FROM audit_events");
    append(&database);
    assert_eq!((database.count(queue), database.count(MISSING)), (0, 0));
}

#[test]
fn a_role_without_rights_to_the_queue_still_writes_into_it_and_nowhere_else() {
    let database = Database::from_template();
    let mut node = database.connect_as(DbRole::Serve);
    let queued = "SELECT count(*) FROM log_queue";
    let before = database.count(queued);
    sql_query("INSERT INTO log_queue (kind, audit_event_id) VALUES ('audit_event', 1)")
        .execute(&mut node)
        .unwrap_err();
    node.batch_execute("CREATE TEMPORARY TABLE log_queue (kind text, audit_event_id bigint)").unwrap();
    sql_query(AUDIT).execute(&mut node).unwrap();
    assert_eq!(database.count(queued), before + 1);
}

/// A leaf commits to what never changes. Whoever adds a column decides: it is committed to (at the end of the form in
/// `src/log/commitment.rs`, and only where it is not null, so that older leaves still fit), or it may change later.
#[test]
fn every_column_is_committed_to_or_may_change() {
    const CHANGING: &str = "'control_code', 'payload', 'owner_index', 'raise_at', 'facts_mac', 'status_mac', 'extract', \
         'logged_as'";
    let database = Database::from_template();
    let count = |table: &str| {
        database.count(&format!(
            "SELECT count(*) FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = '{table}' AND column_name NOT IN ({CHANGING})"
        ))
    };
    assert_eq!((count("audit_events"), count("certificates")), (11, 18));
}

/// The newest checkpoint of a house, which its key has signed.
async fn checkpoint(house: &House) -> Checkpoint {
    let answer = house.get("/v1/log/checkpoint").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(answer.headers()["cache-control"], "public, max-age=5");
    keys().open(&answer.text().await.unwrap()).unwrap()
}

async fn tile(house: &House, path: &str) -> Vec<u8> {
    let answer = house.get(&format!("/v1/log/tile/{path}")).await;
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    answer.bytes().await.unwrap().to_vec()
}

fn hashes(proof: &Value) -> Vec<Hash> {
    let decoded = proof["hashes"].as_array().unwrap().iter();
    decoded
        .map(|hash| BASE64.decode(hash.as_str().unwrap().as_bytes()).unwrap().try_into().unwrap())
        .collect()
}

/// The leaves of a tile of entries.
fn leaves(entries: &[u8]) -> Vec<Hash> {
    let leaf = |entry: &[u8]| {
        assert_eq!(entry[..2], [0, 32]);
        merkle::leaf_hash(&entry[2..])
    };
    entries.chunks(34).map(leaf).collect()
}

#[actix_web::test]
async fn each_issue_and_each_end_of_a_certificate_is_a_leaf() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let id = certificate["id"].as_str().unwrap();
    append(&house.database);
    let leaves = |kind: &str| {
        format!(
            "SELECT count(*) FROM log_leaves WHERE certificate_id = '{id}' AND kind = 'certificate_{kind}'"
        )
    };
    assert_eq!(house.database.count(&leaves("issued")), 1);
    assert_eq!(house.database.count(MISSING), 0);
    let officer = Officer::who_is(&house, OFFICER);
    let path = format!("/v1/certificates/{id}/revocation");
    json_of(officer.post(&path, &json!({"reason": "wrong_data"})).await, 200).await;
    append(&house.database);
    assert_eq!((house.database.count(&leaves("issued")), house.database.count(&leaves("revoked"))), (1, 1));
    let head = checkpoint(&house).await.head;
    let published = tile(&house, &format!("entries/000.p/{}", head.size)).await;
    let salts = "SELECT count(*) FROM log_leaves WHERE salt IS NULL OR commitment IN (
        SELECT sha256(convert_to(registration_number, 'UTF8')) FROM certificates)";
    assert_eq!(house.database.count(salts), 0);
    assert_eq!(published.len() as u64, head.size * 34, "nothing but commitments");
}

#[actix_web::test]
async fn a_monitor_rebuilds_the_tree_from_what_is_published() {
    let house = House::start().await;
    house.rest().await;
    let first = |house: &House| house.database.execute(&format!("{AUDIT}; {AUDIT}; {AUDIT}"));
    first(&house);
    append(&house.database);
    let older = checkpoint(&house).await;
    let many = AUDIT.replace(
        "VALUES (now(), 'public', 'test.done', 'r')",
        "SELECT now(), 'public', 'test.done', 'r' FROM generate_series(1, 600)",
    );
    house.database.execute(&many);
    append(&house.database);
    let newer = checkpoint(&house).await;
    assert_eq!(newer.origin, older.origin);
    let size = newer.head.size;
    assert!(size > 600);

    let mut entries = Vec::new();
    let mut found = Vec::new();
    for index in 0..size.div_ceil(256) {
        let width = (size - index * 256).min(256);
        let suffix = if width < 256 { format!(".p/{width}") } else { String::new() };
        entries.extend(leaves(&tile(&house, &format!("entries/{index:03}{suffix}")).await));
        found.extend(tile(&house, &format!("0/{index:03}{suffix}")).await);
    }
    assert_eq!(entries.concat(), found, "entries hash to their tiles");
    let mut tree = merkle::Frontier::default();
    let mut above = Vec::new();
    for leaf in &entries {
        let keep = |place: merkle::Place, hash: Hash| {
            if place.level == 8 {
                above.extend(hash);
            }
        };
        tree.push(*leaf, keep);
    }
    assert_eq!((tree.size(), tree.root()), (size, newer.head.root));
    assert_eq!(tile(&house, &format!("1/000.p/{}", size / 256)).await, above);

    let proof = json_of(house.get(&format!("/v1/log/proof?from={}", older.head.size)).await, 200).await;
    assert!(is_consistent(older.head, newer.head, &hashes(&proof)));
    assert_eq!(keys().open(proof["checkpoint"].as_str().unwrap()).unwrap(), newer);
    for index in [0, 1, size / 2, size - 1] {
        let proof = json_of(house.get(&format!("/v1/log/proof?index={index}&size={size}")).await, 200).await;
        let root = root_by_inclusion(&entries[index as usize], index, size, &hashes(&proof));
        assert_eq!(root, Some(newer.head.root), "{index}");
    }
    let path = format!("/v1/log/proof?index=0&size={}", older.head.size);
    let proof = json_of(house.get(&path).await, 200).await;
    assert_eq!(proof["size"], older.head.size, "older trees are proved too");
    let root = root_by_inclusion(&entries[0], 0, older.head.size, &hashes(&proof));
    assert_eq!(root, Some(older.head.root));
}

#[actix_web::test]
async fn what_the_log_does_not_have_is_not_found() {
    let house = House::start().await;
    house.rest().await;
    house.database.execute(AUDIT);
    append(&house.database);
    let size = checkpoint(&house).await.head.size;
    for path in [
        "tile/0/000".to_owned(),
        format!("tile/0/000.p/{}", size + 1),
        "tile/0/000.p/0".to_owned(),
        "tile/entries/001.p/1".to_owned(),
        "tile/0/x001/000".to_owned(),
        "tile/1/000.p/1".to_owned(),
        "tile/0/1".to_owned(),
        "tile/64/000".to_owned(),
        "tile/0/".to_owned(),
        format!("proof?index={size}"),
        format!("proof?index=0&size={}", size + 1),
        format!("proof?from={}", size + 1),
        format!("proof?from=0&size={}", u64::MAX),
    ] {
        refused(house.get(&format!("/v1/log/{path}")).await, 404, "not_found").await;
    }
    for query in ["", "?index=0&from=0"] {
        let problem = refused(house.get(&format!("/v1/log/proof{query}")).await, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["code"], "one_of_index_from");
    }
}

#[actix_web::test]
async fn a_log_that_is_late_degrades_the_node_and_does_not_stop_it() {
    let house = House::start().await;
    house.rest().await;
    append(&house.database);
    let look = async || {
        let ready = json_of(house.get("/health/ready").await, 200).await;
        let check = ready["checks"].as_array().unwrap().iter().find(|check| check["name"] == "log").unwrap();
        (ready["status"].clone(), check["status"].clone(), check["detail"].clone())
    };
    assert_eq!(look().await, (json!("ready"), json!("pass"), json!(null)));
    house.database.execute(
        "INSERT INTO log_queue (kind, audit_event_id, queued_at) VALUES ('audit_event', 0, now() - interval '20 minutes')",
    );
    let late = json!("rows have waited for 20 minutes to be logged");
    assert_eq!(look().await, (json!("degraded"), json!("warn"), late));
    append(&house.database);
    assert_eq!(look().await, (json!("ready"), json!("pass"), json!(null)));
}

/// Checks the whole log by the tests' key.
pub fn whole(database: &Database, saved: &[Head], erased: &[u64]) -> whole::Report {
    let keys = keys();
    let open = |note: &str| keys.open(note);
    let chain = Some(keys.chain());
    let expected = whole::Expected { open: &open, chain, saved, erased, now: chrono::Utc::now() };
    whole::check(&mut database.connect(), &expected).unwrap()
}

/// A log of several batches, over a certificate that was revoked and one that was not.
async fn filled() -> House {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    citizen.certificate("studies").await;
    house.rest().await;
    append(&house.database);
    let officer = Officer::who_is(&house, OFFICER);
    let path = format!("/v1/certificates/{}/revocation", certificate["id"].as_str().unwrap());
    json_of(officer.post(&path, &json!({"reason": "fraud"})).await, 200).await;
    append(&house.database);
    house.database.execute(&format!("{AUDIT}; {AUDIT}; {AUDIT}"));
    append(&house.database);
    house
}

/// Runs statements as a superuser whom no trigger stops, checks, and puts everything back.
fn tampered(database: &Database, statements: &str, saved: &[Head]) -> Vec<whole::Fault> {
    let tables = ["audit_events", "certificates", "log_queue", "log_leaves", "log_nodes", "log_checkpoints"];
    let copies = tables.map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};")).concat();
    database.execute(&copies);
    database.execute(&format!("SET session_replication_role = replica; {statements}"));
    let report = whole(database, saved, &[]);
    let back = tables.map(|table| {
        format!(
            "DELETE FROM {table}; INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{table};
             DROP TABLE kept_{table};"
        )
    });
    database.execute(&format!("SET session_replication_role = replica; {}", back.concat()));
    report.faults
}

#[actix_web::test]
async fn any_row_that_was_changed_removed_or_reordered_is_found() {
    let house = filled().await;
    let database = &house.database;
    let saved = [checkpoint(&house).await.head];
    let untouched = whole(database, &saved, &[]);
    assert!(untouched.is_whole(), "{:?}", untouched.faults);
    assert_eq!((untouched.erased, untouched.waiting, untouched.leaves), (0, 0, saved[0].size));
    let last = "(SELECT max(id) FROM audit_events)";
    let end = "(SELECT max(leaf_index) FROM log_leaves)";
    for statements in [
        format!("UPDATE audit_events SET action = 'x' WHERE id = {last}"),
        format!("UPDATE audit_events SET at = at - interval '1 microsecond' WHERE id = {last}"),
        format!("UPDATE audit_events SET actor_id = gen_random_uuid() WHERE id = {last}"),
        format!("UPDATE audit_events SET actor_role = 'service' WHERE id = {last}"),
        format!("UPDATE audit_events SET subject_id = gen_random_uuid() WHERE id = {last}"),
        format!("UPDATE audit_events SET request_id = '' WHERE id = {last}"),
        format!("UPDATE audit_events SET sender = 'aaaaaaaaaaaaaaaa' WHERE id = {last}"),
        format!("UPDATE audit_events SET times = 3 WHERE id = {last}"),
        format!("UPDATE audit_events SET detail = 'x' WHERE id = {last}"),
        // Beside a sender: without one, the columns that were added before would show it already.
        "UPDATE audit_events SET client_id = 'x' WHERE id = (SELECT max(id) FROM audit_events WHERE sender IS NOT NULL)".to_owned(),
        format!("DELETE FROM audit_events WHERE id = {last}"),
        format!("DELETE FROM audit_events WHERE id = {last}; DELETE FROM log_leaves WHERE leaf_index = {end}"),
        format!("CREATE TEMPORARY TABLE moved AS SELECT * FROM audit_events WHERE id = {last}; DELETE FROM audit_events WHERE id = {last};
            UPDATE moved SET id = id + 1000; INSERT INTO audit_events OVERRIDING SYSTEM VALUE SELECT * FROM moved"),
        format!("UPDATE audit_events e SET action = o.action, at = o.at FROM audit_events o WHERE e.id = {last} AND o.action = 'certificate.issued'"),
        "INSERT INTO audit_events (at, actor_role, action, request_id) VALUES (now(), 'public', 'x', 'x')".to_owned(),
        "UPDATE certificates SET valid_until = valid_until + 1 WHERE ended_as IS NULL".to_owned(),
        "UPDATE certificates SET person_index = sha256('x') WHERE ended_as IS NULL".to_owned(),
        "UPDATE certificates SET cades = '\\x00' WHERE ended_as IS NULL".to_owned(),
        "UPDATE certificates SET jades = '' WHERE ended_as IS NULL".to_owned(),
        "UPDATE certificates SET issued_at = issued_at - interval '1 day' WHERE ended_as IS NULL".to_owned(),
        "UPDATE certificates SET ended_as = NULL, ended_at = NULL, end_reason = NULL".to_owned(),
        "UPDATE certificates SET end_reason = 'wrong_data' WHERE ended_as IS NOT NULL".to_owned(),
        "UPDATE certificates SET ended_at = now() WHERE ended_as IS NOT NULL".to_owned(),
        "UPDATE certificates SET ended_as = 'revoked', ended_at = now(), end_reason = 'fraud' WHERE ended_as IS NULL".to_owned(),
        "DELETE FROM certificates WHERE ended_as IS NULL".to_owned(),
        "DELETE FROM certificates WHERE ended_as IS NULL; DELETE FROM log_leaves WHERE certificate_id NOT IN (SELECT id FROM certificates)".to_owned(),
        // Two leaves change places.
        "ALTER TABLE log_leaves DROP CONSTRAINT log_leaves_leaf_index_check;
            UPDATE log_leaves SET leaf_index = -1 WHERE leaf_index = 0; UPDATE log_leaves SET leaf_index = 0 WHERE leaf_index = 1;
            UPDATE log_leaves SET leaf_index = 1 WHERE leaf_index = -1".to_owned(),
        format!("UPDATE log_leaves SET commitment = sha256('x') WHERE leaf_index = {end}"),
        format!("UPDATE log_leaves SET salt = sha256('x') WHERE leaf_index = {end}"),
        format!("UPDATE log_leaves SET salt = NULL, erased_at = now() WHERE leaf_index = {end}"),
        "UPDATE log_leaves SET rest = sha256('x') WHERE rest IS NOT NULL".to_owned(),
        "UPDATE log_nodes SET hash = sha256('x') WHERE position = 1".to_owned(),
        "DELETE FROM log_nodes WHERE position = 6".to_owned(),
        "INSERT INTO log_nodes VALUES (1::bigint << 60, sha256('x'))".to_owned(),
        format!("DELETE FROM log_leaves WHERE leaf_index = {end}"),
        "UPDATE log_checkpoints SET note = replace(note, E'\\n\\n', E'x\\n\\n') WHERE size > 0".to_owned(),
        "UPDATE log_checkpoints SET subtrees = '' WHERE size > 0".to_owned(),
        "UPDATE log_checkpoints SET size = size + 1 WHERE size = (SELECT max(size) FROM log_checkpoints)".to_owned(),
        "DELETE FROM log_checkpoints WHERE size = (SELECT max(size) FROM log_checkpoints)".to_owned(),
        "DELETE FROM log_leaves; DELETE FROM log_nodes; DELETE FROM log_checkpoints".to_owned(),
        // What a former state of the whole database would say: only somebody else's checkpoint tells.
        format!("DELETE FROM audit_events WHERE id = {last}; DELETE FROM log_leaves WHERE leaf_index >= (SELECT size FROM log_checkpoints ORDER BY size DESC OFFSET 1 LIMIT 1);
            DELETE FROM log_checkpoints WHERE size = (SELECT max(size) FROM log_checkpoints)"),
        format!("INSERT INTO log_queue (kind, audit_event_id, queued_at) VALUES ('audit_event', {last}, now() - interval '2 hours')"),
    ] {
        let faults = tampered(database, &statements, &saved);
        assert!(!faults.is_empty(), "not found: {statements}");
    }
    assert!(whole(database, &saved, &[]).is_whole(), "as it was");
}

/// A log that was begun anew has good leaves, nodes and checkpoints: only a checkpoint that was saved elsewhere tells.
#[actix_web::test]
async fn a_log_that_was_written_anew_is_found_by_a_saved_checkpoint() {
    let house = filled().await;
    let database = &house.database;
    let saved = [checkpoint(&house).await.head];
    database.execute(
        "SET session_replication_role = replica;
         DELETE FROM audit_events WHERE action = 'certificate.issued';
         DELETE FROM log_leaves; DELETE FROM log_nodes; DELETE FROM log_checkpoints;
         INSERT INTO log_queue (kind, audit_event_id) SELECT 'audit_event', id FROM audit_events;
         INSERT INTO log_queue (kind, certificate_id) SELECT 'certificate_issued', id FROM certificates;
         INSERT INTO log_queue (kind, certificate_id) SELECT 'certificate_revoked', id FROM certificates WHERE ended_as IS NOT NULL",
    );
    append(database);
    assert!(whole(database, &[], &[]).is_whole());
    let faults = whole(database, &saved, &[]).faults;
    assert_eq!(faults, [whole::Fault::Saved(saved[0].size)]);
    database.execute(&format!("{AUDIT}; {AUDIT}; {AUDIT}; {AUDIT}; {AUDIT}"));
    append(database);
    assert_eq!(whole(database, &saved, &[]).faults, [whole::Fault::Saved(saved[0].size)]);
}

#[actix_web::test]
async fn an_erased_row_leaves_the_log_whole_and_no_other_may_lack_its_salt() {
    let house = filled().await;
    let database = &house.database;
    let saved = [checkpoint(&house).await.head];
    let last = saved[0].size - 1;
    database.execute(
        "SET session_replication_role = replica;
         UPDATE log_leaves SET salt = NULL, erased_at = now() WHERE audit_event_id = (SELECT max(id) FROM audit_events);
         DELETE FROM audit_events WHERE id = (SELECT max(id) FROM audit_events)",
    );
    let faults = |erased: &[u64]| whole(database, &saved, erased).faults;
    assert_eq!(faults(&[last]), []);
    assert_eq!(faults(&[]), [whole::Fault::Erased(last.cast_signed())]);
    assert_eq!(faults(&[last, 1]), [whole::Fault::NotErased(1)]);
    assert_eq!(faults(&[1]), [whole::Fault::Erased(last.cast_signed()), whole::Fault::NotErased(1)]);
    // A number alone says nothing: another row was altered, and its salt erased instead.
    let other = "UPDATE log_leaves SET salt = NULL, erased_at = now() WHERE leaf_index = 0;
        UPDATE audit_events SET action = 'x' WHERE id = (SELECT audit_event_id FROM log_leaves WHERE leaf_index = 0)";
    database.execute(&format!("SET session_replication_role = replica; {other}"));
    assert_eq!(faults(&[last]), [whole::Fault::Erased(0)]);
}

#[actix_web::test]
async fn a_revocation_whose_leaf_is_erased_is_not_taken_back_unseen() {
    let house = filled().await;
    let database = &house.database;
    database.execute(
        "SET session_replication_role = replica;
         UPDATE log_leaves SET salt = NULL, erased_at = now() WHERE kind = 'certificate_revoked'",
    );
    let end = "SELECT leaf_index AS count FROM log_leaves WHERE kind = 'certificate_revoked'";
    let end = database.count(end);
    assert_eq!(whole(database, &[], &[end.cast_unsigned()]).faults, []);
    database.execute(
        "SET session_replication_role = replica; UPDATE certificates SET ended_as = NULL, ended_at = NULL, end_reason = NULL",
    );
    let faults = whole(database, &[], &[end.cast_unsigned()]).faults;
    assert!(matches!(&faults[..], [whole::Fault::RowChanged(leaf, _)] if *leaf == end), "{faults:?}");
}

#[actix_web::test]
async fn an_emptied_log_is_not_whole() {
    let house = filled().await;
    house.database.execute(
        "SET session_replication_role = replica;
         TRUNCATE log_leaves, log_nodes, log_checkpoints, log_queue, audit_events; TRUNCATE certificates CASCADE",
    );
    assert_eq!(whole(&house.database, &[], &[]).faults, [whole::Fault::Empty]);
}

/// `cazier audit`, with the settings of a node.
fn audit(database: &Database, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Process::run(database, &[&["audit"], arguments].concat());
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[actix_web::test]
async fn the_command_checks_saves_and_compares() {
    let house = filled().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint");
    let file = path.to_str().unwrap();
    let printed = Process::run(&house.database, &["audit", "key"]).stdout;
    let key = String::from_utf8(printed).unwrap();
    let (code, said) = audit(&house.database, &["verify", "--save", file]);
    assert!(code == Some(0) && said.contains("NO EARLIER CHECKPOINT WAS COMPARED"), "{said}");
    assert_eq!(keys().open(&std::fs::read_to_string(&path).unwrap()).unwrap(), checkpoint(&house).await);
    house.database.execute(AUDIT);
    append(&house.database);
    let (code, said) = audit(&house.database, &["verify", "--since", file, "--key", key.trim()]);
    assert!(code == Some(0) && said.contains("the log is whole"), "{said}");
    let stranger = NoteSigner::of_seed(&[1; 32]).unwrap().key("api.example/v1/log").unwrap().to_string();
    let (code, said) = audit(&house.database, &["verify", "--since", file, "--key", &stranger]);
    assert!(code == Some(1) && said.contains("not a checkpoint that a trusted key has signed"), "{said}");
    let (code, said) = audit(&house.database, &["verify", "--key", &stranger]);
    assert!(code == Some(1) && said.contains("is not signed by a trusted key"), "{said}");
    house.database.execute("SET session_replication_role = replica; UPDATE audit_events SET action = 'x'");
    let (code, said) = audit(&house.database, &["verify", "--since", file]);
    assert!(code == Some(1) && said.contains("THE LOG IS NOT WHOLE"), "{said}");
    assert!(said.contains("is not what was logged"), "{said}");
}
