//! The Hub as the relying party of a provider that we did not write (npm `oidc-provider`): strict, with PKCE,
//! `private_key_jwt`, a level of assurance, and names of its own for claims.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use cazier::config::{ClaimNames, ClientAuthentication, IdentityProvider, Title};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use serde_json::{Value, json};
use url::Url;

use crate::support::{Citizen, House, json_of, location, node, query};

/// `tests/node/oidc-provider.mjs`, and what it said at its start.
struct Foreign {
    process: Child,
    issuer: String,
    key_pem: String,
}

impl Foreign {
    fn start(redirect_uri: &Url, algorithm: &str) -> Self {
        let mut process = node("oidc-provider.mjs")
            .args([redirect_uri.as_str(), algorithm])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        Self { issuer: text("issuer"), key_pem: text("key_pem"), process }
    }

    fn settings(&self, acr: &str) -> IdentityProvider {
        let name = |text: &str| text.to_owned();
        IdentityProvider {
            name: name("gateway"),
            title: Title { ro: name("Carte de identitate"), en: name("Identity card") },
            issuer: self.issuer.clone(),
            client_id: name("cazier"),
            client_authentication: ClientAuthentication::PrivateKeyJwt {
                key_pem: self.key_pem.clone(),
                key_id: Some(name("cazier-1")),
            },
            acr_values: vec![acr.to_owned()],
            scopes: vec![name("person")],
            claims: ClaimNames {
                cnp: name("numar_personal"),
                family_name: name("nume"),
                given_name: name("prenume"),
                birth_date: name("data_nasterii"),
                sex: Some(name("sex")),
                email: None,
            },
            endpoint_origins: Vec::new(),
            handoff_origins: Vec::new(),
            timeout: Duration::from_secs(30),
        }
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A house whose second provider it is.
async fn house_beside() -> (House, Foreign) {
    house_beside_one_of("ES256").await
}

/// The same, both signing with this algorithm.
async fn house_beside_one_of(algorithm: &str) -> (House, Foreign) {
    let mut foreign = None;
    let house = House::with()
        .providers(|api, ghiseul| {
            let callback = api.join("/v1/identity-verifications/gateway/callback").unwrap();
            let started = Foreign::start(&callback, algorithm);
            let settings = started.settings("urn:example:loa:high");
            foreign = Some(started);
            vec![ghiseul, settings]
        })
        .start();
    let house = house.await;
    (house, foreign.unwrap())
}

/// Follows the redirects of the provider, with its cookies, until they lead away from it.
async fn answer(house: &House, foreign: &Foreign, redirect: &str, hint: &str) -> Url {
    let mut url = Url::parse(redirect).unwrap();
    url.query_pairs_mut().append_pair("login_hint", hint);
    let mut cookies: Vec<String> = Vec::new();
    while url.as_str().starts_with(&foreign.issuer) {
        let response = house.http.get(url.clone()).header(COOKIE, cookies.join("; ")).send().await.unwrap();
        let set = response.headers().get_all(SET_COOKIE).iter();
        cookies.extend(set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned()));
        let next = response.headers().get(LOCATION).map(|next| next.to_str().unwrap().to_owned());
        let next = next.unwrap_or_else(|| panic!("{url} leads nowhere"));
        url = url.join(&next).unwrap();
    }
    url
}

/// Proves to be a person; answers where the browser ended.
async fn prove(citizen: &Citizen<'_>, foreign: &Foreign, hint: &str) -> Url {
    let body = json!({"method": "gateway", "return_url": "http://localhost:3000/done"});
    let begun = json_of(citizen.post("/v1/identity-verifications", &body).await, 201).await;
    let callback = answer(citizen.house, foreign, begun["redirect_url"].as_str().unwrap(), hint).await;
    location(citizen.house.http.get(callback).send().await.unwrap())
}

#[actix_web::test]
async fn a_provider_that_we_did_not_write_proves_a_person() {
    let (house, foreign) = house_beside().await;
    let citizen = Citizen::registered(&house).await;
    for (hint, status, reason) in [
        ("denied", "failed", Some("abandoned")),
        ("low", "failed", Some("answer_refused")),
        ("contradicting", "failed", Some("identity_incomplete")),
        ("clean", "verified", None),
    ] {
        let back = prove(&citizen, &foreign, hint).await;
        assert_eq!(query(&back, "status").as_deref(), Some(status), "{hint}: {back}");
        assert_eq!(query(&back, "reason").as_deref(), reason, "{hint}");
    }
    let identity = &json_of(citizen.get("/v1/accounts/me").await, 200).await["identity"];
    assert_eq!(
        (&identity["method"], &identity["person"]["given_name"]),
        (&json!("gateway"), &json!("Andreea"))
    );
}

#[actix_web::test]
async fn its_keys_and_ours_may_be_of_rsa() {
    let (house, foreign) = house_beside_one_of("RS256").await;
    let back = prove(&Citizen::registered(&house).await, &foreign, "clean").await;
    assert_eq!(query(&back, "status").as_deref(), Some("verified"), "{back}");
}

#[actix_web::test]
async fn its_keys_may_rotate_while_we_run() {
    let (house, foreign) = house_beside().await;
    let back = prove(&Citizen::registered(&house).await, &foreign, "clean").await;
    assert_eq!(query(&back, "status").as_deref(), Some("verified"));
    let rotate = house.http.post(format!("{}/test/rotate", foreign.issuer)).send().await.unwrap();
    assert_eq!(rotate.status(), 204);
    let back = prove(&Citizen::registered(&house).await, &foreign, "clean-2").await;
    assert_eq!(query(&back, "status").as_deref(), Some("verified"), "{back}");
}

#[actix_web::test]
async fn it_and_ghiseul_log_the_same_person_in_to_the_same_account() {
    let (house, foreign) = house_beside().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let wish = json!({"method": "gateway", "return_url": "http://localhost:3000/in"});
    let begun = json_of(house.post("/v1/sessions/redirect", &wish).await, 201).await;
    let callback = answer(&house, &foreign, begun["redirect_url"].as_str().unwrap(), "clean").await;
    let back = location(house.http.get(callback).send().await.unwrap());
    let code = json!({"code": query(&back, "code").unwrap()});
    let tokens = json_of(house.post("/v1/sessions/exchange", &code).await, 201).await;
    let me = house.request(reqwest::Method::GET, "/v1/accounts/me");
    let me = me.bearer_auth(tokens["access_token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(json_of(me, 200).await["email"], citizen.email);
}

#[actix_web::test]
async fn an_id_token_of_another_provider_proves_nobody() {
    let (house, foreign) = house_beside().await;
    let citizen = Citizen::registered(&house).await;
    let body = json!({"method": "gateway", "return_url": "http://localhost:3000/done"});
    let begun = json_of(citizen.post("/v1/identity-verifications", &body).await, 201).await;
    let callback = answer(&house, &foreign, begun["redirect_url"].as_str().unwrap(), "clean").await;
    let mut mixed_up = callback.clone();
    let others = callback.query_pairs().filter(|(name, _)| name != "iss");
    mixed_up.query_pairs_mut().clear().extend_pairs(others).append_pair("iss", &house.ghiseul);
    let back = location(house.http.get(mixed_up).send().await.unwrap());
    assert_eq!(query(&back, "reason").as_deref(), Some("answer_refused"));
}
