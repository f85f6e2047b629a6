//! Wrong passwords slow down whoever tries them, and never stop the owner.

use reqwest::Response;
use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};

use crate::support::{
    Citizen, Handoff, House, PASSWORD, STAFF_PASSWORD, house_behind_proxy, json_of, mail_to, next_code,
    post_from, refused, subject,
};

const OWNER: &str = "192.0.2.1";
const NEW: &str = "cinci oi negre la munte";

async fn log_in(house: &House, sender: &str, body: &Value) -> Response {
    post_from(house, sender, "/v1/sessions", body).send().await.unwrap()
}

/// The cookie and the token of the device that a log-in answered.
fn device_of(answer: &Response) -> (String, String) {
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict") && cookie.contains("; Path=/")
    );
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let token = answer.headers()["cazier-device"].to_str().unwrap().to_owned();
    assert_eq!(cookie, format!("cazier_device={token}"));
    (cookie, token)
}

fn right(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

/// Guesses from so many senders until the address is closed to devices that are new to it.
async fn guess_from_everywhere(house: &House, email: &str) {
    let wrong = json!({"email": email, "password": "wrong password"});
    for sender in 1..=5 {
        for _ in 0..10 {
            let answer = log_in(house, &format!("198.51.100.{sender}"), &wrong).await;
            refused(answer, 401, "invalid_credentials").await;
        }
    }
    refused(log_in(house, "198.51.100.6", &wrong).await, 429, "too_many_requests").await;
}

#[actix_web::test]
async fn one_sender_who_guesses_stops_only_itself() {
    let house = house_behind_proxy().await;
    let owner = Citizen::registered(&house).await;
    let wrong = json!({"email": owner.email, "password": "wrong password"});
    for _ in 0..10 {
        refused(log_in(&house, "198.51.100.1", &wrong).await, 401, "invalid_credentials").await;
    }
    for _ in 0..60 {
        refused(log_in(&house, "198.51.100.1", &right(&owner.email)).await, 429, "too_many_requests").await;
    }
    json_of(log_in(&house, OWNER, &right(&owner.email)).await, 201).await;
}

#[actix_web::test]
async fn a_device_that_logged_in_before_is_never_locked_out_by_others() {
    let house = house_behind_proxy().await;
    let owner = Citizen::registered(&house).await;
    let stranger = Citizen::registered(&house).await;
    let (cookie, token) = device_of(&log_in(&house, OWNER, &right(&owner.email)).await);
    let (foreign, _) = device_of(&log_in(&house, OWNER, &right(&stranger.email)).await);
    guess_from_everywhere(&house, &owner.email).await;
    let owners = |cookie: Option<&str>| {
        let request = post_from(&house, OWNER, "/v1/sessions", &right(&owner.email));
        cookie.into_iter().fold(request, |request, cookie| request.header(COOKIE, cookie)).send()
    };
    for unknown in [None, Some(foreign.as_str()), Some("cazier_device=czd_invented")] {
        refused(owners(unknown).await.unwrap(), 429, "too_many_requests").await;
    }
    let again = owners(Some(&cookie)).await.unwrap();
    assert_eq!(device_of(&again).0, cookie, "the device keeps its token");
    json_of(again, 201).await;
    // A program without cookies, and after twenty slips of its own.
    let wrong = json!({"email": owner.email, "password": "wrong password"});
    let program =
        |body: &Value| post_from(&house, OWNER, "/v1/sessions", body).header("cazier-device", &token).send();
    for _ in 0..20 {
        refused(program(&wrong).await.unwrap(), 401, "invalid_credentials").await;
    }
    json_of(program(&right(&owner.email)).await.unwrap(), 201).await;
    for _ in 0..30 {
        refused(program(&wrong).await.unwrap(), 401, "invalid_credentials").await;
    }
    refused(program(&right(&owner.email)).await.unwrap(), 429, "too_many_requests").await;
}

#[actix_web::test]
async fn a_known_device_that_slipped_too_often_has_a_strangers_tries_and_a_right_password_gives_back_its_own()
{
    let house = house_behind_proxy().await;
    let owner = Citizen::registered(&house).await;
    let (cookie, _) = device_of(&log_in(&house, OWNER, &right(&owner.email)).await);
    let wrong = json!({"email": owner.email, "password": "wrong password"});
    let known = |body: &Value| post_from(&house, OWNER, "/v1/sessions", body).header(COOKIE, &cookie).send();
    let slip = async |times: usize| {
        for _ in 0..times {
            refused(known(&wrong).await.unwrap(), 401, "invalid_credentials").await;
        }
    };
    slip(39).await;
    json_of(known(&right(&owner.email)).await.unwrap(), 201).await;
    slip(40).await;
    refused(known(&wrong).await.unwrap(), 429, "too_many_requests").await;
    refused(known(&right(&owner.email)).await.unwrap(), 429, "too_many_requests").await;
    let reset = json!({"email": owner.email});
    let asked = post_from(&house, OWNER, "/v1/accounts/password-reset", &reset).header(COOKIE, &cookie);
    assert_eq!(asked.send().await.unwrap().status(), 202, "the mailed link is open");
    let token = mail_to(&house, &owner.email, subject::PASSWORD_RESET).await.token();
    let new = json!({"token": token, "password": NEW});
    let set = post_from(&house, OWNER, "/v1/accounts/password-reset/confirm", &new).send().await.unwrap();
    assert_eq!(set.status(), 204);
    let in_again = json!({"email": owner.email, "password": NEW});
    json_of(log_in(&house, OWNER, &in_again).await, 201).await;
}

#[actix_web::test]
async fn a_device_that_logged_in_by_redirect_is_not_locked_out_either() {
    let house = house_behind_proxy().await;
    let owner = Citizen::verified(&house, "clean").await;
    let exchange = async |device: Option<&str>| {
        let code = json!({"code": Handoff::of(&house, "clean", "success").await.code(&house).await});
        let request = post_from(&house, OWNER, "/v1/sessions/exchange", &code);
        let shown =
            device.into_iter().fold(request, |request, device| request.header("cazier-device", device));
        device_of(&shown.send().await.unwrap())
    };
    let (cookie, token) = exchange(None).await;
    assert_eq!(exchange(Some(&token)).await.1, token, "the device keeps its token");
    assert_ne!(exchange(Some("czd_invented")).await.1, "czd_invented");
    guess_from_everywhere(&house, &owner.email).await;
    refused(log_in(&house, OWNER, &right(&owner.email)).await, 429, "too_many_requests").await;
    let known = post_from(&house, OWNER, "/v1/sessions", &right(&owner.email)).header(COOKIE, &cookie);
    assert_eq!(device_of(&known.send().await.unwrap()).1, token);
}

#[actix_web::test]
async fn a_new_password_forgets_the_devices_but_the_one_that_set_it() {
    let house = house_behind_proxy().await;
    let owner = Citizen::registered(&house).await;
    let (cookie, _) = device_of(&log_in(&house, OWNER, &right(&owner.email)).await);
    let change = json!({"current_password": PASSWORD, "password": NEW});
    let changed = owner.post("/v1/accounts/me/password", &change).await;
    let (kept, _) = device_of(&changed);
    guess_from_everywhere(&house, &owner.email).await;
    let new = json!({"email": owner.email, "password": NEW});
    let with = |cookie: &str| post_from(&house, OWNER, "/v1/sessions", &new).header(COOKIE, cookie).send();
    refused(with(&cookie).await.unwrap(), 429, "too_many_requests").await;
    json_of(with(&kept).await.unwrap(), 201).await;
}

#[actix_web::test]
async fn a_mailed_link_lets_the_owner_in_while_others_guess() {
    let house = house_behind_proxy().await;
    let owner = Citizen::registered(&house).await;
    guess_from_everywhere(&house, &owner.email).await;
    let ask = json!({"email": owner.email});
    json_of(house.post("/v1/accounts/password-reset", &ask).await, 202).await;
    let token = mail_to(&house, &owner.email, subject::PASSWORD_RESET).await.token();
    let body = json!({"token": token, "password": NEW});
    let set = post_from(&house, OWNER, "/v1/accounts/password-reset/confirm", &body).send().await.unwrap();
    let (cookie, _) = device_of(&set);
    // They go on, from other senders.
    let wrong = json!({"email": owner.email, "password": "wrong password"});
    for sender in 0..50 {
        log_in(&house, &format!("203.0.113.{sender}"), &wrong).await;
    }
    let new = json!({"email": owner.email, "password": NEW});
    refused(log_in(&house, OWNER, &new).await, 429, "too_many_requests").await;
    let known = post_from(&house, OWNER, "/v1/sessions", &new).header(COOKIE, cookie).send();
    json_of(known.await.unwrap(), 201).await;
}

#[actix_web::test]
async fn an_officers_device_is_not_locked_out_either() {
    let house = house_behind_proxy().await;
    let email = "ofiter.cluj@example.ro";
    let body =
        async || json!({"email": email, "password": STAFF_PASSWORD, "totp": next_code(&house, email).await});
    let (cookie, _) = device_of(&log_in(&house, OWNER, &body().await).await);
    guess_from_everywhere(&house, email).await;
    let again = post_from(&house, OWNER, "/v1/sessions", &body().await).header(COOKIE, cookie).send();
    json_of(again.await.unwrap(), 201).await;
}

#[actix_web::test]
async fn a_strangers_requests_for_a_reset_do_not_stop_the_owners() {
    let house = house_behind_proxy().await;
    let owner = Citizen::registered(&house).await;
    let (cookie, _) = device_of(&log_in(&house, OWNER, &right(&owner.email)).await);
    let ask = |sender: &str| {
        post_from(&house, sender, "/v1/accounts/password-reset", &json!({"email": owner.email}))
    };
    for sender in 1..=3 {
        let sender = format!("198.51.100.{sender}");
        for _ in 0..5 {
            json_of(ask(&sender).send().await.unwrap(), 202).await;
        }
        refused(ask(&sender).send().await.unwrap(), 429, "too_many_requests").await;
    }
    for _ in 0..5 {
        json_of(ask(OWNER).send().await.unwrap(), 202).await;
    }
    // The mailbox got its twenty mails; a device that its owner knows still gets through.
    refused(ask("198.51.100.9").send().await.unwrap(), 429, "too_many_requests").await;
    json_of(ask(OWNER).header(COOKIE, cookie).send().await.unwrap(), 202).await;
}
