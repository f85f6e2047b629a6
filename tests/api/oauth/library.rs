//! The library that front ends use (npm `openid-client`), as a server with a secret or a key, and as an app with neither.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::Client;
use super::private_key_jwt::{Key, set_keys};
use crate::support::{Citizen, House, PASSWORD, node};

#[actix_web::test]
async fn a_library_that_we_did_not_write_signs_in() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let web = Client::web(&house).await;
    let mut app = Client::of(&house, "app", "native", "http://127.0.0.1/in").await;
    app.redirect_uri = "http://127.0.0.1:51004/in".to_owned();
    let phone = Client::of(&house, "phone", "native", "ro.city.app:/in").await;
    let (mut town, key) =
        (Client::of(&house, "town", "web", "https://town.example/done").await, Key::generate());
    set_keys(&house, "town", &[&key]).await;
    town.secret = Some(format!("key:{}", BASE64.encode(&key.pkcs8)));
    for client in [&web, &app, &phone, &town] {
        let (issuer, secret) = (house.api.as_str().trim_end_matches('/').to_owned(), client.secret.clone());
        let mut command = node("sign-in.mjs");
        command.args([&issuer, &client.id, &secret.unwrap_or_default(), &client.redirect_uri]);
        command.args([citizen.email.as_str(), PASSWORD]);
        let run = actix_web::rt::task::spawn_blocking(move || command.output().unwrap());
        let output = run.await.unwrap();
        assert!(output.status.success(), "{}: {}", client.id, String::from_utf8_lossy(&output.stderr));
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let expected = json!({
            "email": citizen.email, "issuer": issuer, "audience": client.id,
            "scope": "openid profile certificates:read", "ended": "ended",
        });
        assert_eq!(said, expected);
    }
}
