//! A person sees who looked at their data or changed it: all of it, with words, and nothing of others.

use cazier::time::Clock;
use chrono::Utc;
use reqwest::Method;
use serde_json::{Value, json};

use crate::oauth::Client;
use crate::support::{
    Citizen, House, Officer, PASSWORD, application, apply_for_company, certified, certify, json_of, mandate,
    refused,
};

const LOG: &str = "/v1/accounts/me/access-log";

/// All entries, by pages of this many.
async fn entries(citizen: &Citizen<'_>, limit: u32) -> Vec<Value> {
    let (mut all, mut path) = (Vec::new(), format!("{LOG}?limit={limit}"));
    loop {
        let page = json_of(citizen.get(&path).await, 200).await;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit as usize);
        all.extend(items.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{LOG}?limit={limit}&cursor={cursor}"),
            None => return all,
        }
    }
}

/// The entries of an action.
fn of<'a>(entries: &'a [Value], action: &str) -> Vec<&'a Value> {
    entries.iter().filter(|entry| entry["action"] == action).collect()
}

/// The only entry of an action.
fn one<'a>(entries: &'a [Value], action: &str) -> &'a Value {
    let found = of(entries, action);
    assert_eq!(found.len(), 1, "{action}: {found:?}");
    found[0]
}

#[actix_web::test]
async fn a_person_sees_who_looked_at_their_data_and_why_and_nobody_elses() {
    let house = House::with().entries().start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let officer = Officer::at(&house, "CJ-P01").await;
    officer.claim_case(&id).await;
    let other = Citizen::verified(&house, "clean").await;
    let certificate = other.certificate("employment").await;
    let check = json!({
        "registration_number": certificate["registration_number"], "control_code": certificate["control_code"],
    });
    json_of(house.post("/v1/verify", &check).await, 200).await;

    let seen = entries(&citizen, 100).await;
    let claimed = one(&seen, "application.claimed");
    assert_eq!(
        (&claimed["by"], &claimed["kind"], &claimed["id"]),
        (&json!("officer"), &json!("application"), &json!(id))
    );
    assert!(claimed["office"].as_str().unwrap().contains("Cluj"), "{claimed}");
    assert!(claimed["text"].as_str().unwrap().contains("pentru a o soluționa"), "{claimed}");
    assert_eq!(one(&seen, "identity.verified")["by"], "you");
    let whole = serde_json::to_string(&seen).unwrap();
    assert!(!whole.contains(&officer.email), "an officer is told by their office");

    let theirs = entries(&other, 100).await;
    assert_eq!(of(&theirs, "application.claimed").len(), 0);
    let checked = one(&theirs, "certificate.verified");
    assert_eq!((&checked["by"], &checked["id"]), (&json!("relying_party"), &certificate["id"]));
    assert_eq!((&checked["method"], &checked["outcome"]), (&json!("control_code"), &json!("valid")));
    assert_eq!(of(&seen, "certificate.verified").len(), 0);
    let english = other.request(Method::GET, LOG).header("accept-language", "en").send().await.unwrap();
    let english = json_of(english, 200).await;
    assert_eq!(english["items"][0]["text"], "This list was shown", "the first reading is in the next");
    refused(house.get(LOG).await, 401, "unauthenticated").await;
}

#[actix_web::test]
async fn pages_lose_and_repeat_nothing_of_one_moment() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let check = json!({
        "registration_number": certificate["registration_number"], "control_code": certificate["control_code"],
    });
    for _ in 0..3 {
        json_of(house.post("/v1/verify", &check).await, 200).await;
    }
    let key = |entry: &Value| entry["action"] != "access_log.read";
    let once: Vec<Value> = entries(&citizen, 100).await.into_iter().filter(key).collect();
    assert!(once.len() > 6, "{once:?}");
    let paged: Vec<Value> = entries(&citizen, 2).await.into_iter().filter(key).collect();
    assert_eq!(paged, once);
    let nowhere = "AaIARwPPd2-GfruevbzPeg";
    let page = json_of(citizen.get(&format!("{LOG}?cursor={nowhere}")).await, 200).await;
    assert_eq!(page["items"], json!([]), "a cursor that no list gave out");
}

#[actix_web::test]
async fn the_log_ins_of_others_are_seen_after_their_sessions_have_ended() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let wrong = json!({"email": citizen.email, "password": "not the password"});
    refused(house.post("/v1/sessions", &wrong).await, 401, "invalid_credentials").await;
    let thief = Citizen::logged_in(&house, &citizen.email).await;
    let refresh = json!({"refresh_token": thief.refresh});
    json_of(house.post("/v1/sessions/refresh", &refresh).await, 200).await;
    let elsewhere = house.request(Method::POST, "/v1/sessions/refresh").header("user-agent", "elsewhere");
    refused(elsewhere.json(&refresh).send().await.unwrap(), 401, "invalid_refresh_token").await;
    let seen = entries(&citizen, 100).await;
    assert_eq!(one(&seen, "log_in.failed")["by"], "anonymous");
    assert_eq!(one(&seen, "session.reuse_detected")["by"], "anonymous");
    assert_eq!(of(&seen, "session.created").len(), 2, "the thief's too, whose session is gone");
    let other = Citizen::registered(&house).await;
    assert_eq!(of(&entries(&other, 100).await, "log_in.failed").len(), 0);
}

#[actix_web::test]
async fn an_account_that_lost_its_person_sees_nothing_of_theirs_and_they_see_what_it_did() {
    let house = House::start().await;
    let desk = Officer::at(&house, "CJ-P01").await;
    let (impostor, _) = certified(&house, &desk, "clean").await;
    let id = impostor.certificate("employment").await["id"].clone();
    assert_eq!(one(&entries(&impostor, 100).await, "certificate.issued")["id"], id);
    let client = Client::web(&house).await;
    let tokens = client.tokens(&impostor.email, "applications:write").await;
    let apply = house.request(Method::POST, "/v1/applications");
    let apply = apply.bearer_auth(tokens["access_token"].as_str().unwrap()).json(&application("studies"));
    json_of(apply.send().await.unwrap(), 201).await;
    let owner = Citizen::registered(&house).await;
    certify(&owner, &desk, "clean").await;
    let impostor = Citizen::logged_in(&house, &impostor.email).await;
    let left = entries(&impostor, 100).await;
    assert!(left.iter().all(|entry| entry["id"] != id), "{left:?}");
    let seen = entries(&owner, 100).await;
    let issued = of(&seen, "certificate.issued");
    assert_eq!(issued.len(), 2);
    for entry in issued {
        // By which client, is that account's own business.
        assert_eq!((&entry["by"], &entry["client"]), (&json!("another_account"), &Value::Null));
    }
    assert_eq!(json!(PASSWORD).as_str().map(|word| json!(seen).to_string().contains(word)), Some(false));
}

#[actix_web::test]
async fn what_a_company_took_away_is_not_seen_any_more() {
    let house = House::with().legal_persons().start().await;
    let citizen = Citizen::verified(&house, "representative").await;
    let mandate = mandate(&citizen, "firm-clean").await;
    let firm = json_of(apply_for_company(&citizen, &mandate, "employment").await, 201).await;
    let certificate = &firm["certificate"]["id"];
    let shown = async || {
        let seen = entries(&citizen, 100).await;
        seen.iter().any(|entry| entry["id"] == *certificate)
    };
    assert!(shown().await);
    house.database.execute(&format!(
        "UPDATE mandates SET status = 'ended', ended_by = 'officer', ended_at = now() WHERE id = '{mandate}'"
    ));
    assert!(!shown().await);
}
