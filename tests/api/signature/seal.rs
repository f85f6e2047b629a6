//! The seal's keys: which one signs, how they follow each other, and what happens when none can.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ades::development_pki::{self, DevelopmentPki};
use ades::{
    Certificate, FileKey, Kind, PrivateKey, Realm, Sealer, SignError, SignatureAlgorithm, SigningKey,
};
use cazier::signature::store::{self, SealKey};
use cazier::signature::{Held, open};
use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{RunQueryDsl, sql_query};
use serde_json::Value;

use crate::support::{Citizen, Database, House, json_of, refused, secrets};

/// The key of a hierarchy, held as a node holds it.
fn held(pki: &DevelopmentPki) -> Held {
    let sources = secrets(pki).seal_keys;
    open(&sources, Realm::Development, None, Utc::now()).unwrap().remove(0)
}

/// The row of a key that is announced.
fn announced(pki: &DevelopmentPki) -> SealKey {
    let held = held(pki);
    SealKey {
        id: uuid::Uuid::now_v7(),
        fingerprint: held.fingerprint().to_vec(),
        kind: store::KeyKind::Seal,
        chain_pem: held.sealer.key().path().map(Certificate::to_pem).collect(),
        announced_at: Utc::now(),
        active_from: None,
        retired_from: None,
        retired_in_emergency: false,
    }
}

/// The states of the trust list in its order, with fingerprints.
async fn trust(house: &House) -> Vec<(String, String)> {
    let trust = json_of(house.get("/v1/verify/trust").await, 200).await;
    let text = |signer: &Value, name: &str| signer[name].as_str().unwrap().to_owned();
    let signers = trust["signers"].as_array().unwrap();
    signers.iter().map(|signer| (text(signer, "state"), text(signer, "sha256"))).collect()
}

fn hex(pki: &DevelopmentPki) -> String {
    data_encoding::HEXLOWER.encode(&held(pki).fingerprint())
}

/// Rows that an issue writes.
fn written(database: &Database) -> i64 {
    let query = "SELECT (SELECT count(*) FROM applications) + (SELECT count(*) FROM certificates)
        + (SELECT count(*) FROM application_events) + (SELECT count(*) FROM idempotency_keys) AS count";
    database.count(query)
}

/// An application is refused, to be tried again, and has left nothing behind.
async fn cannot_issue(citizen: &Citizen<'_>, reason: &str) {
    let before = written(&citizen.house.database);
    let answer = citizen.apply(reason).await;
    assert_eq!(answer.headers()["retry-after"], "30");
    refused(answer, 503, "seal_unavailable").await;
    assert_eq!(written(&citizen.house.database), before);
}

/// Who signed a certificate, by OpenSSL's reading of the signature.
async fn signer_of(citizen: &Citizen<'_>, certificate: &Value) -> Vec<u8> {
    let path = certificate["links"]["cades"].as_str().unwrap();
    citizen.get(path).await.bytes().await.unwrap().to_vec()
}

fn carries(signature: &[u8], pki: &DevelopmentPki) -> bool {
    let leaf = held(pki).sealer.key().leaf().der().to_vec();
    signature.windows(leaf.len()).any(|window| window == leaf)
}

#[actix_web::test]
async fn keys_follow_each_other_without_a_pause() {
    let start = Utc::now();
    let clock = Clock::pinned(start);
    let database = Rc::new(Database::from_template());
    let (old, new) = (database.pki(start).clone(), development_pki::create(start).unwrap());
    let mut connection = database.connect();
    let house =
        House::with().on(&database).clock(&clock).seal_keys(vec![held(&old), held(&new)]).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let issue = async |reason| {
        let certificate = citizen.certificate(reason).await;
        signer_of(&citizen, &certificate).await
    };
    assert!(carries(&issue("employment").await, &old), "the first key of an installation is active at once");
    assert_eq!(trust(&house).await, [("active".into(), hex(&old))]);

    let mut row = announced(&new);
    row.active_from = Some(start + TimeDelta::hours(1));
    store::insert(&mut connection, &row).unwrap();
    let first = store::list(&mut connection).unwrap().into_iter().find(|key| key.id != row.id).unwrap();
    store::set_retired(&mut connection, first.id, start + TimeDelta::hours(2), false).unwrap();
    // Another node, which has not read the old state.
    let house =
        House::with().on(&database).clock(&clock).seal_keys(vec![held(&old), held(&new)]).start().await;
    let citizen = Citizen { house: &house, ..citizen };
    assert_eq!(trust(&house).await, [("active".into(), hex(&old)), ("announced".into(), hex(&new))]);
    let issue = async |reason| {
        let certificate = citizen.certificate(reason).await;
        signer_of(&citizen, &certificate).await
    };
    assert!(carries(&issue("studies").await, &old));
    clock.set(start + TimeDelta::minutes(61));
    let citizen_later = Citizen::logged_in(&house, &citizen.email).await;
    let certificate = citizen_later.certificate("volunteering").await;
    assert!(carries(&signer_of(&citizen_later, &certificate).await, &new), "by the clock alone");
    assert_eq!(trust(&house).await, [("active".into(), hex(&new)), ("active".into(), hex(&old))]);
    clock.set(start + TimeDelta::minutes(121));
    assert_eq!(trust(&house).await, [("active".into(), hex(&new)), ("retired".into(), hex(&old))]);
}

#[actix_web::test]
async fn a_key_that_is_not_announced_signs_nothing() {
    let database = Rc::new(Database::from_template());
    let first = House::with().on(&database).start().await;
    json_of(first.get("/health/ready").await, 200).await;
    let stranger = development_pki::create(Utc::now()).unwrap();
    let house = House::with().on(&database).seal_keys(vec![held(&stranger)]).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    cannot_issue(&citizen, "employment").await;
    let health = json_of(house.get("/health/ready").await, 200).await;
    assert_eq!(health["status"], "degraded");
    assert_eq!(health["checks"][1]["name"], "seal");
    assert_eq!(health["checks"][1]["status"], "fail");
    assert_eq!(trust(&house).await, [("active".into(), hex(database.pki(Utc::now())))]);
}

#[actix_web::test]
async fn a_key_retired_a_moment_ago_issues_nothing_even_where_that_is_not_known_yet() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    citizen.certificate("employment").await;
    let mut connection = house.database.connect();
    let key = store::list(&mut connection).unwrap().remove(0);
    store::set_retired(&mut connection, key.id, Utc::now(), false).unwrap();
    assert_eq!(trust(&house).await[0].0, "retired");
    cannot_issue(&citizen, "studies").await;
}

/// A key whose signatures can be made wrong, as by faulty memory.
struct Faulty {
    key: FileKey,
    wrong: Arc<AtomicBool>,
}

impl PrivateKey for Faulty {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn public_key(&self) -> &[u8] {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = self.key.sign(message)?;
        signature[20] ^= u8::from(self.wrong.load(Ordering::Relaxed));
        Ok(signature)
    }
}

fn faulty(pki: &DevelopmentPki, wrong: &Arc<AtomicBool>) -> Held {
    let key = FileKey::from_pem(&pki.seal_key_pem, None).unwrap();
    let key = Faulty { key, wrong: Arc::clone(wrong) };
    let chain = format!("{}{}", pki.seal_chain_pem, pki.root_pem);
    let key = SigningKey::new(Box::new(key), &chain, Utc::now()).unwrap();
    Held { sealer: Arc::new(Sealer::new(Arc::new(key)).unwrap()), kind: Kind::Seal }
}

#[actix_web::test]
async fn a_wrong_signature_is_not_released_and_stops_the_key() {
    let database = Rc::new(Database::from_template());
    let wrong = Arc::new(AtomicBool::new(false));
    let key = faulty(database.pki(Utc::now()), &wrong);
    let house = House::with().on(&database).seal_keys(vec![key]).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    citizen.certificate("employment").await;
    let health = json_of(house.get("/health/ready").await, 200).await;
    assert_eq!(health["status"], "ready", "{health}");
    wrong.store(true, Ordering::Relaxed);
    cannot_issue(&citizen, "studies").await;
    wrong.store(false, Ordering::Relaxed);
    cannot_issue(&citizen, "studies").await;
    refused(house.get("/health/ready").await, 503, "seal_unavailable").await;
    json_of(house.get("/health/live").await, 200).await;
    let healthy = House::with().on(&database).start().await;
    let citizen = Citizen { house: &healthy, ..citizen };
    citizen.certificate("studies").await;
}

#[actix_web::test]
async fn the_expiry_of_the_certificate_is_announced_sixty_days_before() {
    let start = Utc::now();
    let clock = Clock::pinned(start);
    let house = House::with().clock(&clock).start().await;
    let seal = async || json_of(house.get("/health/ready").await, 200).await["checks"][1].clone();
    let check = seal().await;
    assert_eq!((&check["status"], &check["detail"]), (&"pass".into(), &Value::Null), "{check}");
    clock.set(start + TimeDelta::days(365 - 59));
    let check = seal().await;
    assert_eq!(check["status"], "warn", "{check}");
    assert!(check["detail"].as_str().unwrap().contains(" days"), "{check}");
    let end: DateTime<Utc> = check["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(end.date_naive(), (start + TimeDelta::days(365)).date_naive());
    clock.set(start + TimeDelta::days(366));
    assert_eq!(seal().await["status"], "fail");
}

#[test]
fn the_history_of_keys_is_kept() {
    let database = Database::from_template();
    let mut connection = database.connect();
    store::insert(&mut connection, &announced(&development_pki::create(Utc::now()).unwrap())).unwrap();
    for change in ["DELETE FROM seal_keys", "TRUNCATE seal_keys", "UPDATE seal_keys SET chain_pem = ''"] {
        let error = sql_query(change).execute(&mut connection).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{change}: {error}");
    }
    let early = "UPDATE seal_keys SET active_from = now(), retired_from = now() - interval '1 day'";
    let error = sql_query(early).execute(&mut connection).unwrap_err().to_string();
    assert!(error.contains("seal_keys_period_check"), "{error}");
}
