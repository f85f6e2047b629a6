//! The trust list as a file: signed by the seal, by the operator where they did, and as old as the keys.

use std::process::Command;

use ades::development_pki;
use ades::{FileKey, PinnedKey, Realm, Statement};
use cazier::signature::rotation::{self, RotationError, Terms};
use cazier::signature::store;
use cazier::signature::trust_list::{self, Pin, PublishError, TYP, TrustList};
use chrono::{SubsecRound, TimeDelta, Utc};

use crate::support::{Database, House};

/// A key of the operator, and its public half.
fn operator() -> (FileKey, PinnedKey) {
    let openssl = |arguments: &[&str], input: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in");
        std::fs::write(&path, input).unwrap();
        let output = Command::new("openssl").args(arguments).arg("-in").arg(&path).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"])
        .output()
        .unwrap();
    let private = String::from_utf8(made.stdout).unwrap();
    let public = openssl(&["pkey", "-pubout"], private.as_bytes());
    (FileKey::from_pem(&private, None).unwrap(), PinnedKey::from_pem(&public).unwrap())
}

fn terms() -> Terms {
    Terms { now: Utc::now(), realm: Realm::Development, wanted: None, emergency: false }
}

fn chain() -> String {
    let pki = development_pki::create(Utc::now()).unwrap();
    pki.seal_chain_pem + &pki.root_pem
}

async fn served(house: &House) -> String {
    let answer = house.get("/v1/verify/trust/signed").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/jose+json");
    answer.text().await.unwrap()
}

fn read(jws: &str, pin: Pin<'_>) -> TrustList {
    TrustList::open(&Statement::from_json(jws.as_bytes()).unwrap(), pin).unwrap()
}

#[actix_web::test]
async fn the_seal_signs_the_list_and_the_operators_is_served_as_it_is_until_keys_change() {
    let house = House::start().await;
    let c = &mut house.database.connect();
    let by_seal = served(&house).await;
    let list = read(&by_seal, Pin::Nothing);
    assert!(list.test && list.signers.len() == 1);
    assert!(list.agrees_with(&TrustList::of(&store::list(c).unwrap(), true, Utc::now())));
    assert_eq!(served(&house).await, by_seal, "it is not signed anew for each request");

    let ((key, public), (_, stranger)) = (operator(), operator());
    let alone = trust_list::publish(c, &by_seal, &public, true, Utc::now());
    assert!(matches!(alone, Err(PublishError::NoOperator)));
    let mut statement = Statement::from_json(by_seal.as_bytes()).unwrap();
    statement.sign(&key, TYP).unwrap();
    let by_both = serde_json::to_string(&statement).unwrap();
    let foreign = trust_list::publish(c, &by_both, &stranger, true, Utc::now());
    assert!(matches!(foreign, Err(PublishError::NoOperator)));
    trust_list::publish(c, &by_both, &public, true, Utc::now()).unwrap();
    assert_eq!(served(&house).await, by_both);
    read(&by_both, Pin::Operator(&public));

    rotation::announce(c, &chain(), &terms()).unwrap();
    let later = served(&house).await;
    assert_eq!(read(&later, Pin::Nothing).signers.len(), 2);
    let statement = Statement::from_json(later.as_bytes()).unwrap();
    assert!(
        TrustList::open(&statement, Pin::Operator(&public)).is_err(),
        "nobody but the seal signed it yet"
    );
    assert!(TrustList::open(&statement, Pin::Known(&list)).is_ok());
    let old = trust_list::publish(c, &by_both, &public, true, Utc::now());
    assert!(matches!(old, Err(PublishError::Outdated)));
}

#[test]
fn a_compromised_key_is_marked_at_its_retirement_or_later() {
    let database = Database::from_template();
    let c = &mut database.connect();
    let t = Utc::now();
    let key = rotation::announce(c, &chain(), &terms()).unwrap();
    store::set_active_from(c, key.id, t - TimeDelta::hours(1)).unwrap();
    let next = rotation::announce(c, &chain(), &terms()).unwrap();
    store::set_active_from(c, next.id, t - TimeDelta::hours(1)).unwrap();
    let retired = rotation::retire(c, &key.sha256(), None, &terms()).unwrap();
    assert!(!retired.retired_in_emergency);
    assert!(matches!(rotation::retire(c, &key.sha256(), None, &terms()), Err(RotationError::Retired)));
    let emergency = Terms { emergency: true, ..terms() };
    let marked = rotation::retire(c, &key.sha256(), None, &emergency).unwrap();
    assert!(marked.retired_in_emergency);
    assert_eq!(
        marked.retired_from,
        retired.retired_from.map(|at| at.trunc_subsecs(6)),
        "its end stays what it was"
    );
    assert!(matches!(rotation::retire(c, &key.sha256(), None, &emergency), Err(RotationError::Retired)));
    let since = (t - TimeDelta::minutes(30)).trunc_subsecs(6);
    let early = rotation::retire(c, &next.sha256(), Some(t - TimeDelta::hours(2)), &emergency);
    assert!(matches!(early, Err(RotationError::Order)), "it was not in use yet");
    let stolen = rotation::retire(c, &next.sha256(), Some(since), &emergency).unwrap();
    assert_eq!((stolen.retired_from, stolen.retired_in_emergency), (Some(since), true));
    let listed = TrustList::of(&store::list(c).unwrap(), true, t);
    assert!(listed.signers.iter().all(|signer| signer.retired_in_emergency));
}
