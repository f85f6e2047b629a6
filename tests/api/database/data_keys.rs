//! The encryption key rotates while nodes serve: older values are encrypted again, and the older key can go.

use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::{Duration, Instant};

use cazier::data_keys::{self, Progress};
use cazier::db::Installation;
use cazier::db::roles::DbRole;
use cazier::person::Keyring;
use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::support::{Citizen, Database, House, KEYS, Process, json_of};

/// The list of a new key, with the older one behind it, and alone.
fn keys() -> (String, String) {
    let new = Keyring::generate_spec().unwrap().replacen("1:", "2:", 1);
    (format!("{new},{}", KEYS.0), new)
}

/// How many values are under the older key, in all columns and bonds.
fn older(database: &Database) -> i64 {
    let values = data_keys::encrypted_columns()
        .map(|(table, column)| format!("(SELECT count(*) FROM {table} WHERE get_byte({column}, 1) = 1)"));
    let bonds =
        ["certificates.facts_mac", "certificates.status_mac", "certificate_documents.mac"].map(|bond| {
            let (table, column) = bond.split_once('.').unwrap();
            format!("(SELECT count(*) FROM {table} WHERE get_byte({column}, 0) = 1)")
        });
    let counts: Vec<String> = values.chain(bonds).collect();
    database.count(&format!("SELECT ({})::bigint AS count", counts.join(" + ")))
}

/// Octets that nobody encrypts: hashes whose names do not say so, and what is public.
const PLAIN: [&str; 18] = [
    "applications.shown_entries",
    "certificates.cades",
    "certificates.extract",
    "certificates.logged_as",
    "certificates.signer_fingerprint",
    "client_keys.point",
    "idempotency_keys.scope",
    "log_checkpoints.subtrees",
    "log_leaves.commitment",
    "log_leaves.rest",
    "log_leaves.salt",
    "log_nodes.hash",
    "raised_signatures.cades",
    "seal_keys.fingerprint",
    "sessions.refresh_client",
    "sessions.refreshed_by",
    "throttles.key",
    "write_probe.filler",
];

#[test]
fn every_column_of_octets_is_encrypted_again_or_is_known_to_be_plain() {
    let database = Database::from_template();
    let encrypted = data_keys::encrypted_columns().map(|(table, name)| format!("'{table}.{name}'"));
    let known: Vec<String> = encrypted.chain(PLAIN.map(|name| format!("'{name}'"))).collect();
    let unknown = database.count(&format!(
        "SELECT count(*) FROM (SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END
             || table_name || '.' || column_name AS name FROM information_schema.columns
             JOIN information_schema.tables USING (table_schema, table_name)
             WHERE table_type = 'BASE TABLE' AND data_type = 'bytea' AND table_schema IN ('public', 'registry', 'sandbox')) octets
         WHERE name !~ '[_.](index|digest|mac|sha256)$' AND name NOT IN ({})",
        known.join(", ")
    ));
    assert_eq!(
        unknown, 0,
        "a new column of octets: is it in src/data_keys/columns.rs, or known here to be plain?"
    );
}

fn renewed(parts: &[Progress]) -> usize {
    parts.iter().map(|part| part.renewed).sum()
}

fn left(parts: &[Progress]) -> usize {
    parts.iter().filter_map(|part| part.left).sum()
}

#[actix_web::test]
async fn old_rows_are_encrypted_again_while_two_nodes_serve() {
    let (both, new) = keys();
    let before = House::start().await;
    let database = Rc::clone(&before.database);
    let citizen = Citizen::verified(&before, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let link = |name: &str| certificate["links"][name].as_str().unwrap().to_owned();
    assert_eq!(citizen.get(&link("document")).await.status(), 200);
    let email = citizen.email.clone();
    before.rest().await;
    drop(before);

    let nodes = [
        House::with().on(&database).sealing_keys(&both).start().await,
        House::with().on(&database).sealing_keys(&both).start().await,
    ];
    assert!(older(&database) > 50);
    let mut running = Process::begin(&database, &["keys", "rotate-data"], &[("CAZIER_SEALING_KEYS", &both)]);
    let question = json!({
        "registration_number": certificate["registration_number"],
        "control_code": certificate["control_code"],
    });
    let mut reasons = ["studies", "volunteering"].into_iter();
    loop {
        let ended = running.ended();
        for node in &nodes {
            let verdict = json_of(node.post("/v1/verify", &question).await, 200).await;
            assert_eq!(verdict["outcome"], "valid");
            let citizen = Citizen::logged_in(node, &email).await;
            assert_eq!(citizen.get(&link("payload")).await.status(), 200);
            if let Some(reason) = reasons.next() {
                citizen.certificate(reason).await;
            }
        }
        if let Some(status) = ended {
            assert!(status.success(), "{}", running.log());
            break;
        }
    }
    assert_eq!(older(&database), 0, "{}", running.log());
    drop(nodes);

    let after = House::with().on(&database).sealing_keys(&new).start().await;
    let citizen = Citizen::logged_in(&after, &email).await;
    assert_eq!(json_of(after.post("/v1/verify", &question).await, 200).await["outcome"], "valid");
    for name in ["payload", "document"] {
        assert_eq!(citizen.get(&link(name)).await.status(), 200, "{name}");
    }
    Citizen::staff(&after, "ofiter.cluj@example.ro").await;
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let database = Database::from_template();
    let keyring = Keyring::parse(&keys().0, &KEYS.1).unwrap();
    let mut connection = database.connect_as(DbRole::Rotation);
    let all = usize::try_from(older(&database)).unwrap();
    let mut steps = 0;
    let stopped = data_keys::run(&mut connection, &keyring, |_| {
        steps += 1;
        if steps == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let stopped = renewed(&stopped.unwrap());
    assert!(0 < stopped && stopped < all, "{stopped} of {all}");
    assert_eq!(usize::try_from(older(&database)).unwrap(), all - stopped);
    let goes_on = |_: &Progress| ControlFlow::Continue(());
    let rest = data_keys::run(&mut connection, &keyring, goes_on).unwrap();
    assert_eq!((renewed(&rest), left(&rest)), (all - stopped, 0));
    assert_eq!(older(&database), 0);
    assert_eq!(renewed(&data_keys::run(&mut connection, &keyring, goes_on).unwrap()), 0);
}

#[test]
fn a_value_that_comes_into_a_column_after_its_end_is_renewed_too() {
    let database = Database::from_template();
    let keyring = Keyring::parse(&keys().0, &KEYS.1).unwrap();
    database.execute("CREATE TABLE kept AS SELECT id, email FROM accounts WHERE email IS NOT NULL");
    let count = usize::try_from(database.count("SELECT count(*) FROM kept")).unwrap();
    let mut comes = Some("UPDATE accounts SET email = kept.email FROM kept WHERE kept.id = accounts.id");
    let parts = data_keys::run(&mut database.connect_as(DbRole::Rotation), &keyring, |progress| {
        if progress.part == "accounts.email"
            && progress.left.is_some()
            && let Some(sql) = comes.take()
        {
            database.execute(sql);
        }
        ControlFlow::Continue(())
    });
    let parts = parts.unwrap();
    let email = parts.iter().find(|part| part.part == "accounts.email").unwrap();
    assert_eq!((email.renewed, email.left), (2 * count, Some(0)));
    assert_eq!(older(&database), 0);
}

#[test]
fn what_somebody_holds_or_nobody_can_read_is_left_and_counted() {
    let database = Database::from_template();
    let (both, _) = keys();
    let keyring = Keyring::parse(&both, &KEYS.1).unwrap();
    let mut connection = database.connect_as(DbRole::Rotation);
    let mut holder = database.connect();
    holder.batch_execute("BEGIN; SELECT FROM totp_secrets LIMIT 1 FOR UPDATE").unwrap();
    let goes_on = |_: &Progress| ControlFlow::Continue(());
    let parts = data_keys::run(&mut connection, &keyring, goes_on).unwrap();
    assert_eq!(left(&parts), 1, "the row that is held, which nobody waited for");
    let begun = Instant::now();
    let parts = data_keys::run(&mut connection, &keyring, goes_on).unwrap();
    assert_eq!((renewed(&parts), left(&parts)), (0, 1));
    assert!(begun.elapsed() >= Duration::from_millis(800), "its holder has time between the walks");
    holder.batch_execute("COMMIT").unwrap();
    // Of another key than its header says.
    database.execute("UPDATE accounts SET email = set_byte(email, 1, 1) WHERE id = (SELECT id FROM accounts ORDER BY id LIMIT 1)");
    let parts = data_keys::run(&mut connection, &keyring, goes_on).unwrap();
    let email = parts.iter().find(|part| part.part == "accounts.email").unwrap();
    assert_eq!((email.renewed, email.unreadable, email.left), (0, 1, Some(1)));
    let installation = Installation {
        sandbox: true,
        index_key_digest: Installation::index_key_digest(&keyring),
        ..Default::default()
    };
    installation.claim(&mut database.connect()).unwrap();
    let told = Process::run_with(&database, &["keys", "rotate-data"], &[("CAZIER_SEALING_KEYS", &both)]);
    assert!(!told.status.success());
    let text = String::from_utf8(told.stdout).unwrap();
    assert!(text.contains("accounts.email: 0 renewed, 1 left, of which 1 cannot be read"), "{text}");
}
