//! A sandbox is as strict as a live node, unless a setting names what it is lenient in.

use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_ALLOW_ORIGIN, COOKIE, HOST, ORIGIN};
use serde_json::json;

use crate::clients::{operator, portal, redirect, register};
use crate::support::{
    Citizen, Database, Handoff, House, Process, answer_of_ghiseul, json_of, location, refused,
};

const LENIENT: &str = "CAZIER_SANDBOX_LENIENT";

/// A house that also knows the front end `city`, lenient in this.
async fn house_of_city(lenient: &str) -> House {
    let house = House::with().setting(LENIENT, lenient).start().await;
    let mut city = portal("city", "city.example");
    city["redirect_uris"] = json!(["https://city.example/in"]);
    register(&operator(&house), &city).await;
    house
}

/// Whether a page of this origin may read answers.
async fn may_read(house: &House, origin: &str) -> bool {
    let answer = house.request(Method::GET, "/v1/services").header(ORIGIN, origin).send().await.unwrap();
    answer.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|allowed| allowed == origin)
}

#[actix_web::test]
async fn this_machine_is_registered_for_the_hub_alone() {
    let house = house_of_city("").await;
    for local in ["http://localhost:5173/in", "http://127.0.0.1:1/in"] {
        json_of(redirect(&house, "hub", local).await, 201).await;
        refused(redirect(&house, "city", local).await, 422, "return_url_not_registered").await;
    }
    json_of(redirect(&house, "city", "https://city.example/in").await, 201).await;
    let lenient = house_of_city("return_urls").await;
    json_of(redirect(&lenient, "city", "http://localhost:5173/in").await, 201).await;
}

#[actix_web::test]
async fn a_hub_with_addresses_of_its_own_has_no_others() {
    let hub = |lenient: &'static str| {
        House::with()
            .setting("CAZIER_ORIGINS", "https://hub.example")
            .setting("CAZIER_RETURN_URLS", "https://hub.example/done")
            .setting(LENIENT, lenient)
            .start()
    };
    let strict = hub("").await;
    refused(redirect(&strict, "hub", "http://localhost/in").await, 422, "return_url_not_registered").await;
    let own_page = strict.api.join("/sandbox/returned").unwrap();
    json_of(redirect(&strict, "hub", own_page.as_str()).await, 201).await;
    assert!(may_read(&strict, "https://hub.example").await);
    assert!(!may_read(&strict, "http://localhost:5173").await);
    let lenient = hub("origins").await;
    assert!(may_read(&lenient, "http://localhost:5173").await);
    refused(redirect(&lenient, "hub", "http://localhost/in").await, 422, "return_url_not_registered").await;
    assert!(may_read(&House::start().await, "http://localhost:5173").await, "of the hub, any port");
}

#[actix_web::test]
async fn a_program_too_needs_the_cookie_unless_the_sandbox_is_lenient_in_it() {
    for (lenient, is_strict) in [("", true), ("browser_cookie", false)] {
        let house = House::with().setting(LENIENT, lenient).start().await;
        let citizen = Citizen::registered(&house).await;
        let (_, begun) = citizen.begin_verification().await;
        let callback = answer_of_ghiseul(&house, &begun, "clean", "success").await;
        let lost = house.http.get(callback).header(COOKIE, "").send().await.unwrap();
        let code = Handoff::of(&house, "clean-2", "success").await.code(&house).await;
        let exchange = house.request(Method::POST, "/v1/sessions/exchange").header(COOKIE, "");
        let exchanged = exchange.json(&json!({"code": code})).send().await.unwrap();
        if is_strict {
            let problem = refused(lost, 403, "foreign_browser").await;
            assert_eq!(problem["public_url"], house.api.as_str(), "{problem}");
            refused(exchanged, 403, "foreign_browser").await;
        } else {
            location(lost);
            json_of(exchanged, 201).await;
        }
    }
}

#[actix_web::test]
async fn what_is_bound_to_no_browser_ends_in_none() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (_, begun) = citizen.begin_verification().await;
    let callback = answer_of_ghiseul(&house, &begun, "clean", "success").await;
    let code = Handoff::of(&house, "clean-2", "success").await.code(&house).await;
    for table in ["identity_verifications", "redirect_logins"] {
        house.database.execute(&format!("UPDATE {table} SET browser_digest = NULL"));
    }
    refused(house.http.get(callback).send().await.unwrap(), 403, "foreign_browser").await;
    refused(house.post("/v1/sessions/exchange", &json!({"code": code})).await, 403, "foreign_browser").await;
}

#[actix_web::test]
async fn the_log_says_each_time_that_the_sandbox_is_more_lenient() {
    let database = Database::from_template();
    let (node, [api, _]) = Process::serve(&database, &[(LENIENT, "origins,browser_cookie")]);
    let http = reqwest::Client::new();
    for _ in 0..2 {
        http.get(format!("{api}/v1/services")).header(ORIGIN, "http://localhost:5173").send().await.unwrap();
    }
    http.get(format!("{api}/v1/services")).header(ORIGIN, "https://elsewhere.example").send().await.unwrap();
    let log = node.terminate();
    assert_eq!(log.matches("more lenient than live: hub has not registered this origin").count(), 2, "{log}");
    assert!(log.contains("this sandbox is lenient in: origins, browser_cookie"), "{log}");
}

#[actix_web::test]
async fn the_log_says_that_a_redirect_begins_by_another_name_of_the_api() {
    let database = Database::from_template();
    let (node, [api, _]) = Process::serve(&database, &[("CAZIER_PUBLIC_URL", "http://127.0.0.1:8080")]);
    let (http, body) =
        (reqwest::Client::new(), json!({"method": "ghiseul", "return_url": "http://localhost/in"}));
    for host in ["127.0.0.1", "localhost"] {
        let begun = http.post(format!("{api}/v1/sessions/redirect")).header(HOST, host);
        // Its provider is away.
        refused(begun.json(&body).send().await.unwrap(), 503, "provider_unavailable").await;
    }
    let log = node.terminate();
    assert_eq!(
        log.matches("a redirect begins by a name of the API that is not the public one").count(),
        1,
        "{log}"
    );
    assert!(log.contains("call the API at http://127.0.0.1:8080/"), "{log}");
}
