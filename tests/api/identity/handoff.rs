//! Log-in by redirect, begun at Ghișeul or here.

use serde_json::json;

use crate::support::{
    Citizen, Handoff, House, answer_of_ghiseul, json_of, location, mail_to, query, refused, subject,
};

fn citizen<'a>(house: &'a House, tokens: &serde_json::Value) -> Citizen<'a> {
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    Citizen { house, email: String::new(), access: text("access_token"), refresh: text("refresh_token") }
}

#[actix_web::test]
async fn a_person_from_ghiseul_has_an_account_and_can_apply_at_once() {
    let house = House::start().await;
    let handoff = Handoff::of(&house, "clean", "success").await;
    let back = location(handoff.post(&house).await);
    assert!(back.as_str().starts_with(&format!("{}?code=czx_", handoff.return_url)), "{back}");
    let code = query(&back, "code").unwrap();
    let tokens = json_of(house.post("/v1/sessions/exchange", &json!({"code": code})).await, 201).await;
    assert_eq!(tokens["token_type"], "Bearer");
    let citizen = citizen(&house, &tokens);
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert_eq!((&account["email"], &account["email_confirmed"]), (&json!(null), &json!(false)));
    assert_eq!(account["identity"]["method"], "ghiseul");
    assert_eq!(account["identity"]["person"]["cnp"], "2880514121171");
    json_of(citizen.apply("employment").await, 201).await;
    json_of(house.post("/v1/sessions/refresh", &json!({"refresh_token": citizen.refresh})).await, 200).await;
}

#[actix_web::test]
async fn one_person_has_one_account_whichever_way_they_come() {
    let house = House::start().await;
    let registered = Citizen::verified(&house, "clean").await;
    let own = json_of(registered.get("/v1/accounts/me").await, 200).await;
    let handed_over = citizen(&house, &Handoff::of(&house, "clean", "success").await.tokens(&house).await);
    assert_eq!(json_of(handed_over.get("/v1/accounts/me").await, 200).await["id"], own["id"]);
    let other = citizen(&house, &Handoff::of(&house, "clean-2", "success").await.tokens(&house).await);
    let (first, again) = (
        json_of(other.get("/v1/accounts/me").await, 200).await,
        citizen(&house, &Handoff::of(&house, "clean-2", "success").await.tokens(&house).await),
    );
    assert_eq!(json_of(again.get("/v1/accounts/me").await, 200).await["id"], first["id"]);
}

#[actix_web::test]
async fn two_handoffs_of_a_new_person_at_once_make_one_account() {
    let house = House::start().await;
    let (one, two) =
        (Handoff::of(&house, "r10", "success").await, Handoff::of(&house, "r10", "success").await);
    let (one, two) = futures_util::future::join(one.tokens(&house), two.tokens(&house)).await;
    let (one, two) = (citizen(&house, &one), citizen(&house, &two));
    let (one, two) = (one.get("/v1/accounts/me").await, two.get("/v1/accounts/me").await);
    assert_eq!(json_of(one, 200).await["id"], json_of(two, 200).await["id"]);
}

#[actix_web::test]
async fn a_log_in_can_begin_here_too_and_ends_the_same() {
    let house = House::start().await;
    let wish = json!({"method": "ghiseul", "client_id": "hub", "return_url": "http://localhost:3000/in"});
    let begun = json_of(house.post("/v1/sessions/redirect", &wish).await, 201).await;
    let redirect = begun["redirect_url"].as_str().unwrap().parse().unwrap();
    let callback = answer_of_ghiseul(&house, &redirect, "clean", "success").await;
    let back = location(house.http.get(callback.clone()).send().await.unwrap());
    assert!(back.as_str().starts_with("http://localhost:3000/in?code=czx_"), "{back}");
    refused(house.http.get(callback).send().await.unwrap(), 400, "invalid_state").await;
    let code = json!({"code": query(&back, "code").unwrap()});
    let citizen = citizen(&house, &json_of(house.post("/v1/sessions/exchange", &code).await, 201).await);
    let account = json_of(citizen.get("/v1/accounts/me").await, 200).await;
    assert_eq!(account["identity"]["status"], "verified");
}

#[actix_web::test]
async fn a_failed_log_in_says_why() {
    let house = House::start().await;
    for (outcome, error) in [
        ("abandoned", "abandoned"),
        ("card_refused", "card_refused"),
        ("three_d_secure_failed", "three_d_secure_failed"),
        ("server_error", "provider_unavailable"),
        ("expired", "answer_refused"),
        ("no_cnp", "identity_incomplete"),
    ] {
        let wish = json!({"method": "ghiseul", "return_url": "http://localhost:3000/in"});
        let begun = json_of(house.post("/v1/sessions/redirect", &wish).await, 201).await;
        let redirect = begun["redirect_url"].as_str().unwrap().parse().unwrap();
        let callback = answer_of_ghiseul(&house, &redirect, "clean", outcome).await;
        let back = location(house.http.get(callback).send().await.unwrap());
        assert_eq!(query(&back, "error").as_deref(), Some(error), "{outcome}");
        assert_eq!(query(&back, "code"), None, "{outcome}");
    }
}

#[actix_web::test]
async fn the_keys_of_ghiseul_may_rotate_between_two_handoffs() {
    let house = House::start().await;
    Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    Handoff::of(&house, "clean", "rotated_key").await.tokens(&house).await;
}

#[actix_web::test]
async fn the_methods_to_prove_an_identity_are_listed() {
    let house = House::start().await;
    let list = json_of(house.get("/v1/identity-verifications/methods").await, 200).await;
    let ghiseul = json!({"method": "ghiseul", "kind": "redirect", "title": "Ghișeul.ro", "handoff": true});
    assert_eq!(list["items"][0], ghiseul);
    let citizen = Citizen::registered(&house).await;
    let body = json!({"method": "roeid", "return_url": "http://localhost:3000/done"});
    let problem =
        refused(citizen.post("/v1/identity-verifications", &body).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["pointer"], "/method");
    refused(house.get("/v1/identity-verifications/roeid/callback?state=x").await, 404, "not_found").await;
}

#[actix_web::test]
async fn a_handoff_form_is_read_strictly() {
    let house = House::start().await;
    let path = "/v1/identity-verifications/ghiseul/handoff";
    let post = async |form: &str| {
        let request = house.request(reqwest::Method::POST, path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.unwrap()
    };
    for (form, pointer, code) in [
        ("", "/assertion", "missing"),
        ("assertion=a&client_id=hub", "/return_url", "missing"),
        ("assertion=a&client_id=hub&return_url=u&x=1", "/x", "unknown_field"),
        ("assertion=a&assertion=b&client_id=hub&return_url=u", "/assertion", "duplicate_field"),
        ("assertion=&client_id=hub&return_url=u", "/assertion", "length"),
    ] {
        let problem = refused(post(form).await, 422, "invalid_input").await;
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!(pointer), &json!(code))
        );
    }
    refused(post(&"a".repeat(70_000)).await, 413, "payload_too_large").await;
    refused(house.post(path, &json!({})).await, 415, "unsupported_media_type").await;
}

/// The token of the newest confirmation to an address.
async fn mailed_token(house: &House, email: &str) -> String {
    mail_to(house, email, subject::CONFIRM_ADDRESS).await.token()
}

#[actix_web::test]
async fn an_address_from_the_provider_becomes_the_accounts_only_by_confirmation() {
    let house = House::start().await;
    let citizen = citizen(&house, &Handoff::of(&house, "clean", "success").await.tokens(&house).await);
    let email = "clean@persoane.example";
    let token = mailed_token(&house, email).await;
    assert_eq!(json_of(citizen.get("/v1/accounts/me").await, 200).await["email"], json!(null));
    let body = json!({"token": token});
    // Whoever reads the mail of a mistyped address has no session, or another account's.
    refused(house.post("/v1/accounts/confirm-email", &body).await, 401, "unauthenticated").await;
    let other = Citizen::registered(&house).await;
    let others = other.post("/v1/accounts/confirm-email", &body).await;
    refused(others, 422, "invalid_confirmation_token").await;
    let account = json_of(citizen.post("/v1/accounts/confirm-email", &body).await, 200).await;
    assert_eq!((&account["email"], &account["email_confirmed"]), (&json!(email), &json!(true)));
    let again = citizen.post("/v1/accounts/confirm-email", &body).await;
    refused(again, 422, "invalid_confirmation_token").await;
    Handoff::of(&house, "clean", "success").await.tokens(&house).await;
    let change = citizen.request(reqwest::Method::PATCH, "/v1/accounts/me");
    let change = change.json(&json!({"email": "thief@example.ro"})).send().await.unwrap();
    refused(change, 409, "email_confirmed").await;
}

#[actix_web::test]
async fn an_owner_can_name_an_address_and_the_last_one_counts() {
    let house = House::start().await;
    let citizen = citizen(&house, &Handoff::of(&house, "clean", "success").await.tokens(&house).await);
    let told = mailed_token(&house, "clean@persoane.example").await;
    let change = citizen.request(reqwest::Method::PATCH, "/v1/accounts/me");
    let change = change.json(&json!({"email": "ana@example.ro"})).send().await.unwrap();
    assert_eq!(json_of(change, 200).await["email"], json!(null));
    let told = json!({"token": told});
    let replaced = citizen.post("/v1/accounts/confirm-email", &told).await;
    refused(replaced, 422, "invalid_confirmation_token").await;
    let named = json!({"token": mailed_token(&house, "ana@example.ro").await});
    let account = json_of(citizen.post("/v1/accounts/confirm-email", &named).await, 200).await;
    assert_eq!(account["email"], "ana@example.ro");
}

#[actix_web::test]
async fn an_address_that_two_accounts_name_goes_to_the_one_whose_owner_is_logged_in() {
    let house = House::start().await;
    let email = "victima@example.ro";
    let stranger = citizen(&house, &Handoff::of(&house, "clean-2", "success").await.tokens(&house).await);
    let owner = citizen(&house, &Handoff::of(&house, "clean", "success").await.tokens(&house).await);
    let mut links = Vec::new();
    for account in [&stranger, &owner] {
        let change =
            account.request(reqwest::Method::PATCH, "/v1/accounts/me").json(&json!({"email": email}));
        json_of(change.send().await.unwrap(), 200).await;
        links.push(json!({"token": mailed_token(&house, email).await}));
    }
    for link in &links {
        refused(house.post("/v1/accounts/confirm-email", link).await, 401, "unauthenticated").await;
    }
    let strangers = owner.post("/v1/accounts/confirm-email", &links[0]).await;
    refused(strangers, 422, "invalid_confirmation_token").await;
    let account = json_of(owner.post("/v1/accounts/confirm-email", &links[1]).await, 200).await;
    assert_eq!(account["email"], email);
    let late = stranger.post("/v1/accounts/confirm-email", &links[0]).await;
    refused(late, 422, "invalid_confirmation_token").await;
}
