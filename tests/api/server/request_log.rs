//! The request log of the sandbox: what a program sent and got, without secrets, and nothing of the sandbox's own doors.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Citizen, House, json_of, refused};

async fn requests(house: &House, query: &str) -> Vec<Value> {
    let listed = json_of(house.get(&format!("/sandbox/requests{query}")).await, 200).await;
    listed["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn a_tester_sees_what_was_sent_and_answered_newest_first() {
    let house = House::start().await;
    let problem = refused(
        house.post("/v1/accounts", &json!({"email": "ana", "password": "kept to myself"})).await,
        422,
        "invalid_input",
    )
    .await;
    json_of(house.get("/v1/services").await, 200).await;
    let seen = requests(&house, "").await;
    let paths: Vec<_> = seen.iter().map(|seen| seen["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/v1/services", "/v1/accounts"], "its own doors are not in it");
    let account = &seen[1];
    assert_eq!(
        (&account["method"], &account["status"], format!("/requests/{}", account["id"].as_str().unwrap())),
        (&json!("POST"), &json!(422), problem["instance"].as_str().unwrap().to_owned())
    );
    let (sent, got) = (&account["request"]["body"], &account["response"]["body"]);
    assert_eq!(sent["text"], r#"{"email":"ana","password":"***"}"#);
    assert_eq!(sent["bytes"], json!({"email": "ana", "password": "kept to myself"}).to_string().len());
    assert!(got["text"].as_str().unwrap().contains(r#""code":"email_format""#), "{got}");
    assert_eq!(requests(&house, "?status=200").await.len(), 1);
    assert_eq!(requests(&house, "?path=/v1/acc&limit=5").await[0]["path"], "/v1/accounts");
    assert_eq!(requests(&house, "?limit=1").await.len(), 1);
    refused(house.get("/sandbox/requests?status=all").await, 422, "invalid_input").await;
}

#[actix_web::test]
async fn no_secret_of_a_whole_walk_is_in_it() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let path = format!("/v1/certificates/{}", certificate["id"].as_str().unwrap());
    let text = |name: &str| certificate[name].as_str().unwrap().to_owned();
    let pdf = citizen.get(&format!("{path}/document")).await;
    let length = pdf.bytes().await.unwrap().len();
    let cnp = "2880514121171";
    let asked = json!({"registration_number": text("registration_number"), "cnp": cnp});
    house.post("/v1/verify", &asked).await;
    let seen = requests(&house, "?limit=500").await;
    let whole = json!(seen).to_string();
    for secret in
        [&citizen.access, &citizen.refresh, crate::support::PASSWORD, cnp, &text("control_code"), "Bearer cz"]
    {
        assert!(!whole.contains(secret), "{secret}");
    }
    assert!(
        !whole.contains("czb_") && whole.contains("cazier_browser=***"),
        "cookies keep their names alone"
    );
    assert!(whole.contains(r#""authorization":"Bearer ***""#) && whole.contains("code=***"));
    let document = seen.iter().find(|seen| seen["path"] == format!("{path}/document")).unwrap();
    let body = &document["response"]["body"];
    assert_eq!(
        (&body["media_type"], &body["bytes"], &body["text"]),
        (&json!("application/pdf"), &json!(length), &Value::Null)
    );
}

#[actix_web::test]
async fn its_page_shows_the_same_and_runs_nothing() {
    let house = House::start().await;
    house.get("/v1/services/<script>").await;
    let page =
        house.request(Method::GET, "/sandbox/requests").header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    let page = page.text().await.unwrap();
    assert!(page.contains("/v1/services/") && !page.contains("<script"), "{page}");
    house.get("/v1/services").await;
    let chosen = "/sandbox/requests?path=%2Fv1%2Fservices&status=404";
    let chosen = house.request(Method::GET, chosen).header("accept", "text/html").send().await.unwrap();
    let chosen = chosen.text().await.unwrap();
    assert_eq!(chosen.matches("<details>").count(), 1, "{chosen}");
    for link in ["\"?path=%2Fv1%2Fservices\"", "status=200\"", "status=404\" aria-current=\"true\""] {
        assert!(chosen.contains(link), "{link}: {chosen}");
    }
    let start = house.request(Method::GET, "/sandbox").header("accept", "text/html").send().await.unwrap();
    assert!(start.text().await.unwrap().contains("href=\"/sandbox/requests\""));
}
