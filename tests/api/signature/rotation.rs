//! `cazier keys`: how one key follows another, and what operators are told.

use std::path::Path;
use std::process::{Command, Output};

use ades::development_pki::{self, DevelopmentPki};
use ades::{Realm, RealmError};
use cazier::db::Installation;
use cazier::signature::rotation::{self, NOTICE, RotationError, Terms};
use cazier::signature::store::{self, State};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};
use serde_json::Value;

use crate::support::Database;

fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

fn terms(now: DateTime<Utc>) -> Terms {
    Terms { now, realm: Realm::Development, wanted: None, emergency: false }
}

fn chain() -> String {
    let pki: DevelopmentPki = development_pki::create(Utc::now()).unwrap();
    pki.seal_chain_pem + &pki.root_pem
}

/// An installation whose first key is active.
fn begun(connection: &mut PgConnection, at: DateTime<Utc>) -> String {
    let key = rotation::announce(connection, &chain(), &terms(at)).unwrap();
    store::set_active_from(connection, key.id, at).unwrap();
    key.sha256()
}

fn states(connection: &mut PgConnection, at: DateTime<Utc>) -> Vec<(String, &'static str)> {
    let keys = store::list(connection).unwrap();
    keys.iter().map(|key| (key.sha256(), key.state(at).as_str())).collect()
}

#[derive(QueryableByName)]
struct Action {
    #[diesel(sql_type = diesel::sql_types::Text)]
    action: String,
}

fn audited(connection: &mut PgConnection) -> Vec<String> {
    let query = "SELECT action FROM audit_events WHERE actor_role = 'operator' ORDER BY id";
    sql_query(query).load::<Action>(connection).unwrap().into_iter().map(|row| row.action).collect()
}

#[test]
fn a_key_is_published_for_a_while_before_it_signs() {
    let database = Database::from_template();
    let c = &mut database.connect();
    let t = now();
    let old = begun(c, t);
    let new = rotation::announce(c, &chain(), &terms(t)).unwrap().sha256();
    let early = rotation::activate(c, &new, Some(t + NOTICE - TimeDelta::seconds(1)), &terms(t));
    assert!(matches!(early, Err(RotationError::Notice(at)) if at == t + NOTICE));
    let key = rotation::activate(c, &new, None, &terms(t)).unwrap();
    assert_eq!(key.active_from, Some(t + NOTICE));
    assert_eq!(states(c, t), [(new.clone(), "announced"), (old.clone(), "active")]);
    assert_eq!(states(c, t + NOTICE), [(new.clone(), "active"), (old.clone(), "active")]);
    let again = rotation::activate(c, &new, None, &terms(t + NOTICE));
    assert!(matches!(again, Err(RotationError::Active)));
    rotation::retire(c, &old[..8], None, &terms(t + NOTICE)).unwrap();
    assert_eq!(states(c, t + NOTICE), [(new.clone(), "active"), (old.clone(), "retired")]);
    let back = rotation::activate(c, &old, None, &terms(t + NOTICE));
    assert!(matches!(back, Err(RotationError::Retired)));
    let actions = ["announced", "announced", "activated", "retired"].map(|step| format!("seal_key.{step}"));
    assert_eq!(audited(c), actions);
}

#[test]
fn the_last_key_is_not_retired_by_mistake() {
    let database = Database::from_template();
    let c = &mut database.connect();
    let t = now();
    let only = begun(c, t);
    assert!(matches!(rotation::retire(c, &only, None, &terms(t)), Err(RotationError::Last(_))));
    // One that becomes active only afterwards does not help.
    let next = rotation::announce(c, &chain(), &terms(t)).unwrap().sha256();
    rotation::activate(c, &next, None, &terms(t)).unwrap();
    assert!(matches!(rotation::retire(c, &only, None, &terms(t)), Err(RotationError::Last(_))));
    assert!(rotation::retire(c, &only, Some(t + NOTICE), &terms(t)).is_ok());
    let emergency = Terms { emergency: true, ..terms(t) };
    assert_eq!(rotation::retire(c, &only, None, &emergency).unwrap().state(t), State::Retired);
}

#[test]
fn rotating_brings_in_the_next_and_lets_the_old_go_later() {
    let database = Database::from_template();
    let c = &mut database.connect();
    let t = now();
    let old = begun(c, t);
    let chain = chain();
    let new = rotation::rotate(c, &chain, None, TimeDelta::hours(24), &terms(t)).unwrap().sha256();
    let active = |key: &str| (key.to_owned(), "active");
    assert_eq!(states(c, t)[1], active(&old));
    assert_eq!(states(c, t + NOTICE), [active(&new), active(&old)]);
    let end = t + NOTICE + TimeDelta::hours(24);
    assert_eq!(states(c, end - TimeDelta::seconds(1)), [active(&new), active(&old)]);
    assert_eq!(states(c, end), [active(&new), (old, "retired")]);
    // A second run of the same command, at another time or by another operator, changes nothing behind one's back.
    assert!(rotation::rotate(c, &chain, None, TimeDelta::zero(), &terms(t + NOTICE)).is_err());
    assert_eq!(states(c, end)[0], active(&new));
}

#[test]
fn a_certificate_that_cannot_sign_here_is_not_announced() {
    let database = Database::from_template();
    let c = &mut database.connect();
    let t = now();
    let chain = chain();
    let live = Terms { realm: Realm::Live, ..terms(t) };
    let error = rotation::announce(c, &chain, &live);
    assert!(matches!(error, Err(RotationError::Realm(RealmError::Development))));
    rotation::announce(c, &chain, &terms(t)).unwrap();
    assert!(matches!(rotation::announce(c, &chain, &terms(t)), Err(RotationError::Known("announced"))));
    let authority = development_pki::create(t).unwrap().issuing_pem;
    assert!(matches!(rotation::announce(c, &authority, &terms(t)), Err(RotationError::Unfit(_))));
    assert!(rotation::announce(c, "nothing", &terms(t)).is_err());
    assert!(matches!(rotation::activate(c, "0123", None, &terms(t)), Err(RotationError::Unknown)));
}

#[test]
fn an_old_key_is_recorded_as_retired() {
    let database = Database::from_template();
    let c = &mut database.connect();
    let t = now();
    let (from, until) = (t - TimeDelta::days(300), t - TimeDelta::days(10));
    assert!(matches!(rotation::import(c, &chain(), (until, from), &terms(t)), Err(RotationError::Order)));
    let key = rotation::import(c, &chain(), (from, until), &terms(t)).unwrap();
    assert_eq!((key.state(t), key.state(until - TimeDelta::seconds(1))), (State::Retired, State::Active));
}

/// Runs the program on a database.
fn cazier(database: &Database, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    command.current_dir(folder).args(arguments).env("CAZIER_CONFIG", "/dev/null");
    command
        .env("DATABASE_URL", database.url())
        .env("CAZIER_SEAL_KEY_PASSPHRASE", "a long one")
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_commands_do_what_an_operator_does_in_a_year() {
    let (database, folder) = (Database::from_template(), tempfile::tempdir().unwrap());
    let c = &mut database.connect();
    let run = |arguments: &str| cazier(&database, folder.path(), &arguments.split(' ').collect::<Vec<_>>());
    let done = |arguments: &str| {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments}: {}", text(&output));
        text(&output)
    };
    let early = run("keys announce none.pem");
    assert!(text(&early).contains("no node has opened this database yet"), "{}", text(&early));
    Installation { sandbox: true, index_key_digest: Vec::new(), ..Default::default() }.claim(c).unwrap();
    assert_eq!(run("keys list").status.code(), Some(4), "no key is active");
    let old = begun(c, now());
    assert_eq!(run("keys list").status.code(), Some(0));
    done("keys make --development --out next");
    let said = done("keys rotate next/seal-chain.pem --overlap 1");
    let new = said.lines().next().unwrap().to_owned();
    let listed = done("keys list");
    assert!(
        listed.contains(&old[..16]) && listed.contains(&new[..16]) && listed.contains("announced"),
        "{listed}"
    );
    let json: Value = serde_json::from_str(&done("keys list --json")).unwrap();
    assert_eq!(json[0]["sha256"], new.as_str());
    assert_eq!(json[0]["days_left"], 364);
    assert_eq!(run("keys retire 00000000").status.code(), Some(1));
    let again = run("keys make --development --out next");
    assert!(!again.status.success() && text(&again).contains("exists"), "{}", text(&again));
    sql_query("UPDATE seal_keys SET active_from = now() - interval '2 hours', retired_from = now() - interval '1 hour'")
        .execute(c)
        .unwrap();
    assert_eq!(run("keys list").status.code(), Some(4));
}

#[test]
fn a_key_is_made_in_an_encrypted_file_and_requests_its_certificate() {
    let (database, folder) = (Database::from_template(), tempfile::tempdir().unwrap());
    let run = |arguments: &[&str]| {
        let output = cazier(&database, folder.path(), arguments);
        assert!(output.status.success(), "{}", text(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["keys", "make", "--out", "key.pem"]);
    let key = std::fs::read_to_string(folder.path().join("key.pem")).unwrap();
    assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"), "{key}");
    let request = run(&["keys", "request", "--key", "key.pem", "--subject", "CN=Sigiliu,O=Minister,C=RO"]);
    std::fs::write(folder.path().join("request.pem"), request).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.current_dir(folder.path()).args("req -verify -noout -subject -in request.pem".split(' '));
    let said = text(&openssl.output().unwrap());
    assert!(said.contains("verify OK") && said.contains("Sigiliu"), "{said}");
    let mut openssl = Command::new("openssl");
    openssl
        .current_dir(folder.path())
        .args("pkey -noout -in key.pem -passin".split(' '))
        .arg("pass:a long one");
    assert!(openssl.output().unwrap().status.success(), "OpenSSL opens the file too");
}

#[test]
fn a_key_in_a_device_requests_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let conf = folder.path().join("softhsm2.conf");
    std::fs::write(&conf, format!("directories.tokendir = {}\n", folder.path().display())).unwrap();
    let pki = development_pki::create(Utc::now()).unwrap();
    std::fs::write(folder.path().join("key.pem"), pki.seal_key_pem).unwrap();
    let run = |program: &str, arguments: &str, pin: &str| {
        let mut command = Command::new(program);
        command.current_dir(folder.path()).args(arguments.split(' ')).env("SOFTHSM2_CONF", &conf);
        command.env("CAZIER_CONFIG", "/dev/null").env("CAZIER_SEAL_PIN", pin).output().unwrap()
    };
    for step in [
        "--init-token --free --label seal --pin 271828 --so-pin 31415926",
        "--import key.pem --token seal --label 2026 --id 01 --pin 271828",
    ] {
        let output = run("softhsm2-util", step, "");
        assert!(output.status.success(), "{}", text(&output));
    }
    let module = "module-path=/usr/lib/softhsm/libsofthsm2.so";
    let request =
        format!("keys request --subject CN=Sigiliu,C=RO --key pkcs11:token=seal;object=2026?{module}");
    let output = run(env!("CARGO_BIN_EXE_cazier"), &request, "271828");
    std::fs::write(folder.path().join("request.pem"), &output.stdout).unwrap();
    let said = text(&run("openssl", "req -verify -noout -subject -in request.pem", ""));
    assert!(said.contains("verify OK") && said.contains("Sigiliu"), "{said} {}", text(&output));
    let refused = run(env!("CARGO_BIN_EXE_cazier"), &request, "000000");
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused).contains("the device failed: PinIncorrect in Login"), "{}", text(&refused));
    let pinless = text(&run(env!("CARGO_BIN_EXE_cazier"), &request, ""));
    assert!(pinless.contains("CAZIER_SEAL_PIN is not set"), "{pinless}");
}
