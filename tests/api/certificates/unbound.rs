//! Rows that were there before rows were bound: bound once, when they are what was written, and in nobody's way when not.

use std::rc::Rc;

use cazier::certificates::bind_existing;
use cazier::db::migrate;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::bound::{CLEAN_CNP, OFFICER, ask, ask_by_document, change};
use crate::support::{
    Citizen, Database, House, Officer, TrustServices, certified, json_of, keyring, refused, until,
};

const ADD_CONSTRAINT: &str = "ALTER TABLE certificates ADD CONSTRAINT certificates_bound_check CHECK
    (coalesce(octet_length(facts_mac) = 33 AND octet_length(status_mac) = 33, false)) NOT VALID";

const VALIDATED: &str = "SELECT count(*) FROM pg_constraint WHERE convalidated AND (conrelid, conname) IN (
    ('certificates'::regclass, 'certificates_bound_check'),
    ('certificate_documents'::regclass, 'certificate_documents_bound_check'))";

/// As a database is between the migration and the first start of a node.
fn from_before(connection: &mut PgConnection) {
    for statement in [
        "ALTER TABLE certificates DROP CONSTRAINT certificates_bound_check",
        "UPDATE certificates SET facts_mac = NULL, status_mac = NULL",
        ADD_CONSTRAINT,
    ] {
        change(connection, statement);
    }
}

#[actix_web::test]
async fn certificates_issued_before_are_bound_when_the_payload_and_the_audit_log_agree() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let keyring = keyring();
    let (good, altered, resurrected) = (
        citizen.certificate("employment").await,
        citizen.certificate("studies").await,
        citizen.certificate("volunteering").await,
    );
    let officer = Officer::who_is(&house, OFFICER);
    let path = format!("/v1/certificates/{}/revocation", resurrected["id"].as_str().unwrap());
    json_of(officer.post(&path, &json!({"reason": "fraud"})).await, 200).await;
    let c = &mut house.database.connect();
    // A table of the same name elsewhere, whose constraint is validated.
    change(c, "CREATE SCHEMA elsewhere");
    change(c, "CREATE TABLE elsewhere.certificates (LIKE certificates INCLUDING CONSTRAINTS)");
    from_before(c);
    let number = |certificate: &Value| certificate["registration_number"].as_str().unwrap().to_owned();
    let outcome = async |certificate: &Value| {
        let answer = ask(&house, &certificate["registration_number"], "cnp", &json!(CLEAN_CNP)).await;
        answer.json::<Value>().await.unwrap()
    };
    assert_eq!(outcome(&good).await["code"], "certificate_unreadable", "absence is never valid");
    let altering = format!(
        "ALTER TABLE certificates DROP CONSTRAINT certificates_bound_check;
         ALTER TABLE certificates DISABLE TRIGGER certificates_end_final;
         UPDATE certificates SET valid_until = valid_until + 365 WHERE registration_number = '{}';
         UPDATE certificates SET ended_as = NULL, ended_at = NULL, end_reason = NULL WHERE registration_number = '{}'",
        number(&altered),
        number(&resurrected)
    );
    altering.split(';').for_each(|statement| change(c, statement));
    from_before_again(c);
    bind_existing::run(c, &keyring).unwrap();
    assert_eq!(outcome(&good).await["outcome"], "valid");
    assert_eq!(outcome(&altered).await["code"], "certificate_unreadable");
    assert_eq!(outcome(&resurrected).await["code"], "certificate_unreadable");
    let unfit = "SELECT count(*) FROM certificates WHERE facts_mac = decode(repeat('00', 33), 'hex')";
    assert_eq!(house.database.count(unfit), 2, "neither is bound");
    migrate::run(&house.database.url()).unwrap();
    assert_eq!(house.database.count(VALIDATED), 2, "and no row is without");
    for left_out in [&altered, &good] {
        revoke(&officer, left_out).await;
    }
    assert_eq!(outcome(&altered).await["code"], "certificate_unreadable");
    assert_eq!(outcome(&good).await["outcome"], "revoked");
}

async fn revoke(officer: &Citizen<'_>, certificate: &Value) {
    let path = format!("/v1/certificates/{}/revocation", certificate["id"].as_str().unwrap());
    json_of(officer.post(&path, &json!({"reason": "fraud"})).await, 200).await;
}

#[actix_web::test]
async fn a_role_that_may_change_rows_and_nothing_else_binds_them_and_the_owner_validates() {
    let database = Rc::new(Database::from_template());
    let house = House::with().on(&database).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let document =
        citizen.get(certificate["links"]["document"].as_str().unwrap()).await.bytes().await.unwrap();
    let c = &mut database.connect();
    from_before(c);
    documents_from_before(c);
    refused(ask_by_document(&house, &document).await, 503, "certificate_unreadable").await;
    migrate::run(&database.url()).unwrap();
    assert_eq!(database.count(VALIDATED), 0, "while a row is unbound");
    let node = House::with().on(&database).start().await;
    assert_eq!(json_of(ask_by_document(&node, &document).await, 200).await["outcome"], "valid");
    assert_eq!(database.count(VALIDATED), 0, "which is the owner's to do");
    migrate::run(&database.url()).unwrap();
    assert_eq!(database.count(VALIDATED), 2);
}

fn documents_from_before(connection: &mut PgConnection) {
    for statement in [
        "ALTER TABLE certificate_documents DROP CONSTRAINT certificate_documents_bound_check",
        "UPDATE certificate_documents SET mac = NULL",
        "ALTER TABLE certificate_documents ADD CONSTRAINT certificate_documents_bound_check
            CHECK (coalesce(octet_length(mac) = 33, false)) NOT VALID",
    ] {
        change(connection, statement);
    }
}

#[actix_web::test]
async fn a_row_that_is_not_bound_yet_can_be_revoked() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (unbound, bound) = (citizen.certificate("employment").await, citizen.certificate("studies").await);
    let c = &mut house.database.connect();
    change(c, "ALTER TABLE certificates DROP CONSTRAINT certificates_bound_check");
    let id = unbound["id"].as_str().unwrap();
    change(c, &format!("UPDATE certificates SET facts_mac = NULL, status_mac = NULL WHERE id = '{id}'"));
    from_before_again(c);
    let officer = Officer::who_is(&house, OFFICER);
    for certificate in [&unbound, &bound] {
        revoke(&officer, certificate).await;
    }
    assert_eq!(house.database.count("SELECT count(*) FROM certificates WHERE ended_as = 'revoked'"), 2);
    bind_existing::run(c, &keyring()).unwrap();
    let answer = ask(&house, &unbound["registration_number"], "cnp", &json!(CLEAN_CNP)).await;
    refused(answer, 503, "certificate_unreadable").await;
}

fn from_before_again(connection: &mut PgConnection) {
    change(connection, ADD_CONSTRAINT);
}

#[actix_web::test]
async fn nothing_is_bound_again_that_lost_one_hash_or_where_the_constraint_was_taken_away() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    citizen.certificate("employment").await;
    let (c, keyring) = (&mut house.database.connect(), keyring());
    change(c, "ALTER TABLE certificates DROP CONSTRAINT certificates_bound_check");
    change(c, "UPDATE certificates SET status_mac = NULL");
    bind_existing::run(c, &keyring).unwrap();
    assert_eq!(house.database.count("SELECT count(*) FROM certificates WHERE status_mac IS NULL"), 1);
    change(c, "UPDATE certificates SET facts_mac = NULL");
    bind_existing::run(c, &keyring).unwrap();
    assert_eq!(house.database.count("SELECT count(*) FROM certificates WHERE status_mac IS NULL"), 1);
    change(c, "UPDATE certificates SET facts_mac = decode(repeat('01', 33), 'hex')");
    from_before_again(c);
    bind_existing::run(c, &keyring).unwrap();
    let unfit = "SELECT count(*) FROM certificates WHERE status_mac = decode(repeat('00', 33), 'hex')";
    assert_eq!(house.database.count(unfit), 1, "only who lost both was not bound before");
}

#[actix_web::test]
async fn an_undoing_does_not_stop_at_a_row_that_is_not_bound() {
    let house = House::with().legal_persons().start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (impostor, verification) = certified(&house, &desk, "clean").await;
    let taken = impostor.certificate("volunteering").await;
    let c = &mut house.database.connect();
    from_before(c);
    json_of(desk.undo(&verification).await, 200).await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates WHERE ended_as = 'revoked'"), 1);
    let answer = ask(&house, &taken["registration_number"], "control_code", &taken["control_code"]).await;
    refused(answer, 503, "certificate_unreadable").await;
}

#[actix_web::test]
async fn a_row_that_is_not_bound_yet_does_not_hold_up_the_raising_of_other_signatures() {
    let house = House::with().trust_services(TrustServices::Good).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (unbound, _) = (citizen.certificate("employment").await, citizen.certificate("studies").await);
    let c = &mut house.database.connect();
    let settled = "SELECT count(*) FROM certificates WHERE raise_at IS NULL";
    until(settled, || house.database.count(settled) == 2).await;
    let (id, add) = (unbound["id"].as_str().unwrap(), ADD_CONSTRAINT);
    c.batch_execute(&format!(
        "BEGIN; ALTER TABLE certificates DROP CONSTRAINT certificates_bound_check; DELETE FROM raised_signatures;
        UPDATE certificates SET raise_at = issued_at;
        UPDATE certificates SET facts_mac = NULL, status_mac = NULL WHERE id = '{id}'; {add}; COMMIT"
    ))
    .unwrap();
    let raised = "SELECT count(*) FROM raised_signatures";
    until(raised, || house.database.count(raised) == 1).await;
}
