//! The simulator over HTTP, as a relying party and a browser use it.

mod automation;
mod interop;
mod person;
mod portal;
mod token;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{LOCATION, SET_COOKIE};
use actix_web::middleware::from_fn;
use actix_web::test::{self, TestRequest};
use actix_web::{App, Error, web};
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{Client, GhiseulSimulator, configure};
use crate::clients::Clients;
use crate::sandbox::write_problems;

const ISSUER: &str = "https://ghiseul.test/oidc";
const REDIRECT_URI: &str = "https://hub.test/callback?from=ghiseul";
const CLIENT_ID: &str = "hub";
const CLIENT_SECRET: &str = "s:ecret/+";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
const NOON: i64 = 1_790_000_000;

fn clients() -> Vec<Client> {
    let client = |id: &str, redirect_uri: &str| Client {
        client_id: id.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        redirect_uris: vec![Url::parse(redirect_uri).unwrap()],
        handoff_url: Url::parse("https://hub.test/handoff").unwrap(),
        front_ends: Clients::default(),
        stand_in: Url::parse("https://hub.test/returned").unwrap(),
        onward_sources: vec!["https://portal.test".to_owned()],
    };
    vec![client(CLIENT_ID, REDIRECT_URI), client("other", "https://other.test/callback")]
}

/// A clock that a test sets.
#[derive(Clone)]
struct TestClock(Arc<AtomicI64>);

impl TestClock {
    fn at_noon() -> Self {
        Self(Arc::new(AtomicI64::new(NOON)))
    }

    fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::Relaxed), 0).unwrap()
    }
}

fn simulator(clock: &TestClock) -> web::Data<GhiseulSimulator> {
    let clock = clock.clone();
    let issuer = Url::parse(ISSUER).unwrap();
    web::Data::new(GhiseulSimulator::new(issuer, clients(), move || clock.now()).unwrap())
}

async fn started(
    simulator: web::Data<GhiseulSimulator>,
) -> impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error> {
    test::init_service(App::new().wrap(from_fn(write_problems)).configure(configure(simulator))).await
}

fn challenge() -> String {
    BASE64URL_NOPAD.encode(digest(&SHA256, VERIFIER.as_bytes()).as_ref())
}

/// Builds a valid authorization request with changed parameters; `None` removes one.
fn authorize_uri(changes: &[(&str, Option<&str>)]) -> String {
    let challenge = challenge();
    let mut parameters = vec![
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid profile cnp"),
        ("state", "state-1"),
        ("nonce", "nonce-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(kept, _)| kept != name);
        parameters.extend(value.map(|value| (*name, value)));
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/oidc/authorize?{query}")
}

fn location<B>(response: &ServiceResponse<B>) -> String {
    response.headers().get(LOCATION).expect("a redirect").to_str().unwrap().to_owned()
}

/// Returns a parameter of the redirect back to the relying party.
fn returned(location: &str, name: &str) -> Option<String> {
    assert!(location.starts_with(REDIRECT_URI), "{location}");
    let url = Url::parse(location).unwrap();
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Requests with `login_hint=<hint>` and returns the redirect's target.
async fn hinted(
    app: &impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>,
    hint: &str,
) -> String {
    let uri = authorize_uri(&[("login_hint", Some(hint))]);
    let response = test::call_service(app, TestRequest::get().uri(&uri).to_request()).await;
    assert_eq!(response.status(), 303);
    location(&response)
}

/// Returns a code for the person `clean`.
async fn a_code(
    app: &impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>,
    outcome: &str,
) -> String {
    returned(&hinted(app, &format!("clean:{outcome}")).await, "code").expect("a code")
}

/// Returns the form of a valid exchange.
fn exchange(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
    ]
}

async fn post_token(
    app: &impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>,
    form: &[(&str, &str)],
) -> (u16, Value) {
    let request = TestRequest::post().uri("/oidc/token").set_form(form).to_request();
    let response = test::call_service(app, request).await;
    (response.status().as_u16(), test::read_body_json(response).await)
}

/// Returns the claims of a token, unverified.
fn claims(id_token: &Value) -> Value {
    let claims = id_token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap()
}

/// Returns the cookie of a response, as a browser sends it back.
fn cookie<B>(response: &ServiceResponse<B>) -> String {
    let cookie = response.headers().get(SET_COOKIE).expect("a cookie").to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}
