//! A client proves who it is by a signature (OpenID Connect Core, section 9; RFC 7523): each assertion is its client's, for us
//! alone, and works once.

use cazier::db::schema::throttles;
use cazier::person::Index;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use diesel::prelude::*;
use futures_util::future::join_all;
use reqwest::{Method, Response};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::walk::request_in;
use super::{Browser, Client, VERIFIER};
use crate::clients::operator;
use crate::jobs::housekeeping::clean;
use crate::support::{Citizen, House, PASSWORD, json_of, keyring, location, query};

/// A key of a client.
pub struct Key {
    pub pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
}

impl Key {
    pub fn generate() -> Self {
        let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap().as_ref().to_vec();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8, &random).unwrap();
        Self { pkcs8, pair }
    }

    pub fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let encode = |octets: &[u8]| BASE64URL_NOPAD.encode(octets);
        json!({"kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..])})
    }

    pub fn sign(&self, claims: &Value) -> String {
        let encode = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
        let header = json!({"alg": "ES256", "typ": "JWT"}).to_string();
        let signed = format!("{}.{}", encode(header), encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }
}

/// Gives a client these keys.
pub async fn set_keys(house: &House, client: &str, keys: &[&Key]) {
    let jwks = json!({"keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>()});
    let path = format!("/v1/clients/{client}/jwks");
    let answer = operator(house).request(Method::PUT, &path).json(&jwks).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

/// The claims of an assertion of a client.
pub fn claims(house: &House, client: &str) -> Value {
    let now = house.clock.now().timestamp();
    json!({
        "iss": client, "sub": client, "aud": house.api.as_str().trim_end_matches('/'), "jti": Uuid::now_v7(),
        "iat": now, "exp": now + 60,
    })
}

/// Sends a form with an assertion.
async fn shows(house: &House, path: &str, assertion: &str, form: &[(&str, &str)]) -> Response {
    let proof = [
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ];
    house.request(Method::POST, path).form(&[&proof, form].concat()).send().await.unwrap()
}

/// Asks about a token that nobody has: 200 if the client proved itself.
pub async fn asks(house: &House, assertion: &str) -> Response {
    shows(house, "/oauth/introspect", assertion, &[("token", "x")]).await
}

/// Why an assertion is refused; an empty text: it is not.
async fn told(house: &House, assertion: &str) -> String {
    let answer = asks(house, assertion).await;
    if answer.status() == 200 {
        return TAKEN.to_owned();
    }
    assert_eq!(answer.status(), 401);
    let refusal: Value = answer.json().await.unwrap();
    assert_eq!(refusal["error"], "invalid_client");
    refusal["error_description"].as_str().unwrap().to_owned()
}

const TAKEN: &str = "";
const SHOWN: &str = "the assertion was shown before";
const UNSIGNED: &str = "no key of the client signed the assertion";

#[actix_web::test]
async fn a_client_with_a_key_walks_the_whole_way_without_a_secret() {
    let house = House::start().await;
    let citizen = Citizen::registered(&house).await;
    let (client, key) = (Client::web(&house).await, Key::generate());
    set_keys(&house, "city", &[&key]).await;
    let assertion = || key.sign(&claims(&house, "city"));
    let asked = client.asks("openid profile");
    let pairs: Vec<_> = asked.pairs().collect();
    let pushed = json_of(shows(&house, "/oauth/par", &assertion(), &pairs).await, 201).await;
    let reference = pushed["request_uri"].as_str().unwrap();
    let kept = house
        .database
        .count("SELECT max(octet_length(parameters))::bigint AS count FROM oauth_pushed_requests");
    assert!(kept < 400, "{kept} octets: the assertion is not among them");
    let browser = Browser::new(&house);
    let page =
        browser.opens(&client.asks("openid").with("request_uri", reference)).await.text().await.unwrap();
    let request = request_in(&page);
    assert_eq!(browser.logs_in(&request, &citizen.email, PASSWORD).await.status(), 200);
    let back = location(browser.decides(&request, "allow").await);
    let code = query(&back, "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let tokens = json_of(shows(&house, "/oauth/token", &assertion(), &form).await, 200).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", "city")];
    let next = json_of(shows(&house, "/oauth/token", &assertion(), &form).await, 200).await;
    let token = next["access_token"].as_str().unwrap();
    let told =
        json_of(shows(&house, "/oauth/introspect", &assertion(), &[("token", token)]).await, 200).await;
    assert_eq!((&told["active"], &told["client_id"]), (&json!(true), &json!("city")));
    let revoked = shows(&house, "/oauth/revoke", &assertion(), &[("token", token)]).await;
    assert_eq!(revoked.status(), 200);
    let told =
        json_of(shows(&house, "/oauth/introspect", &assertion(), &[("token", token)]).await, 200).await;
    assert_eq!(told, json!({"active": false}));
}

#[actix_web::test]
async fn an_assertion_works_once() {
    let clock = Clock::pinned(Utc::now());
    let house = House::with().clock(&clock).start().await;
    let key = Key::generate();
    Client::web(&house).await;
    Client::of(&house, "town", "web", "https://town.example/done").await;
    set_keys(&house, "city", &[&key]).await;
    set_keys(&house, "town", &[&key]).await;
    let mut same = claims(&house, "city");
    let assertion = key.sign(&same);
    assert_eq!(told(&house, &assertion).await, TAKEN);
    assert_eq!(told(&house, &assertion).await, SHOWN);
    assert_eq!(told(&house, &key.sign(&same)).await, SHOWN, "signed again, it is the same");
    let named = "SELECT count(*) FROM audit_events WHERE action = 'token.refused' AND client_id = 'city'";
    assert_eq!(house.database.count(named), 2, "a copy of what the client signed is recorded as its own");
    (same["iss"], same["sub"]) = (json!("town"), json!("town"));
    assert_eq!(told(&house, &key.sign(&same)).await, TAKEN, "its id is its client's");
    let race = key.sign(&claims(&house, "city"));
    let mut both = join_all([told(&house, &race), told(&house, &race)]).await;
    both.sort();
    assert_eq!(both, [TAKEN, SHOWN], "two at once: one is taken");
    // As long as the clocks let anybody take it, it is known: also when a worker's clock is ahead, and when its client was removed
    // and registered again.
    clock.set(clock.now() + TimeDelta::seconds(119));
    clean(&mut house.database.connect(), clock.now() + TimeDelta::minutes(30));
    operator(&house).request(Method::DELETE, "/v1/clients/city").send().await.unwrap();
    Client::web(&house).await;
    set_keys(&house, "city", &[&key]).await;
    assert_eq!(told(&house, &assertion).await, SHOWN);
    clock.set(clock.now() + TimeDelta::seconds(1));
    assert_eq!(told(&house, &assertion).await, "the assertion has expired");
}

/// Each leaves a row until it has expired.
#[actix_web::test]
async fn a_client_shows_as_many_assertions_an_hour_as_its_class_says() {
    let house = House::start().await;
    let (_, key) = (Client::web(&house).await, Key::generate());
    set_keys(&house, "city", &[&key]).await;
    let row = (
        throttles::key.eq(keyring().index(Index::RATE_LIMIT_ASSERTIONS, b"city")),
        throttles::hits.eq(299_999),
        throttles::resets_at.eq(Utc::now() + TimeDelta::minutes(9)),
    );
    diesel::insert_into(throttles::table).values(row).execute(&mut house.database.connect()).unwrap();
    let last = key.sign(&claims(&house, "city"));
    assert_eq!(told(&house, &last).await, TAKEN);
    assert_eq!(told(&house, &last).await, SHOWN, "one that is shown again uses up nothing");
    let stopped = asks(&house, &key.sign(&claims(&house, "city"))).await;
    assert!(stopped.status() == 429 && stopped.headers().contains_key("retry-after"));
    assert_eq!(house.database.count("SELECT count(*) FROM client_assertions"), 1);
}

#[actix_web::test]
async fn only_a_key_of_the_client_itself_proves_it() {
    let house = House::start().await;
    let (old, new, others) = (Key::generate(), Key::generate(), Key::generate());
    let client = Client::web(&house).await;
    Client::of(&house, "town", "web", "https://town.example/done").await;
    set_keys(&house, "town", &[&others]).await;
    let of_city = |key: &Key| key.sign(&claims(&house, "city"));
    assert_eq!(told(&house, &of_city(&old)).await, UNSIGNED, "it has no key yet");
    set_keys(&house, "city", &[&old, &new]).await;
    assert_eq!(told(&house, &of_city(&old)).await, TAKEN);
    assert_eq!(told(&house, &of_city(&new)).await, TAKEN);
    set_keys(&house, "city", &[&new]).await;
    assert_eq!(told(&house, &of_city(&old)).await, UNSIGNED);
    assert_eq!(told(&house, &of_city(&new)).await, TAKEN);
    assert_eq!(told(&house, &of_city(&others)).await, UNSIGNED, "another client's");
    let (one, other) = (of_city(&new), of_city(&new));
    let part = |text: &str, at: usize| text.split('.').nth(at).unwrap().to_owned();
    let spliced = format!("{}.{}.{}", part(&one, 0), part(&other, 1), part(&one, 2));
    assert_eq!(told(&house, &spliced).await, UNSIGNED, "the signature of other claims");
    let mut elsewhere = claims(&house, "city");
    elsewhere["aud"] = json!(format!("{}oauth/token", house.api));
    assert_eq!(told(&house, &new.sign(&elsewhere)).await, "aud of the assertion is not the issuer alone");
    operator(&house).request(Method::DELETE, "/v1/clients/city").send().await.unwrap();
    assert_eq!(told(&house, &of_city(&new)).await, "unknown client, or no valid authentication of it");
    assert_eq!(client.form("/oauth/introspect", &[("token", "x")]).await.status(), 401);
}

#[actix_web::test]
async fn a_client_with_keys_shows_no_secret_here_and_one_at_its_webhooks() {
    let house = House::start().await;
    let client = Client::web(&house).await;
    let shows_secret = async || client.form("/oauth/introspect", &[("token", "x")]).await.status().as_u16();
    let webhooks = async || {
        let request = house.request(Method::GET, "/v1/webhooks/endpoints");
        request.basic_auth(&client.id, client.secret.as_deref()).send().await.unwrap().status().as_u16()
    };
    assert_eq!((shows_secret().await, webhooks().await), (200, 200));
    set_keys(&house, "city", &[&Key::generate()]).await;
    assert_eq!((shows_secret().await, webhooks().await), (401, 200));
    let form = [("token", "x"), ("client_id", "city"), ("client_secret", client.secret.as_deref().unwrap())];
    let posts = house.request(Method::POST, "/oauth/introspect").form(&form).send().await.unwrap();
    assert_eq!(posts.status(), 401);
    set_keys(&house, "city", &[]).await;
    assert_eq!((shows_secret().await, webhooks().await), (200, 200));
}

#[actix_web::test]
async fn a_client_proves_itself_one_way_at_a_time() {
    let house = House::start().await;
    let (client, key) = (Client::web(&house).await, Key::generate());
    let app = Client::of(&house, "app", "native", "ro.city.app:/in").await;
    set_keys(&house, "city", &[&key]).await;
    let assertion = || key.sign(&claims(&house, "city"));
    let secret = client.secret.as_deref().unwrap();
    let refusal = async |answer: Response, status: u16| {
        assert_eq!(answer.status(), status);
        answer.json::<Value>().await.unwrap()["error"].clone()
    };
    for more in [("client_secret", secret), ("client_id", "app")] {
        let answer = shows(&house, "/oauth/introspect", &assertion(), &[("token", "x"), more]).await;
        assert_eq!(refusal(answer, 400).await, "invalid_request", "{more:?}");
    }
    let text = assertion();
    let form = [
        ("token", "x"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &text),
    ];
    assert_eq!(refusal(client.form("/oauth/introspect", &form).await, 400).await, "invalid_request");
    let saml = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer");
    for part in [&form[..2], &[form[0], form[2]], &[form[0], saml, form[2]]] {
        let alone = house.request(Method::POST, "/oauth/introspect").form(part).send().await.unwrap();
        assert_eq!(refusal(alone, 400).await, "invalid_request");
    }
    let of_app = key.sign(&claims(&house, &app.id));
    assert_eq!(refusal(asks(&house, &of_app).await, 401).await, "invalid_client");
    assert_eq!(told(&house, &text).await, TAKEN, "none of the refusals used it up");
}
