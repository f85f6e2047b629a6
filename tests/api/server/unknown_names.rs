//! Names that the sandbox does not know.

use reqwest::Method;
use serde_json::{Value, json};

use crate::clients::{operator, portal, redirect, register};
use crate::support::{Citizen, House, refused};

/// The only broken rule of a problem: its place, its code, and whether this name is said to be known.
fn fault(problem: &Value, known: &str) -> (String, String, bool) {
    let error = &problem["errors"][0];
    let text = |name: &str| error[name].as_str().unwrap().to_owned();
    let names = error["known"].as_array().cloned().unwrap_or_default();
    (text("pointer"), text("code"), names.contains(&known.into()))
}

#[actix_web::test]
async fn an_unknown_name_is_answered_with_the_known_ones_at_every_door() {
    let house = House::start().await;
    for base in [house.api.as_str().trim_end_matches('/'), &house.ghiseul] {
        for (path, body, pointer, code, known) in [
            (
                "/outages",
                json!({"register": "taxes", "seconds": 1}),
                "/register",
                "unknown_value",
                "companies",
            ),
            (
                "/outages",
                json!({"register": "companies", "seconds": 1, "behaviour": "odd"}),
                "/behaviour",
                "unknown_value",
                "half_open",
            ),
            ("/persons", json!({"criminal_records": "odd"}), "/criminal_records", "unknown_value", "garbage"),
            ("/persons", json!({"age": "old"}), "/age", "unknown_value", "minor"),
            ("/persons", json!({"ages": "minor"}), "/ages", "unknown_field", "age"),
            ("/clock", json!({"back_seconds": 1}), "/back_seconds", "unknown_field", "forward_seconds"),
        ] {
            let request = house.http.request(Method::POST, format!("{base}/sandbox{path}"));
            let problem = refused(request.json(&body).send().await.unwrap(), 422, "invalid_input").await;
            assert_eq!(fault(&problem, known), (pointer.into(), code.into(), true), "{base}{path} {problem}");
        }
        let mailbox = house.http.get(format!("{base}/sandbox/mailbox?of=ana")).send().await.unwrap();
        let problem = refused(mailbox, 422, "invalid_input").await;
        assert_eq!(fault(&problem, "to"), ("?of".into(), "unknown_field".into(), true), "{problem}");
    }
}

#[actix_web::test]
async fn an_unknown_person_outcome_or_flaw_is_answered_with_the_known_ones() {
    let house = House::start().await;
    for (hint, known) in [("nobody", "with-entries"), ("clean:odd", "too_long_lived"), ("clean:", "hmac")] {
        let address = format!("{}/handoff?login_hint={hint}", house.ghiseul);
        let problem = refused(house.http.get(address).send().await.unwrap(), 422, "invalid_input").await;
        assert_eq!(fault(&problem, known), ("?login_hint".into(), "unknown_value".into(), true), "{problem}");
    }
}

#[actix_web::test]
async fn an_unknown_method_or_client_of_a_redirect_is_answered_with_the_known_ones() {
    let house = House::start().await;
    register(&operator(&house), &portal("city", "city.example")).await;
    let citizen = Citizen::registered(&house).await;
    let wish = json!({"method": "roeid", "return_url": "http://localhost:3000/done"});
    for path in ["/v1/sessions/redirect", "/v1/identity-verifications"] {
        let problem = refused(citizen.post(path, &wish).await, 422, "invalid_input").await;
        assert_eq!(fault(&problem, "ghiseul"), ("/method".into(), "unknown_value".into(), true), "{problem}");
        let others =
            if path.starts_with("/v1/identity") { json!(["ghiseul", "counter"]) } else { json!(["ghiseul"]) };
        assert_eq!(problem["errors"][0]["known"], others, "{path}");
    }
    let problem =
        refused(redirect(&house, "town", "https://city.example/done").await, 422, "invalid_input").await;
    assert_eq!(fault(&problem, "city"), ("/client_id".into(), "unknown_value".into(), true), "{problem}");
    assert_eq!(problem["errors"][0]["known"], json!(["hub", "city"]), "{problem}");
}
