//! What one sender may do, at its true limits: all but one of the attempts are written into the database.

use cazier::db::schema::throttles;
use cazier::person::Index;
use cazier::sender::Sender;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use reqwest::Method;
use reqwest_middleware::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{Citizen, House, PASSWORD, house_behind_proxy, json_of, keyring, post_from, refused};

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";

/// Counts so many attempts of the sender.
fn attempted(house: &House, index: Index, attempts: i32) {
    let keyring = keyring();
    let sender = Sender::of(&keyring, Some(HERE.parse().unwrap()));
    let row = (
        throttles::key.eq(keyring.index(index, sender.as_bytes())),
        throttles::hits.eq(attempts),
        throttles::resets_at.eq(Utc::now() + TimeDelta::minutes(9)),
    );
    diesel::insert_into(throttles::table).values(row).execute(&mut house.database.connect()).unwrap();
}

/// One more attempt is answered, the next is refused, and another sender is not concerned.
async fn ends(
    house: &House,
    (index, limit): (Index, i32),
    status: u16,
    ask: impl Fn(&str) -> RequestBuilder,
) {
    attempted(house, index, limit - 1);
    assert_eq!(ask(HERE).send().await.unwrap().status(), status, "{index}");
    for _ in 0..2 {
        let stopped = ask(HERE).send().await.unwrap();
        assert!(stopped.headers().contains_key("retry-after"), "{index}");
        refused(stopped, 429, "too_many_requests").await;
    }
    assert_eq!(ask(ELSEWHERE).send().await.unwrap().status(), status, "{index}");
}

fn number() -> Value {
    json!({"registration_number": "CJ-2026-ZW3D-ZYJ0-5", "control_code": "0000-0000-0000-0000"})
}

#[actix_web::test]
async fn what_one_sender_may_do_ends_where_the_table_of_limits_says() {
    let house = house_behind_proxy().await;
    let post = |path: &'static str, body: Value| {
        let house = &house;
        move |sender: &str| post_from(house, sender, path, &body)
    };
    let fresh = |name: &str| format!("{name}-{}@example.ro", uuid::Uuid::now_v7().simple());
    let register = |sender: &str| {
        post_from(&house, sender, "/v1/accounts", &json!({"email": fresh("a"), "password": PASSWORD}))
    };
    ends(&house, (Index::RATE_LIMIT_REGISTRATION_SENDER, 120), 202, register).await;
    let reset = |sender: &str| {
        post_from(&house, sender, "/v1/accounts/password-reset", &json!({"email": fresh("b")}))
    };
    ends(&house, (Index::RATE_LIMIT_PASSWORD_RESET_SENDER, 60), 202, reset).await;
    let log_in = |sender: &str| {
        post_from(&house, sender, "/v1/sessions", &json!({"email": fresh("c"), "password": PASSWORD}))
    };
    ends(&house, (Index::RATE_LIMIT_LOG_IN, 300), 401, log_in).await;
    let help = |sender: &str| {
        let body = json!({"topic": "other", "message": "x", "email": fresh("d")});
        post_from(&house, sender, "/v1/support/requests", &body)
    };
    ends(&house, (Index::RATE_LIMIT_SUPPORT_SENDER, 30), 202, help).await;
    ends(&house, (Index::RATE_LIMIT_VERIFY_SENDER, 1200), 200, post("/v1/verify", number())).await;
    let files = |sender: &str| {
        let form = "--b\r\ncontent-disposition: form-data; name=\"document\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\r\n--b--\r\n";
        let request = house.request(Method::POST, "/v1/verify/signature").header("x-forwarded-for", sender);
        request.header("content-type", "multipart/form-data; boundary=b").body(form)
    };
    ends(&house, (Index::RATE_LIMIT_VERIFY_SIGNATURE, 300), 200, files).await;
    let wish = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    ends(&house, (Index::RATE_LIMIT_REDIRECTS, 300), 201, post("/v1/sessions/redirect", wish)).await;
}

#[actix_web::test]
async fn handoffs_count_as_redirects_do() {
    let house = house_behind_proxy().await;
    let handoff = |sender: &str| {
        let form = [("assertion", "x"), ("client_id", "hub"), ("return_url", "http://localhost:3000/in")];
        let request = house.request(Method::POST, "/v1/identity-verifications/ghiseul/handoff");
        request.header("x-forwarded-for", sender).form(&form)
    };
    ends(&house, (Index::RATE_LIMIT_REDIRECTS, 300), 303, handoff).await;
}

#[actix_web::test]
async fn a_log_in_that_succeeds_takes_nothing_from_the_others_of_its_sender() {
    let house = house_behind_proxy().await;
    let citizen = Citizen::registered(&house).await;
    attempted(&house, Index::RATE_LIMIT_LOG_IN, 299);
    let right = json!({"email": citizen.email, "password": PASSWORD});
    for _ in 0..3 {
        json_of(post_from(&house, HERE, "/v1/sessions", &right).send().await.unwrap(), 201).await;
    }
}

#[actix_web::test]
async fn one_sender_does_not_use_up_what_is_for_all() {
    let house = house_behind_proxy().await;
    let help = |sender: &str, to: String| {
        let body = json!({"topic": "other", "message": "x", "email": to});
        post_from(&house, sender, "/v1/support/requests", &body).send()
    };
    for number in 0..40 {
        help(HERE, format!("victim-{number}@example.ro")).await.unwrap();
    }
    let all = keyring().index(Index::RATE_LIMIT_SUPPORT_PUBLIC, b"");
    let counted = throttles::table.find(all).select(throttles::hits);
    let counted: i32 = counted.first(&mut house.database.connect()).unwrap();
    assert_eq!(counted, 30, "what is refused is not counted for all");
    json_of(help(ELSEWHERE, "victim-1@example.ro".into()).await.unwrap(), 202).await;
}

#[actix_web::test]
async fn tags_in_an_address_make_no_other_mailbox() {
    let house = House::start().await;
    let register = |email: String| {
        let body = json!({"email": email, "password": PASSWORD});
        async { house.post("/v1/accounts", &{ body }).await }
    };
    for number in 0..5 {
        json_of(register(format!("ana+{number}@example.ro")).await, 202).await;
    }
    refused(register("ana@example.ro".into()).await, 429, "too_many_requests").await;
    refused(register("Ana+x@example.ro".into()).await, 429, "too_many_requests").await;
    json_of(register("ana.pop@example.ro".into()).await, 202).await;
}

/// What an account does leaves rows for good: requests, log-ins and refreshes end, and each session leaves others their part.
#[actix_web::test]
async fn an_account_asks_a_node_so_often_and_no_oftener() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).setting("CAZIER_REQUESTS_PER_ACCOUNT", "60").start().await;
    let stolen = Citizen::registered(&house).await;
    let owner = Citizen::logged_in(&house, &stolen.email).await;
    let me = async |citizen: &Citizen<'_>| citizen.get("/v1/accounts/me").await;
    for _ in 0..30 {
        assert_eq!(me(&stolen).await.status(), 200);
    }
    let rows = house.database.count("SELECT count(*) FROM audit_events");
    let stopped = me(&stolen).await;
    assert_eq!(stopped.headers().get("retry-after").unwrap(), "600");
    refused(stopped, 429, "too_many_requests").await;
    assert_eq!(
        house.database.count("SELECT count(*) FROM audit_events"),
        rows + 1,
        "the mark of the refusal"
    );
    for _ in 0..30 {
        assert_eq!(me(&owner).await.status(), 200, "the owner's part");
    }
    refused(me(&owner).await, 429, "too_many_requests").await;
    let mut refresh = owner.refresh.clone();
    for _ in 0..30 {
        let next = house.post("/v1/sessions/refresh", &json!({"refresh_token": refresh})).await;
        refresh = json_of(next, 200).await["refresh_token"].as_str().unwrap().to_owned();
    }
    let again = json!({"refresh_token": refresh});
    refused(house.post("/v1/sessions/refresh", &again).await, 429, "too_many_requests").await;
    clock.set(clock.now() + TimeDelta::minutes(10));
    json_of(house.post("/v1/sessions/refresh", &again).await, 200).await;
    assert_eq!(me(&owner).await.status(), 401, "its token was replaced");
    let log_in = json!({"email": stolen.email, "password": PASSWORD});
    for _ in 0..30 {
        json_of(house.post("/v1/sessions", &log_in).await, 201).await;
    }
    refused(house.post("/v1/sessions", &log_in).await, 429, "too_many_requests").await;
}
