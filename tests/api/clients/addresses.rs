//! What a registration gives, and how soon its removal takes it away.

use std::time::{Duration, Instant};

use cazier::clients::REMEMBERED;
use reqwest::Method;
use reqwest::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use serde_json::json;

use super::{operator, portal, redirect, register};
use crate::support::{Citizen, House, answer_of_ghiseul, json_of, location, query, refused};

const PAGE: &str = "https://portal.city.example";

/// Whether a page of this origin may read answers.
async fn may_read(house: &House, origin: &str) -> bool {
    may_call(house, origin, (Method::GET, "/v1/services")).await
}

/// Whether a page of this origin may make this call and read its answer, as a browser asks before it.
async fn may_call(house: &House, origin: &str, (method, path): (Method, &str)) -> bool {
    let ask = house.request(Method::OPTIONS, path).header(ORIGIN, origin);
    let answer = ask.header(ACCESS_CONTROL_REQUEST_METHOD, method.as_str()).send().await.unwrap();
    answer.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).is_some_and(|allowed| allowed == origin)
}

/// Waits until a page may read, or may not, for as long as that may take.
async fn becomes(house: &House, origin: &str, expected: bool) {
    let began = Instant::now();
    while may_read(house, origin).await != expected {
        assert!(began.elapsed() < REMEMBERED + Duration::from_secs(3), "{origin} is not {expected}");
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
    }
}

#[actix_web::test]
async fn pages_may_call_while_their_client_is_registered() {
    let house = House::start().await;
    let operator = operator(&house);
    assert!(!may_read(&house, PAGE).await);
    register(&operator, &portal("city", "portal.city.example")).await;
    becomes(&house, PAGE, true).await;
    for other in ["https://portal.city.example:8443", "http://portal.city.example", "https://city.example"] {
        assert!(!may_read(&house, other).await, "{other}");
    }
    operator.request(Method::DELETE, "/v1/clients/city").send().await.unwrap();
    becomes(&house, PAGE, false).await;
}

/// A client of others acts by what people grant it: no password is typed on its pages, and it opens no session of its own.
#[actix_web::test]
async fn a_client_of_others_is_no_front_end_of_the_service() {
    let house = House::start().await;
    let operator = operator(&house);
    let mut others = portal("town", "town.example");
    others["first_party"] = json!(false);
    register(&operator, &others).await;
    register(&operator, &portal("city", "portal.city.example")).await;
    becomes(&house, "https://town.example", true).await;
    let calls = [
        (Method::POST, "/v1/verify", true),
        (Method::POST, "/v1/applications", true),
        (Method::GET, "/v1/accounts/me", true),
        (Method::POST, "/oauth/token", true),
        (Method::POST, "/v1/accounts", false),
        (Method::POST, "/v1/accounts/password-reset/confirm", false),
        (Method::DELETE, "/v1/accounts/me/totp", false),
        (Method::POST, "/v1/sessions", false),
        (Method::POST, "/v1/sessions/exchange", false),
        (Method::POST, "/v1/sessions/refresh", false),
    ];
    for (method, path, of_others) in calls {
        let call = (method.clone(), path);
        assert_eq!(may_call(&house, "https://town.example", call).await, of_others, "{method} {path}");
        assert!(may_call(&house, PAGE, (method, path)).await, "{path}");
    }
    for page in ["/oauth/authorize", "/oauth/log-in/ghiseul", "/oauth/consent", "/oauth/end-session"] {
        for origin in ["https://town.example", PAGE] {
            assert!(!may_call(&house, origin, (Method::GET, page)).await, "no page reads {page}");
        }
    }
    let done = "https://town.example/done";
    let problem = refused(redirect(&house, "town", done).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["known"], json!(["hub", "city"]), "{problem}");
    let citizen = Citizen::registered(&house).await;
    for (return_url, status) in [(done, 422), ("https://portal.city.example/done", 201)] {
        let wish = json!({"method": "ghiseul", "return_url": return_url});
        assert_eq!(citizen.post("/v1/identity-verifications", &wish).await.status(), status, "{return_url}");
    }
}

/// A right ends with its cause: what was begun by a first-party client ends when it is not one any more.
#[actix_web::test]
async fn a_log_in_ends_where_its_front_end_is_not_first_party_any_more() {
    let house = House::start().await;
    register(&operator(&house), &portal("city", "portal.city.example")).await;
    let begun = json_of(redirect(&house, "city", "https://portal.city.example/done").await, 201).await;
    let redirect_url = begun["redirect_url"].as_str().unwrap().parse().unwrap();
    let callback = answer_of_ghiseul(&house, &redirect_url, "clean", "success").await;
    let back = location(house.http.get(callback).send().await.unwrap());
    let code = json!({"code": query(&back, "code").unwrap()});
    let exchange = || house.post("/v1/sessions/exchange", &code);
    house.database.execute("UPDATE clients SET first_party = false");
    refused(exchange().await, 401, "invalid_code").await;
    house.database.execute("UPDATE clients SET first_party = true");
    json_of(exchange().await, 201).await;
}

#[actix_web::test]
async fn redirects_return_until_their_client_is_removed() {
    let house = House::start().await;
    let operator = operator(&house);
    let done = "https://portal.city.example/done";
    refused(redirect(&house, "city", done).await, 422, "invalid_input").await;
    register(&operator, &portal("city", "portal.city.example")).await;
    register(&operator, &portal("town", "town.example")).await;
    json_of(redirect(&house, "city", done).await, 201).await;
    for other in ["https://portal.city.example/done/", "https://town.example/done", "http://localhost/"] {
        refused(redirect(&house, "city", other).await, 422, "return_url_not_registered").await;
    }
    operator.request(Method::DELETE, "/v1/clients/city").send().await.unwrap();
    refused(redirect(&house, "city", done).await, 422, "invalid_input").await;
}

#[actix_web::test]
async fn an_app_returns_to_the_port_that_it_listens_at() {
    let house = House::start().await;
    let mut app = portal("app", "portal.city.example");
    (app["kind"], app["redirect_uris"]) = (json!("native"), json!(["http://127.0.0.1/in"]));
    register(&operator(&house), &app).await;
    json_of(redirect(&house, "app", "http://127.0.0.1:51004/in").await, 201).await;
    for other in ["http://127.0.0.1:51004/other", "http://localhost:51004/in", "http://127.0.0.2/in"] {
        refused(redirect(&house, "app", other).await, 422, "return_url_not_registered").await;
    }
}

#[actix_web::test]
async fn a_client_of_the_live_service_is_nobody_in_a_sandbox() {
    let house = House::start().await;
    let mut client = portal("city", "portal.city.example");
    client["environment"] = json!("live");
    register(&operator(&house), &client).await;
    refused(redirect(&house, "city", "https://portal.city.example/done").await, 422, "invalid_input").await;
    actix_web::rt::time::sleep(REMEMBERED).await;
    assert!(!may_read(&house, PAGE).await);
}

#[actix_web::test]
async fn a_portal_of_many_has_an_allowance_of_its_own() {
    let house = House::start().await;
    let operator = operator(&house);
    let mut crowd = portal("crowd", "crowd.example");
    crowd["rate_class"] = json!("high");
    register(&operator, &crowd).await;
    register(&operator, &portal("city", "portal.city.example")).await;
    let begin = |client: &'static str, host: &'static str| {
        let url = format!("https://{host}/done");
        let house = &house;
        async move { redirect(house, client, &url).await }
    };
    for _ in 0..300 {
        json_of(begin("city", "portal.city.example").await, 201).await;
    }
    refused(begin("city", "portal.city.example").await, 429, "too_many_requests").await;
    json_of(begin("crowd", "crowd.example").await, 201).await;
}
