//! A key, its request and its answer belong together, whoever comes with the key and when.

use futures_util::future::join_all;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{House, PASSWORD, house_behind_proxy, json_of, post_from, refused};

fn call(message: &str) -> Value {
    json!({"topic": "other", "message": message, "email": "ana@example.ro"})
}

async fn ask(house: &House, body: &Value) -> Response {
    let request = house.request(Method::POST, "/v1/support/requests").header("idempotency-key", "k");
    request.json(body).send().await.unwrap()
}

fn run(house: &House, statement: &str) {
    house.database.execute(statement);
}

#[actix_web::test]
async fn of_concurrent_requests_one_is_carried_out_and_all_are_answered() {
    let house = House::start().await;
    let body = call("Nu pot depune cererea.");
    let answers = join_all((0..6).map(|_| ask(&house, &body))).await;
    let replayed = answers.iter().filter(|answer| answer.headers().contains_key("idempotency-replayed"));
    assert_eq!(replayed.count(), 5);
    let answers = join_all(answers.into_iter().map(|answer| json_of(answer, 202))).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[actix_web::test]
async fn a_refused_request_frees_its_key_and_counts_for_nothing() {
    let house = House::start().await;
    for number in 0..5 {
        json_of(house.post("/v1/support/requests", &call(&number.to_string())).await, 202).await;
    }
    let body = call("Nu pot depune cererea.");
    refused(ask(&house, &body).await, 429, "too_many_requests").await;
    run(&house, "DELETE FROM throttles");
    json_of(ask(&house, &body).await, 202).await;
    refused(ask(&house, &call("Altceva.")).await, 422, "idempotency_key_reused").await;
}

/// Neither a hash of a password nor one of the few mails to an address.
#[actix_web::test]
async fn a_repeated_request_costs_nothing() {
    let house = House::start().await;
    let body = json!({"email": "ana@example.ro", "password": PASSWORD});
    for _ in 0..7 {
        let request = house.request(Method::POST, "/v1/accounts").header("idempotency-key", "k");
        json_of(request.json(&body).send().await.unwrap(), 202).await;
    }
}

#[actix_web::test]
async fn a_key_is_free_again_after_a_day() {
    let house = House::start().await;
    let body = call("Nu pot depune cererea.");
    let first = json_of(ask(&house, &body).await, 202).await;
    run(&house, "UPDATE idempotency_keys SET created_at = created_at - interval '23 hours 59 minutes'");
    assert_eq!(json_of(ask(&house, &body).await, 202).await, first);
    run(&house, "UPDATE idempotency_keys SET created_at = created_at - interval '1 minute'");
    assert_ne!(json_of(ask(&house, &body).await, 202).await["id"], first["id"]);
}

#[actix_web::test]
async fn strangers_who_choose_the_same_key_do_not_meet() {
    let house = house_behind_proxy().await;
    let ask_from = async |sender: &str, body: &Value| {
        let request = post_from(&house, sender, "/v1/support/requests", body);
        request.header("idempotency-key", "k").send().await.unwrap()
    };
    let body = call("Nu pot depune cererea.");
    let first = json_of(ask_from("192.0.2.1", &body).await, 202).await;
    assert_eq!(json_of(ask_from("192.0.2.1", &body).await, 202).await, first);
    let answer = ask_from("192.0.2.2", &body).await;
    assert!(!answer.headers().contains_key("idempotency-replayed"), "{answer:?}");
    assert_ne!(json_of(answer, 202).await["id"], first["id"]);
    json_of(ask_from("192.0.2.3", &call("Altceva.")).await, 202).await;
}

#[actix_web::test]
async fn whoever_waits_in_vain_for_the_first_request_is_told_that_it_is_running() {
    let house = House::start().await;
    run(
        &house,
        "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(2.6); RETURN NEW; END $$;
        CREATE TRIGGER slowly BEFORE INSERT ON support_requests FOR EACH ROW EXECUTE FUNCTION slowly()",
    );
    let body = call("Nu pot depune cererea.");
    let answers = join_all([ask(&house, &body), ask(&house, &body)]).await;
    let (mut done, mut waited): (Vec<Response>, Vec<Response>) =
        answers.into_iter().partition(|answer| answer.status() == 202);
    let (first, waited) = (done.remove(0), waited.remove(0));
    assert_eq!(waited.headers()["retry-after"], "1");
    refused(waited, 409, "request_in_progress").await;
    let again = ask(&house, &body).await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(json_of(again, 202).await, json_of(first, 202).await);
}

/// As nodes do it that claim a key, do the work and keep the answer one after the other.
#[actix_web::test]
async fn a_request_of_a_node_of_the_previous_version_is_awaited_until_it_must_have_died() {
    let house = House::start().await;
    let body = call("Nu pot depune cererea.");
    let first = json_of(ask(&house, &body).await, 202).await;
    let claimed =
        "UPDATE idempotency_keys SET status = NULL, response = NULL, running_until = now() + interval";
    run(&house, &format!("{claimed} '1 minute'"));
    let answer = ask(&house, &body).await;
    assert!(answer.headers().contains_key("retry-after"));
    refused(answer, 409, "request_in_progress").await;
    run(&house, &format!("{claimed} '-1 second'"));
    let second = json_of(ask(&house, &body).await, 202).await;
    assert_ne!(second["id"], first["id"]);
    assert_eq!(json_of(ask(&house, &body).await, 202).await, second);
}
