//! Links in mails lead to the front end by which a person came.

use reqwest::Method;
use reqwest::header::ORIGIN;
use serde_json::json;

use super::{operator, portal, register};
use crate::support::{House, PASSWORD, json_of, mail_to, mails_to, subject};

const PAGE: &str = "https://portal.city.example";

async fn house_of_portal() -> House {
    let house = House::start().await;
    let mut client = portal("city", "portal.city.example");
    client["mail_link_base"] = json!("https://mails.city.example");
    register(&operator(&house), &client).await;
    house
}

/// Registers an address from a page of this origin.
async fn registered_from(house: &House, email: &str, page: Option<&str>) {
    let mut request = house.request(Method::POST, "/v1/accounts");
    if let Some(page) = page {
        request = request.header(ORIGIN, page);
    }
    let body = json!({"email": email, "password": PASSWORD});
    json_of(request.json(&body).send().await.unwrap(), 202).await;
}

#[actix_web::test]
async fn whoever_registers_on_a_portal_gets_links_to_it() {
    let house = house_of_portal().await;
    registered_from(&house, "ana@example.ro", Some(PAGE)).await;
    let mail = mail_to(&house, "ana@example.ro", subject::CONFIRM_ADDRESS).await;
    assert!(mail.contains("https://mails.city.example/"), "{}", mail.text);
    let confirmed =
        house.post("/v1/accounts/confirm-email", &json!({"token": mail.token(), "password": PASSWORD})).await;
    json_of(confirmed, 200).await;
    let whose = json!({"email": "ana@example.ro"});
    let reset = || house.post("/v1/accounts/password-reset", &whose);
    let resets = async || {
        let mails = mails_to(&house, "ana@example.ro").await;
        mails.into_iter().filter(|mail| mail.subject == subject::PASSWORD_RESET).collect::<Vec<_>>()
    };
    reset().await;
    assert!(resets().await[0].contains("https://mails.city.example/"));
    operator(&house).request(Method::DELETE, "/v1/clients/city").send().await.unwrap();
    reset().await;
    let of_removed = resets().await.iter().filter(|mail| mail.contains("mails.city.example")).count();
    assert_eq!((of_removed, resets().await.len()), (1, 2));
}

#[actix_web::test]
async fn nobody_else_does() {
    let house = house_of_portal().await;
    for (email, page) in [("b@example.ro", None), ("c@example.ro", Some("https://other.example"))] {
        registered_from(&house, email, page).await;
        let mail = mail_to(&house, email, subject::CONFIRM_ADDRESS).await;
        assert!(!mail.contains("city.example"), "{}", mail.text);
    }
}
