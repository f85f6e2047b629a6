//! A node that is killed in the middle of an application leaves nothing behind: another goes on, and issues once.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use cazier::config::VARIABLES;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::support::{Citizen, House, KEYS, json_of, until};

/// A node as a process of its own, on the database and the registers of this house, at the machine's time.
fn node(house: &House, folder: &Path) -> Child {
    let pki = house.database.pki(Utc::now());
    let file = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, content).unwrap();
        path
    };
    file("client-secret", b"tests");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    VARIABLES.iter().for_each(|variable| {
        command.env_remove(variable.name);
    });
    command
        .args(["serve", "--sandbox"])
        .current_dir(folder)
        .env("DATABASE_URL", house.database.url())
        .env("CAZIER_LISTEN", "127.0.0.1:0")
        .env("CAZIER_METRICS_LISTEN", "127.0.0.1:0")
        .env("CAZIER_SEALING_KEYS", &KEYS.0)
        .env("CAZIER_INDEX_KEYS", &KEYS.1)
        .env("CAZIER_SEAL_CHAIN", file("chain.pem", (pki.seal_chain_pem.clone() + &pki.root_pem).as_bytes()))
        .env("CAZIER_SEAL_KEY", file("key.pem", pki.seal_key_pem.as_bytes()))
        .env("CAZIER_CRIMINAL_RECORDS_URL", house.registers.0.as_str())
        .env("CAZIER_CIVIL_STATUS_URL", house.registers.0.as_str())
        .env("CAZIER_REGISTER_AUTHORITY", file("authority.pem", &house.registers.1.authority))
        .env("CAZIER_REGISTER_IDENTITY", file("identity.pem", &house.registers.1.identity))
        .env("CAZIER_IDENTITY_PROVIDERS", file("identity-providers.toml", PROVIDERS.as_bytes()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("log")).unwrap())
        .spawn()
        .unwrap()
}

/// A provider that is never called.
const PROVIDERS: &str = r#"
[[providers]]
name = "nobody"
title = { ro = "Nimeni", en = "Nobody" }
issuer = "http://127.0.0.1:9"
client_id = "cazier"
client_secret_file = "client-secret"
acr_values = ["tests"]
"#;

const TAKEN_UP: &str = "SELECT count(*) FROM applications WHERE tries = 1";
const BLOCKED: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'WITH input (application_id, standing%'";
const ISSUED: &str = "SELECT count(*) FROM applications a JOIN certificates c ON c.application_id = a.id WHERE a.status = 'issued'";

/// The house's time stands still four minutes ago, no more than the clocks of a register may differ, so that it leaves the waiting application to the other node.
async fn waiting(house: &House) {
    let body = json!({"register": "criminal_records", "seconds": 60});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
    let citizen = Citizen::verified(house, "register-slow").await;
    json_of(citizen.apply("employment").await, 202).await;
    let body = json!({"register": "criminal_records", "seconds": 0});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

/// The house goes on with what the other node left, and all is as if it had never been there.
async fn goes_on(house: &House, clock: &Clock) {
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
    clock.set(Utc::now() + TimeDelta::minutes(5));
    until(ISSUED, || house.database.count(ISSUED) == 1).await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 1);
    assert_eq!(house.database.count("SELECT count(*) FROM application_events WHERE status = 'issued'"), 1);
    // To the same person: confirmation of the address, identity verified, waiting, ready.
    until("SELECT count(*) FROM sandbox.mails", || {
        house.database.count("SELECT count(*) FROM sandbox.mails") == 4
    })
    .await;
    until("SELECT count(*) FROM jobs", || house.database.count("SELECT count(*) FROM jobs") == 0).await;
}

#[actix_web::test]
async fn killed_while_it_asks_the_register() {
    let clock = Clock::pinned(Utc::now() - TimeDelta::minutes(4));
    let house = House::with().clock(&clock).start().await;
    waiting(&house).await;
    // The register cannot look this person up.
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE registry.criminal_records").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut node = node(&house, folder.path());
    until(TAKEN_UP, || house.database.count(TAKEN_UP) == 1).await;
    node.kill().unwrap();
    node.wait().unwrap();
    holder.batch_execute("ROLLBACK").unwrap();
    goes_on(&house, &clock).await;
}

#[actix_web::test]
async fn killed_while_it_writes_the_certificate() {
    let clock = Clock::pinned(Utc::now() - TimeDelta::minutes(4));
    let house = House::with().clock(&clock).start().await;
    waiting(&house).await;
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE certificates IN SHARE MODE").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut node = node(&house, folder.path());
    until(BLOCKED, || house.database.count(BLOCKED) == 1).await;
    node.kill().unwrap();
    node.wait().unwrap();
    holder.batch_execute("ROLLBACK").unwrap();
    until(BLOCKED, || house.database.count(BLOCKED) == 0).await;
    goes_on(&house, &clock).await;
}

#[actix_web::test]
async fn killed_before_the_mail_has_left() {
    let clock = Clock::pinned(Utc::now() - TimeDelta::minutes(4));
    let house = House::with().clock(&clock).start().await;
    waiting(&house).await;
    until("SELECT count(*) FROM sandbox.mails", || {
        house.database.count("SELECT count(*) FROM sandbox.mails") == 3
    })
    .await;
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE sandbox.mails IN SHARE MODE").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut node = node(&house, folder.path());
    until(ISSUED, || house.database.count(ISSUED) == 1).await;
    let leased = "SELECT count(*) FROM jobs WHERE kind = 'mail' AND attempts = 1";
    until(leased, || house.database.count(leased) == 1).await;
    node.kill().unwrap();
    node.wait().unwrap();
    holder.batch_execute("ROLLBACK").unwrap();
    clock.set(Utc::now() + TimeDelta::minutes(5));
    until("SELECT count(*) FROM sandbox.mails", || {
        house.database.count("SELECT count(*) FROM sandbox.mails") == 4
    })
    .await;
    until("SELECT count(*) FROM jobs", || house.database.count("SELECT count(*) FROM jobs") == 0).await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 1);
}
