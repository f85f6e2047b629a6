//! Rights hang on the person who is proved to own an account at the moment of use, not on the account that applied.

use cazier::time::Clock;
use diesel::connection::SimpleConnection;
use diesel::{RunQueryDsl, sql_query};
use reqwest::{Method, Response};
use reqwest_middleware::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{
    Citizen, Handoff, House, Officer, application, apply_for_company, at_counter, certified, certify,
    claim_of, json_of, mail_to, mails_to, mandate, refused, subject, until,
};

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

const OWNED: &str = "applications, certificates, mandates, idempotency_keys";

/// Sends a request that stops at the rows of these tables, takes the person from the account, and lets it go on.
async fn unproved_at(house: &House, tables: &str, request: RequestBuilder) -> Response {
    let mut rows = house.database.connect();
    rows.batch_execute(&format!("BEGIN; LOCK TABLE {tables}")).unwrap();
    let answer = actix_web::rt::spawn(request.send());
    until("it stops", || house.database.waits_for_locks() > 0).await;
    rows.batch_execute(
        "CREATE TEMPORARY TABLE kept AS SELECT * FROM accounts;
        UPDATE accounts SET person_index = NULL, person = NULL, identity_method = NULL, identity_verified_at = NULL;
        COMMIT",
    )
    .unwrap();
    let answer = answer.await.unwrap().unwrap();
    rows.batch_execute(
        "UPDATE accounts a SET person_index = k.person_index, person = k.person, identity_method = k.identity_method,
            identity_verified_at = k.identity_verified_at FROM kept k WHERE k.id = a.id;
        DROP TABLE kept",
    )
    .unwrap();
    answer
}

#[actix_web::test]
async fn every_read_checks_the_owner_of_the_account_inside_its_statement() {
    let house = House::with().legal_persons().start().await;
    let citizen = Citizen::verified(&house, "representative").await;
    let mandate = mandate(&citizen, "firm-clean").await;
    let apply = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", "k");
    let apply = apply.json(&application("employment"));
    let own = json_of(apply.try_clone().unwrap().send().await.unwrap(), 201).await;
    // Whoever waits for a lock from now on is the request.
    house.rest().await;
    for path in paths(&own, &own["certificate"], &mandate) {
        assert_eq!(citizen.get(&path).await.status(), 200, "{path}");
        let answer = unproved_at(&house, OWNED, citizen.request(Method::GET, &path)).await;
        refused(answer, 404, "not_found").await;
    }
    // A file is made, or fetched, after it was found whose it is.
    for file in ["document", "container"] {
        let path = format!("/v1/certificates/{}/{file}", id(&own["certificate"]));
        let request = citizen.request(Method::GET, &path);
        let answer = unproved_at(&house, "certificate_documents", request).await;
        refused(answer, 404, "not_found").await;
    }
    for list in ["/v1/applications", "/v1/certificates", "/v1/mandates"] {
        let answer = unproved_at(&house, OWNED, citizen.request(Method::GET, list)).await;
        assert_eq!(json_of(answer, 200).await["items"], json!([]), "{list}");
    }
    let again = apply.try_clone().unwrap().send().await.unwrap();
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    let answer = unproved_at(&house, OWNED, apply).await;
    assert_eq!(answer.status(), 409, "{}", answer.text().await.unwrap());
}

/// Every path that shows something of a person's.
fn paths(application: &Value, certificate: &Value, mandate: &str) -> Vec<String> {
    let (application, certificate) = (id(application), id(certificate));
    let mut paths = vec![
        format!("/v1/applications/{application}"),
        format!("/v1/applications/{application}/stream"),
        format!("/v1/mandates/{mandate}"),
        format!("/v1/mandates/{mandate}/prefill"),
        format!("/v1/certificates/{certificate}"),
    ];
    let files = ["payload", "signature", "signature?format=jades", "document", "container"];
    paths.extend(files.iter().map(|file| format!("/v1/certificates/{certificate}/{file}")));
    paths
}

#[actix_web::test]
async fn an_impostor_sees_nothing_of_the_person_however_they_log_in() {
    let house = House::with().legal_persons().start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (citizen, verification) = certified(&house, &desk, "representative").await;
    let mandate = mandate(&citizen, "firm-clean").await;
    let key = |citizen: &Citizen<'_>| {
        let apply = citizen.request(Method::POST, "/v1/applications").header("idempotency-key", "k");
        apply.json(&application("employment")).send()
    };
    let own = json_of(key(&citizen).await.unwrap(), 201).await;
    let firm = json_of(apply_for_company(&citizen, &mandate, "employment").await, 201).await;
    let shown =
        [paths(&own, &own["certificate"], &mandate), paths(&firm, &firm["certificate"], &mandate)].concat();
    for path in &shown {
        assert_eq!(citizen.get(path).await.status(), 200, "{path}");
    }
    json_of(desk.undo(&verification).await, 200).await;
    let nobody = Citizen::logged_in(&house, &citizen.email).await;
    nothing_is_shown(&nobody, &shown).await;
    refused(key(&nobody).await.unwrap(), 409, "identity_unverified").await;
    assert_eq!(nobody.prove("clean", "success").await.query_pairs().last().unwrap().1, "verified");
    nothing_is_shown(&nobody, &shown).await;
    let by_redirect = Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    nothing_is_shown(&Citizen::of_tokens(&house, &citizen.email, &by_redirect), &shown).await;
}

async fn nothing_is_shown(citizen: &Citizen<'_>, shown: &[String]) {
    for path in shown {
        refused(citizen.get(path).await, 404, "not_found").await;
    }
    for list in ["/v1/applications", "/v1/certificates", "/v1/mandates"] {
        assert_eq!(json_of(citizen.get(list).await, 200).await["items"], json!([]), "{list}");
    }
    let application = shown[0].clone();
    refused(citizen.post(&format!("{application}/withdraw"), &json!({})).await, 404, "not_found").await;
    let correction = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    refused(citizen.post(&format!("{}/corrections", shown[4]), &correction).await, 404, "not_found").await;
    refused(citizen.post(&format!("{}/end", shown[2]), &json!({})).await, 404, "not_found").await;
}

async fn outcome(house: &House, certificate: &Value) -> Value {
    let body = json!({"registration_number": certificate["registration_number"], "control_code": certificate["control_code"]});
    json_of(house.post("/v1/verify", &body).await, 200).await["outcome"].clone()
}

async fn outcome_of_file(house: &House, document: Vec<u8>) -> Value {
    let head =
        b"--limit\r\ncontent-disposition: form-data; name=\"document\"; filename=\"d.pdf\"\r\n\r\n".to_vec();
    let body = [head, document, b"\r\n--limit--\r\n".to_vec()].concat();
    let request = house.request(Method::POST, "/v1/verify/signature");
    let request = request.header("content-type", "multipart/form-data; boundary=limit").body(body);
    json_of(request.send().await.unwrap(), 200).await["outcome"].clone()
}

fn audited(house: &House, action: &str) -> usize {
    let rows = format!("SELECT 1 FROM audit_events WHERE action = '{action}'");
    sql_query(rows).execute(&mut house.database.connect()).unwrap()
}

#[actix_web::test]
async fn an_undoing_revokes_what_the_wrong_account_obtained_and_leaves_the_rest_to_its_owner() {
    let house = House::with().legal_persons().start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let owner = Citizen::verified(&house, "representative").await;
    let (kept, own_mandate) = (owner.certificate("employment").await, mandate(&owner, "firm-clean").await);
    let impostor = Citizen::registered(&house).await;
    let verification = certify(&impostor, &desk, "representative").await;
    let listed = json_of(impostor.get("/v1/certificates").await, 200).await;
    assert_eq!(listed["items"], json!([kept]), "what is the person's goes with the person");
    let taken = impostor.certificate("volunteering").await;
    let firm = json_of(apply_for_company(&impostor, &own_mandate, "employment").await, 201).await;
    let other = mandate(&impostor, "association").await;
    let document = impostor.get(taken["links"]["document"].as_str().unwrap()).await.bytes().await.unwrap();
    json_of(desk.undo(&verification).await, 200).await;
    for certificate in [&taken, &firm["certificate"]] {
        assert_eq!(outcome(&house, certificate).await, "revoked");
    }
    assert_eq!(outcome_of_file(&house, document.to_vec()).await, "revoked");
    assert_eq!(outcome(&house, &kept).await, "valid");
    assert_eq!((audited(&house, "certificate.revoked"), audited(&house, "mandate.ended")), (2, 1));
    told_of_all(&house, &impostor).await;

    let owner = Citizen::logged_in(&house, &owner.email).await;
    let shown = json_of(owner.get(&format!("/v1/certificates/{}", id(&kept))).await, 200).await;
    assert_eq!(shown["status"], "valid");
    let application = json_of(owner.get("/v1/applications").await, 200).await["items"][0].clone();
    let application = json_of(owner.get(&format!("/v1/applications/{}", id(&application))).await, 200).await;
    let last = application["events"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["status"], &last["reason"]), (&json!("revoked"), &json!("wrong_person")));
    assert_eq!(
        json_of(owner.get(&format!("/v1/mandates/{own_mandate}")).await, 200).await["status"],
        "confirmed"
    );
    assert_eq!(json_of(owner.get(&format!("/v1/mandates/{other}")).await, 200).await["status"], "ended");
    // The day's application for this reason was somebody else's.
    json_of(owner.apply("volunteering").await, 201).await;
    let nobody = Citizen::logged_in(&house, &impostor.email).await;
    assert_eq!(json_of(nobody.get("/v1/certificates").await, 200).await["items"], json!([]));
}

/// Two revocations, the end of a mandate, and the identity that is gone: whoever obtained it is told of each.
async fn told_of_all(house: &House, impostor: &Citizen<'_>) {
    for subject in [subject::IDENTITY_GONE, subject::MANDATE_ENDED, subject::CERTIFICATE_REVOKED] {
        mail_to(house, &impostor.email, subject).await;
    }
    let told = mails_to(house, &impostor.email).await;
    let revoked = told.iter().filter(|mail| mail.subject == subject::CERTIFICATE_REVOKED).count();
    assert_eq!(revoked, 2, "{told:?}");
}

#[actix_web::test]
async fn an_undoing_acts_on_its_own_verification_alone() {
    let house = House::start().await;
    let (here, there) = (Officer::at(&house, "CJ-P01").await, Officer::at(&house, "B-P01").await);
    let (citizen, first) = certified(&house, &here, "clean").await;
    let other = Citizen::registered(&house).await;
    certify(&other, &there, "clean").await;
    refused(here.undo(&first).await, 409, "too_late_to_undo").await;
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    let third = certify(&citizen, &there, "clean-2").await;
    refused(here.undo(&first).await, 409, "too_late_to_undo").await;
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["person"]["cnp"], claim_of("clean-2")["cnp"]);
    json_of(there.undo(&third).await, 200).await;
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    citizen.prove("clean-3", "success").await;
    refused(here.undo(&first).await, 409, "too_late_to_undo").await;
}

#[actix_web::test]
async fn an_undoing_at_the_very_moment_of_another_proof_acts_on_its_own_verification_alone() {
    let clock = Clock::pinned(chrono::Utc::now());
    let house = House::with().clock(&clock).start().await;
    let (here, there) = (Officer::at(&house, "CJ-P01").await, Officer::at(&house, "B-P01").await);
    let (citizen, first) = certified(&house, &here, "clean").await;
    let other = Citizen::registered(&house).await;
    certify(&other, &there, "clean").await;
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    certify(&citizen, &there, "clean-2").await;
    refused(here.undo(&first).await, 409, "too_late_to_undo").await;
}

#[actix_web::test]
async fn a_rejection_is_not_undone_once_the_account_is_proved() {
    let house = House::start().await;
    let (citizen, officer, id) = at_counter(&house, "clean").await;
    json_of(officer.reject(&id).await, 200).await;
    citizen.prove("clean", "success").await;
    refused(officer.undo(&id).await, 409, "too_late_to_undo").await;
}

#[actix_web::test]
async fn a_code_for_the_person_does_not_open_the_account_that_turned_out_not_to_be_theirs() {
    let house = House::start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (_, verification) = certified(&house, &desk, "clean").await;
    let code = Handoff::of(&house, "clean", "success").await.code(&house).await;
    json_of(desk.undo(&verification).await, 200).await;
    refused(house.post("/v1/sessions/exchange", &json!({"code": code})).await, 401, "invalid_code").await;
}
