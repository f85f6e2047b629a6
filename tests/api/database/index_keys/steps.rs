//! The steps of a rotation: interrupted, held off, refused, and what the database lets nobody else do.

use std::ops::ControlFlow;
use std::time::Duration;

use cazier::db::roles::DbRole;
use cazier::db::{ClaimError, Installation, rehashing};
use cazier::index_keys::{self, RotationError};
use cazier::person::Keyring;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;

use super::{AT_ONCE, GOES_ON, by_key, claimed, keyring_of, list, node, since, sum};
use crate::support::{Database, KEYS, Process, keyring};

#[test]
fn an_interrupted_rotation_goes_on_and_admits_nobody_until_its_end() {
    let (database, two) = (claimed(), keyring_of(&list(&[2])));
    let all = by_key(&database, 1);
    assert!(all > 20, "{all}");
    let mut connection = database.connect_as(DbRole::Rotation);
    let mut steps = 0;
    let stopped = index_keys::run(&mut connection, &two, AT_ONCE, |_| {
        steps += 1;
        if steps == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let stopped = sum(&stopped.unwrap(), |progress| progress.renewed);
    drop(connection);
    assert!(0 < stopped && since(&database), "{stopped}");
    assert_eq!(by_key(&database, 1), all - i64::try_from(stopped).unwrap());
    assert_eq!(node(&database, &two), Ok(None), "not yet");
    // Another run that was waiting gives up, and lets nobody in.
    rehashing::take_back(&mut database.connect(), &Installation::index_key_digest(&keyring())).unwrap();
    assert!(since(&database));
    assert!(node(&database, &keyring()).unwrap_err().contains("the index keys were rotated since"));
    let waits = Installation::recognize(&mut database.connect(), &two);
    assert!(matches!(waits, Err(ClaimError::Waits(why)) if why.contains("run it again")));
    let mut connection = database.connect_as(DbRole::Rotation);
    let mut second = database.connect_as(DbRole::Rotation);
    // The server learns in a moment that the connections of above are closed.
    let rest = index_keys::run(&mut connection, &two, Duration::from_secs(10), |_| {
        let beside = index_keys::run(&mut second, &two, AT_ONCE, GOES_ON);
        assert!(matches!(beside, Err(RotationError::InUse(holders)) if holders.len() == 1));
        assert!(since(&database), "one run alone");
        ControlFlow::Continue(())
    });
    let rest = rest.unwrap();
    assert_eq!(
        i64::try_from(sum(&rest, |progress| progress.renewed)).unwrap(),
        all - i64::try_from(stopped).unwrap()
    );
    assert_eq!((sum(&rest, |progress| progress.left.unwrap()), by_key(&database, 1)), (0, 0));
    assert_eq!((by_key(&database, 2), since(&database)), (all, false));
    assert_eq!(node(&database, &two), Ok(Some(())));
    assert!(node(&database, &keyring()).unwrap_err().contains("the index keys were rotated since"));
    let foreign = Keyring::parse(&KEYS.0, &Keyring::generate_spec().unwrap()).unwrap();
    assert!(node(&database, &foreign).unwrap_err().contains("filled under another key"));
    assert_eq!(index_keys::run(&mut connection, &two, AT_ONCE, GOES_ON).unwrap(), [], "nothing is left");
    let usable = "SELECT count(*) FROM registry.registers r JOIN installation i USING (index_key_digest)";
    assert_eq!(database.count(usable), database.count("SELECT count(*) FROM registry.registers"));
}

#[test]
fn whoever_looks_rows_up_holds_a_rotation_off_and_nodes_go_on_after_it_gave_up() {
    let (database, two) = (claimed(), keyring_of(&list(&[2])));
    let all = by_key(&database, 1);
    let mut reader = database.connect_as(DbRole::Operator);
    Installation::recognize(&mut reader, &keyring()).unwrap();
    let mut connection = database.connect_as(DbRole::Rotation);
    match index_keys::run(&mut connection, &two, AT_ONCE, GOES_ON) {
        Err(RotationError::InUse(holders)) => {
            let roles: Vec<_> = holders.iter().map(|holder| holder.role.as_deref()).collect();
            assert_eq!(roles, [Some(DbRole::Operator.name())]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!((by_key(&database, 1), since(&database)), (all, false));
    assert_eq!(node(&database, &keyring()), Ok(Some(())));
    assert_eq!(node(&database, &two), Ok(None), "it waits");
    // A rotation that was killed while it waited.
    database.execute("UPDATE installation SET rehashing_since = now()");
    assert_eq!(node(&database, &keyring()), Ok(None), "as if the database was away");
    drop(reader);
    let done = index_keys::run(&mut connection, &two, Duration::from_secs(10), GOES_ON).unwrap();
    assert_eq!(i64::try_from(sum(&done, |progress| progress.renewed)).unwrap(), all);
    // While it runs nobody new is admitted, whatever the claim says.
    let mut holder = database.connect();
    holder.batch_execute("SELECT pg_advisory_lock(hashtext('cazier'), hashtext('index_keys'))").unwrap();
    assert_eq!(node(&database, &two), Ok(None));
    drop(holder);
}

#[test]
fn what_would_go_on_under_older_hashes_or_lose_its_bond_is_refused_before_anything_changes() {
    let (database, two) = (claimed(), keyring_of(&list(&[2])));
    let all = by_key(&database, 1);
    let run = || index_keys::run(&mut database.connect_as(DbRole::Rotation), &two, AT_ONCE, GOES_ON);
    database.execute(
        "INSERT INTO registry.imports (id, register, file_digest, file_bytes, records, loaded, refused, report_bytes, started_at)
         VALUES (gen_random_uuid(), 'companies', sha256('x'), 1, 0, 0, 0, 0, now())",
    );
    assert!(matches!(run(), Err(RotationError::OpenImport)));
    assert_eq!((by_key(&database, 1), since(&database)), (all, false));
    database.execute("DELETE FROM registry.imports");
    let unclaimed = Database::from_template();
    let nobodys = index_keys::run(&mut unclaimed.connect(), &two, AT_ONCE, GOES_ON);
    assert!(matches!(nobodys, Err(RotationError::Claim(ClaimError::Foreign(_)))));
    let foreign = Keyring::parse(&KEYS.0, &Keyring::generate_spec().unwrap()).unwrap();
    let foreign = index_keys::run(&mut database.connect(), &foreign, AT_ONCE, GOES_ON);
    assert!(matches!(foreign, Err(RotationError::Claim(ClaimError::Foreign(_)))));
    let same = Process::run(&database, &["keys", "rotate-index"]);
    assert!(
        same.status.success() && String::from_utf8_lossy(&same.stdout).contains("nothing was to be done")
    );
    let marks = "SELECT count(*) FROM audit_events WHERE action = 'index_keys.rotation_asked'";
    let (before, others) = (database.count(marks), Keyring::generate_spec().unwrap());
    let refused =
        Process::run_with(&database, &["keys", "rotate-index"], &[("CAZIER_INDEX_KEYS", others.as_str())]);
    assert!(!refused.status.success());
    assert_eq!(database.count(marks), before, "with another's keys, nothing is asked for");
}

#[test]
fn the_claim_changes_by_the_steps_of_a_rotation_alone() {
    let database = claimed();
    let mut owner = database.connect();
    let mut refused = |statement: &str| {
        let error = sql_query(statement).execute(&mut owner).unwrap_err().to_string();
        assert!(
            error.contains("an installation stays what it is") || error.contains("append-only"),
            "{error}"
        );
    };
    let digest =
        "index_key_digest = 'x', older_index_key_digests = older_index_key_digests || index_key_digest";
    refused("DELETE FROM installation");
    refused("UPDATE installation SET kind = 'live'");
    refused("UPDATE installation SET claimed_at = now()");
    refused(&format!("UPDATE installation SET {digest}"));
    refused(&format!("UPDATE installation SET {digest}, rehashing_since = now()"));
    database.execute("UPDATE installation SET rehashing_since = now()");
    refused("UPDATE installation SET index_key_digest = 'x'");
    refused("UPDATE installation SET older_index_key_digests = '{}', index_key_digest = 'x'");
    refused(&format!("UPDATE installation SET {digest}, rehashing_since = NULL"));
    database.execute(&format!("UPDATE installation SET {digest}"));
    database.execute("UPDATE installation SET rehashing_since = NULL");
    for role in [DbRole::Serve, DbRole::Worker, DbRole::Verify, DbRole::Operator] {
        let update = sql_query("UPDATE installation SET rehashing_since = now()");
        let error = update.execute(&mut database.connect_as(role)).unwrap_err().to_string();
        assert!(error.contains("permission denied"), "{error}");
    }
}
