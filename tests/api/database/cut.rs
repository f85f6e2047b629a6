//! Every creating operation is done once for its key, at whatever step the connection to Postgres breaks: of rows, events
//! and mails there are as many as after a request that nothing happened to.

use std::collections::BTreeMap;

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use reqwest::{Method, Response};
use reqwest_middleware::RequestBuilder;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Citizen, House, Lost, Officer, PASSWORD, Wire, application, claim_of, cui_of, json_of, next_code, until,
    until_some,
};

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// All tables but the one that counts tries: a try that came to nothing counts too.
const TABLES: &str = "SELECT table_name::text AS name, 0::bigint AS count FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'throttles'";

/// How many rows each table has.
fn rows(house: &House) -> BTreeMap<String, i64> {
    let mut connection = house.database.connect();
    let tables: Vec<Rows> = sql_query(TABLES).load(&mut connection).unwrap();
    let counts =
        tables.iter().map(|Rows { name, .. }| format!("SELECT '{name}' AS name, count(*) FROM {name}"));
    let counts: Vec<Rows> =
        sql_query(counts.collect::<Vec<_>>().join(" UNION ALL ")).load(&mut connection).unwrap();
    counts.into_iter().map(|Rows { name, count }| (name, count)).collect()
}

/// What a request added.
fn added(house: &House, before: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let more = rows(house).into_iter().map(|(name, count)| (name.clone(), count - before[&name]));
    more.filter(|(_, more)| *more != 0).collect()
}

fn run(house: &House, statements: &str) {
    house.database.execute(statements);
}

/// Sends the request until the node has a connection again.
async fn send(request: &RequestBuilder) -> Response {
    until_some("the node recovers", async || {
        let answer = request.try_clone().unwrap().send().await.unwrap();
        (!answer.status().is_server_error()).then_some(answer)
    })
    .await
}

/// What makes room for a request that can be made again and again.
const NOTHING: &str = "SELECT";

/// Breaks the wire at each step of a request, and sends it again with its key.
async fn done_once(house: &House, wire: &Wire, make_room: &str, request: impl Fn() -> RequestBuilder) {
    let with_key = || request().header("idempotency-key", Uuid::now_v7().to_string());
    run(house, make_room);
    let before = rows(house);
    assert!(send(&with_key()).await.status().is_success());
    let expected = added(house, &before);
    for lost in [Lost::Step, Lost::Answer] {
        let mut step = 0;
        loop {
            run(house, make_room);
            let (request, before) = (with_key(), rows(house));
            wire.cut_after(step, lost);
            let first = request.try_clone().unwrap().send().await.unwrap();
            let broke = wire.mend();
            let status = first.status();
            let away = status == 503 && first.headers().contains_key("retry-after");
            assert!(status.is_success() || away, "step {step}, {lost:?}: {status}");
            let again = send(&request).await;
            let replayed = again.headers().contains_key("idempotency-replayed");
            assert!(again.status().is_success(), "step {step}, {lost:?}: {}", again.text().await.unwrap());
            assert!(replayed || !status.is_success(), "step {step}, {lost:?}: done again");
            assert_eq!(added(house, &before), expected, "step {step}, {lost:?}");
            if !broke {
                break;
            }
            step += 1;
        }
        assert!((5..100).contains(&step), "{step} steps");
    }
}

/// A house on a wire.
async fn house() -> (Wire, House) {
    let database = std::rc::Rc::new(crate::support::Database::from_template());
    let wire = Wire::to(&database.url());
    let house = House::with().on(&database).over(&wire).legal_persons().start().await;
    (wire, house)
}

/// Nobody but the requests speaks to the database from now on.
async fn rests(house: &House) {
    until("the jobs are done", || rows(house)["jobs"] == 0).await;
    house.rest().await;
}

const OFFICER: &str = "ofiter.cluj@example.ro";

/// An address that nobody has used.
fn email() -> String {
    format!("{}@example.ro", Uuid::now_v7().simple())
}

#[actix_web::test]
async fn an_account_is_registered_once() {
    let (wire, house) = house().await;
    rests(&house).await;
    let request = || {
        let body = json!({"email": email(), "password": PASSWORD});
        house.request(Method::POST, "/v1/accounts").json(&body)
    };
    done_once(&house, &wire, NOTHING, request).await;
}

#[actix_web::test]
async fn a_password_reset_is_asked_for_once() {
    let (wire, house) = house().await;
    rests(&house).await;
    let request =
        || house.request(Method::POST, "/v1/accounts/password-reset").json(&json!({"email": email()}));
    done_once(&house, &wire, NOTHING, request).await;
}

#[actix_web::test]
async fn a_support_request_is_taken_in_and_answered_once() {
    let (wire, house) = house().await;
    let call = || json!({"topic": "other", "message": "Nu pot depune cererea.", "email": email()});
    let asked = json_of(house.post("/v1/support/requests", &call()).await, 202).await;
    rests(&house).await;
    let request = || house.request(Method::POST, "/v1/support/requests").json(&call());
    done_once(&house, &wire, NOTHING, request).await;
    let officer = Officer::who_is(&house, "1800101221144");
    let path = format!("/v1/support/requests/{}/answer", asked["id"].as_str().unwrap());
    let request = || officer.request(Method::POST, &path).json(&json!({"text": "Încercați din nou mâine."}));
    done_once(&house, &wire, NOTHING, request).await;
}

#[actix_web::test]
async fn a_verification_is_begun_once() {
    let (wire, house) = house().await;
    let citizen = Citizen::registered(&house).await;
    rests(&house).await;
    let ways = [
        json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"}),
        json!({"method": "counter", "claim": claim_of("clean")}),
    ];
    for body in ways {
        let request = || citizen.request(Method::POST, "/v1/identity-verifications").json(&body);
        done_once(&house, &wire, "DELETE FROM throttles", request).await;
    }
}

#[actix_web::test]
async fn a_mandate_is_asked_for_once() {
    let (wire, house) = house().await;
    let citizen = Citizen::verified(&house, "representative").await;
    rests(&house).await;
    let body = json!({"cui": cui_of("firm-clean"), "capacity": "legal_representative"});
    let request = || citizen.request(Method::POST, "/v1/mandates").json(&body);
    done_once(&house, &wire, "DELETE FROM mandates; DELETE FROM throttles", request).await;
}

#[actix_web::test]
async fn a_correction_is_asked_for_once() {
    let (wire, house) = house().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    rests(&house).await;
    let path = format!("/v1/certificates/{}/corrections", certificate["id"].as_str().unwrap());
    let body = json!({"field": "mother_given_name", "value": "Elena-Maria"});
    let make_room = "DELETE FROM application_events WHERE application_id IN (SELECT id FROM applications WHERE corrects IS NOT NULL);
        DELETE FROM applications WHERE corrects IS NOT NULL";
    done_once(&house, &wire, make_room, || citizen.request(Method::POST, &path).json(&body)).await;
}

/// What was applied for today was so on a day long ago, each on another.
const ANOTHER_DAY: &str = "UPDATE applications
    SET applied_on = applied_on - 10 - (SELECT count(*) FROM applications)::integer WHERE applied_on > current_date - 5";

async fn applied_for_once(person: &str, body: &Value) {
    let (wire, house) = house().await;
    let citizen = Citizen::verified(&house, person).await;
    rests(&house).await;
    let request = || citizen.request(Method::POST, "/v1/applications").json(body);
    done_once(&house, &wire, ANOTHER_DAY, request).await;
}

#[actix_web::test]
async fn a_refresh_whose_answer_is_lost_is_answered_again() {
    let (wire, house) = house().await;
    let mut citizen = Citizen::registered(&house).await;
    rests(&house).await;
    for lost in [Lost::Step, Lost::Answer] {
        for step in 0.. {
            let request = house.request(Method::POST, "/v1/sessions/refresh");
            let request = request.json(&json!({"refresh_token": citizen.refresh}));
            wire.cut_after(step, lost);
            drop(request.try_clone().unwrap().send().await.unwrap());
            let broke = wire.mend();
            let tokens = json_of(send(&request).await, 200).await;
            citizen = Citizen::of_tokens(&house, &citizen.email, &tokens);
            json_of(send(&citizen.request(Method::GET, "/v1/accounts/me")).await, 200).await;
            if !broke {
                assert!(step > 5, "{step} steps");
                break;
            }
        }
    }
}

#[actix_web::test]
async fn a_certificate_is_issued_once() {
    applied_for_once("clean", &application("employment")).await;
}

#[actix_web::test]
async fn an_application_is_referred_once() {
    applied_for_once("with-entries", &application("employment")).await;
}

/// Breaks the wire at each step of a request: whatever it left, nothing contradicts.
async fn whole_or_not_at_all(
    house: &House,
    wire: &Wire,
    (make_room, contradictions): (&str, &str),
    request: impl AsyncFn() -> RequestBuilder,
) {
    for lost in [Lost::Step, Lost::Answer] {
        let mut step = 0;
        loop {
            // Until there is a connection again.
            send(&house.request(Method::GET, "/v1/counters")).await;
            run(house, make_room);
            let request = request().await;
            wire.cut_after(step, lost);
            drop(request.send().await.unwrap());
            if !wire.mend() {
                break;
            }
            let found: Rows = sql_query(contradictions).get_result(&mut house.database.connect()).unwrap();
            assert_eq!(found.count, 0, "step {step}, {lost:?}");
            step += 1;
        }
        assert!((5..100).contains(&step), "{step} steps");
    }
}

#[actix_web::test]
async fn what_an_officer_opens_is_logged_with_the_officer() {
    let (wire, house) = house().await;
    let citizen = Citizen::registered(&house).await;
    let (_, code) = citizen.claim(&claim_of("clean")).await;
    let officer = Citizen::staff(&house, OFFICER).await;
    rests(&house).await;
    let contradictions = "SELECT 'opened' AS name, count(*) FROM identity_verifications v WHERE opened_at IS DISTINCT FROM
        (SELECT max(at) FROM audit_events WHERE action = 'identity_verification.opened' AND subject_id = v.id)";
    let body = json!({"activation_code": code});
    let request = async || officer.request(Method::POST, "/v1/counter/verifications/open").json(&body);
    whole_or_not_at_all(&house, &wire, ("DELETE FROM throttles", contradictions), request).await;
}

#[actix_web::test]
async fn a_second_factor_is_verified_and_recorded_together() {
    let (wire, house) = house().await;
    let officer = Citizen::staff(&house, OFFICER).await;
    rests(&house).await;
    let make_room = "DELETE FROM throttles; UPDATE totp_secrets SET last_step = 0;
        UPDATE sessions SET second_factor_at = '2020-01-01'";
    let contradictions = "SELECT 'shown' AS name, count(*) FROM sessions s JOIN totp_secrets t USING (account_id)
        WHERE (second_factor_at = '2020-01-01') <> (last_step = 0) OR (second_factor_at > '2020-01-01' AND second_factor_at
            IS DISTINCT FROM (SELECT max(at) FROM audit_events WHERE subject_id = s.id AND action = 'session.stepped_up'))";
    let request = async || {
        let body = json!({"totp": next_code(&house, OFFICER).await});
        officer.request(Method::POST, "/v1/sessions/current/step-up").json(&body)
    };
    whole_or_not_at_all(&house, &wire, (make_room, contradictions), request).await;
}
