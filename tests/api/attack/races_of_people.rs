//! What a person or an officer may do once, many times at the same moment: streams, presence, addresses, claims.

use chrono::Utc;
use reqwest::Method;
use serde_json::json;

use super::races::{FEW, MANY, at_once, one_wins};
use crate::support::{
    Citizen, House, Officer, PASSWORD, answer_of_ghiseul, ask_mandate, cnp, json_of, location, mail_to,
    query, subject,
};

async fn a_token_of_a_stream_opens_one(times: usize) {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "register-away").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let made = citizen.post(&format!("/v1/applications/{id}/stream-tokens"), &json!({})).await;
    let url = json_of(made, 201).await["url"].as_str().unwrap().to_owned();
    one_wins(times, "stream token", 200, async |_| {
        house.request(Method::GET, &url).header("accept", "text/event-stream").send().await.unwrap()
    })
    .await;
}

async fn a_code_proves_presence_once(times: usize) {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let wish = json!({"method": "ghiseul", "return_url": "http://localhost:3000/in"});
    let begun = json_of(citizen.post("/v1/sessions/current/presence/redirect", &wish).await, 201).await;
    let redirect = begun["redirect_url"].as_str().unwrap().parse().unwrap();
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let back = location(house.http.get(callback).send().await.unwrap());
    let code = json!({"code": query(&back, "code").unwrap_or_else(|| panic!("no code: {back}"))});
    let path = "/v1/sessions/current/presence";
    one_wins(times, "code of presence", 200, async |_| citizen.post(path, &code).await).await;
    let proved = "SELECT count(*) FROM audit_events WHERE action = 'session.presence_proved'";
    assert_eq!(house.database.count(proved), 1);
}

async fn an_address_changes_once(times: usize) {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let change = "/v1/accounts/me/email-change";
    let new = |n: usize| format!("once-{n}-{}@example.ro", Utc::now().timestamp_micros());
    one_wins(times, "change of address", 202, async |n| {
        citizen.post(change, &json!({"email": new(n), "current_password": PASSWORD})).await
    })
    .await;
    let pending = json_of(citizen.get(change).await, 200).await;
    let new = pending["email"].as_str().unwrap();
    let link = json!({"token": mail_to(&house, new, subject::CONFIRM_NEW_ADDRESS).await.token()});
    at_once(times, async |_| citizen.post("/v1/accounts/confirm-email", &link).await).await;
    let confirmed = "SELECT count(*) FROM audit_events WHERE action = 'email_change.confirmed'";
    assert_eq!(house.database.count(confirmed), 1);
    let stop = json!({"token": mail_to(&house, &citizen.email, subject::ADDRESS_ASKED).await.token()});
    let path = "/v1/accounts/email-change/stop";
    one_wins(times, "stop of it", 204, async |_| house.post(path, &stop).await).await;
}

/// So many officers, each with a CNP of their own.
fn officers(house: &House, times: usize) -> Vec<Officer<'_>> {
    (0..times).map(|n| Officer::who_is(house, cnp(1_000 + n).as_str())).collect()
}

/// A claim can be taken over by another officer, and in the end it is one officer's, who alone decides.
async fn of_many_officers_one_decides(times: usize) {
    let house = House::with().legal_persons().start().await;
    let officers = officers(&house, times);
    let citizen = Citizen::verified(&house, "with-entries").await;
    let case = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let attorney = Citizen::verified(&house, "attorney").await;
    let mandate = json_of(ask_mandate(&attorney, "firm-clean", "attorney").await, 202).await;
    let mandate = mandate["id"].as_str().unwrap().to_owned();
    let reject = json!({"decision": "reject", "reason": "handled_at_counter", "note": "Eliberat pe hârtie."});
    let confirm = json!({"decision": "confirm", "note": "Procură notarială, văzută în original."});
    for (what, path, body) in [
        ("case", format!("/v1/review/applications/{case}"), reject),
        ("mandate", format!("/v1/review/mandates/{mandate}"), confirm),
    ] {
        let claims =
            at_once(times, async |n| officers[n].post(&format!("{path}/claim"), &json!({})).await).await;
        let claims: Vec<u16> = claims.iter().map(|answer| answer.status().as_u16()).collect();
        println!("claims of a {what}: {claims:?}");
        assert!(
            claims.contains(&200) && claims.iter().all(|status| [200, 409].contains(status)),
            "{claims:?}"
        );
        one_wins(times, what, 200, async |n| officers[n].post(&format!("{path}/decision"), &body).await)
            .await;
    }
    let decided =
        "SELECT count(*) FROM audit_events WHERE action IN ('application.rejected', 'mandate.confirmed')";
    assert_eq!(house.database.count(decided), 2);
}

#[actix_web::test]
async fn a_token_of_a_stream_opens_one_of_a_few() {
    a_token_of_a_stream_opens_one(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn a_token_of_a_stream_opens_one_of_many() {
    a_token_of_a_stream_opens_one(MANY).await;
}

#[actix_web::test]
async fn a_code_proves_presence_once_of_a_few() {
    a_code_proves_presence_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn a_code_proves_presence_once_of_many() {
    a_code_proves_presence_once(MANY).await;
}

#[actix_web::test]
async fn an_address_changes_once_of_a_few() {
    an_address_changes_once(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn an_address_changes_once_of_many() {
    an_address_changes_once(MANY).await;
}

#[actix_web::test]
async fn of_many_officers_one_decides_of_a_few() {
    of_many_officers_one_decides(FEW).await;
}

#[actix_web::test]
#[ignore = "an attack, by `make attack`"]
async fn of_many_officers_one_decides_of_many() {
    of_many_officers_one_decides(MANY).await;
}
