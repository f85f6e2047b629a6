//! What was refused is in the audit log, and no flood fills it.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Integer, Nullable, Text, Uuid as SqlUuid};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::staff::OFFICER;
use crate::oauth::{Browser, Client, VERIFIER};
use crate::support::{Citizen, House, house_behind_proxy, json_of, post_from, refused};

#[derive(QueryableByName, Debug)]
struct Marked {
    #[diesel(sql_type = Nullable<Integer>)]
    times: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    sender: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    actor_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    subject_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    actor_role: String,
    #[diesel(sql_type = Text)]
    request_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    detail: Option<String>,
}

fn marks(house: &House, action: &str) -> Vec<Marked> {
    let query = format!(
        "SELECT times, sender, actor_id, actor_role, subject_id, request_id, detail FROM audit_events WHERE action = '{action}' ORDER BY id"
    );
    sql_query(query).load(&mut house.database.connect()).unwrap()
}

/// Which operation was refused.
fn told(mark: &Marked) -> &str {
    mark.detail.as_deref().unwrap()
}

fn times(marks: &[Marked]) -> Vec<i32> {
    marks.iter().map(|mark| mark.times.unwrap()).collect()
}

async fn account_id(citizen: &Citizen<'_>) -> Uuid {
    json_of(citizen.get("/v1/accounts/me").await, 200).await["id"].as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn failed_log_ins_are_marked_with_their_sender_and_aim() {
    let house = house_behind_proxy().await;
    let citizen = Citizen::registered(&house).await;
    let wrong = json!({"email": citizen.email, "password": "wrong password"});
    let log_in = async |sender: &str| {
        let request =
            post_from(&house, sender, "/v1/sessions", &wrong).header("x-request-id", "wrong-password");
        refused(request.send().await.unwrap(), 401, "invalid_credentials").await;
    };
    for _ in 0..5 {
        log_in("192.0.2.1").await;
    }
    log_in("192.0.2.2").await;
    let nobody = json!({"email": "nobody@example.ro", "password": "wrong password"});
    refused(house.post("/v1/sessions", &nobody).await, 401, "invalid_credentials").await;
    let marked = marks(&house, "log_in.failed");
    assert_eq!(times(&marked), [1, 2, 4, 1, 1], "{marked:?}");
    let account = account_id(&citizen).await;
    assert!(marked[..4].iter().all(|mark| mark.subject_id == Some(account) && mark.actor_id.is_none()));
    assert!(marked[..4].iter().all(|mark| mark.request_id == "wrong-password"));
    assert_eq!(marked[4].subject_id, None);
    assert_eq!(marked[0].sender.as_ref().unwrap().len(), 16);
    assert_eq!(marked[0].sender, marked[2].sender);
    assert_ne!(marked[0].sender, marked[3].sender);
}

#[actix_web::test]
async fn refusals_are_marked_and_a_flood_of_them_makes_few_rows() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    for _ in 0..20 {
        assert_eq!(citizen.get("/v1/review/applications").await.status(), 403);
    }
    let marked = marks(&house, "right.refused");
    assert_eq!(times(&marked), [1, 2, 4, 8, 16]);
    let account = account_id(&citizen).await;
    for mark in &marked {
        assert!(mark.actor_id == Some(account) && mark.sender.is_some(), "{mark:?}");
        assert_eq!((mark.actor_role.as_str(), told(mark)), ("citizen", "list_reviews"));
    }
    let wrong = json!({"email": citizen.email, "password": "wrong password"});
    for _ in 0..13 {
        house.post("/v1/sessions", &wrong).await;
    }
    assert_eq!(times(&marks(&house, "limit.reached")), [1, 2]);
    let token = json!({"refresh_token": "czr_invented"});
    refused(house.post("/v1/sessions/refresh", &token).await, 401, "invalid_refresh_token").await;
    assert_eq!(times(&marks(&house, "token.refused")), [1]);
}

/// Refusals that are no problem documents: our log-in page's, and those of the endpoints for clients.
#[actix_web::test]
async fn refusals_of_the_page_and_of_the_endpoints_for_clients_are_marked() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let client = Client::web(&house).await;
    let browser = Browser::new(&house);
    let request = browser.request(&client.asks("openid")).await;
    for _ in 0..12 {
        browser.logs_in(&request, &citizen.email, "wrong password").await;
    }
    let failed = marks(&house, "log_in.failed");
    assert_eq!(times(&failed), [1, 2, 4, 8]);
    let account = account_id(&citizen).await;
    assert!(failed.iter().all(|mark| mark.subject_id == Some(account) && mark.sender.is_some()));
    assert_eq!((told(&failed[0]), times(&marks(&house, "limit.reached"))), ("/oauth/log-in", vec![1, 2]));
    assert_eq!(client.exchange("czc_invented", VERIFIER).await.status(), 400);
    let posed = Client { secret: Some("czl_invented".to_owned()), ..client };
    assert_eq!(posed.form("/oauth/introspect", &[("token", "x")]).await.status(), 401);
    let hooks = house.request(Method::GET, "/v1/webhooks/endpoints");
    let hooks = hooks.basic_auth("city", Some("czl_invented")).send().await.unwrap();
    refused(hooks, 401, "client_unauthenticated").await;
    let nobody =
        house.request(Method::POST, "/oauth/introspect").form(&[("token", "x")]).send().await.unwrap();
    assert_eq!(nobody.status(), 401, "who names nobody guesses nothing");
    let tokens = marks(&house, "token.refused");
    assert_eq!(times(&tokens), [1, 2], "the first, the second, and the third not yet the fourth");
    assert_eq!((told(&tokens[0]), told(&tokens[1])), ("/oauth/token", "/oauth/introspect"));
}

#[actix_web::test]
async fn guesses_in_a_session_are_marked_as_log_ins_are() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let wrong = json!({"current_password": "not the password"});
    for _ in 0..2 {
        refused(citizen.post("/v1/sessions/current/presence", &wrong).await, 422, "invalid_input").await;
    }
    let marked = marks(&house, "current_password.failed");
    assert_eq!(times(&marked), [1, 2]);
    assert_eq!(marked[0].actor_id, Some(account_id(&citizen).await));
    assert_eq!((marked[0].actor_role.as_str(), told(&marked[0])), ("citizen", "prove_presence"));
    let officer = Citizen::staff(&house, OFFICER).await;
    for factor in [json!({"totp": "000000"}), json!({"recovery_code": "00000-00000"})] {
        let answer = officer.post("/v1/sessions/current/step-up", &factor).await;
        refused(answer, 422, "invalid_input").await;
    }
    let marked = marks(&house, "second_factor.failed");
    assert_eq!(times(&marked), [1, 2]);
    assert_eq!((marked[1].actor_role.as_str(), told(&marked[1])), ("officer", "step_up_session"));
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
    refused(officer.post("/v1/identity-verifications", &body).await, 403, "role_required").await;
    let marked = marks(&house, "right.refused");
    assert_eq!(
        (marked[0].actor_role.as_str(), told(&marked[0])),
        ("officer", "create_identity_verification")
    );
}

#[actix_web::test]
async fn the_start_of_a_node_is_marked_with_its_settings_and_keys() {
    let house = House::start().await;
    let started = marks(&house, "node.started");
    let detail = started[0].detail.as_deref().unwrap();
    let kinds: Vec<&str> = detail.split(", ").map(|part| part.rsplit_once(' ').unwrap().0).collect();
    assert_eq!(
        kinds,
        ["version", "settings", "seal keys", "encryption keys", "index keys", "log keys"],
        "{detail}"
    );
    assert!(detail.contains("encryption keys 1, index keys 1, "), "{detail}");
    let loaded = marks(&house, "settings.loaded");
    let names: Vec<&str> = loaded.iter().map(told).collect();
    let names = names.join(" ");
    for name in ["CAZIER_LISTEN", "CAZIER_REGISTER_IDENTITY", "CAZIER_SUPPORT_PHONE"] {
        assert!(names.contains(name), "{names}");
    }
    assert!(!names.contains("+40") && !names.contains("127.0.0.1"), "names alone: {names}");
    assert!(loaded.iter().all(|row| row.request_id == started[0].request_id));
}
