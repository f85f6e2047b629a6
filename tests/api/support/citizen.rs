//! A person who uses the service, step by step.

use reqwest::{Method, Response};
use reqwest_middleware::RequestBuilder;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::answer::json_of;
use super::house::House;
use super::mailbox::{mail_to, subject};
use super::until::until_some;

pub const STAFF_PASSWORD: &str = cazier::sandbox::STAFF_PASSWORD;

pub const PASSWORD: &str = "trei cai albi pe deal";

/// Somebody with an account, logged in.
pub struct Citizen<'a> {
    pub house: &'a House,
    pub email: String,
    pub access: String,
    pub refresh: String,
}

impl<'a> Citizen<'a> {
    /// Registers, confirms, logs in.
    pub async fn registered(house: &'a House) -> Self {
        Self::registered_as(house, &format!("{}@example.ro", Uuid::now_v7().simple())).await
    }

    /// Registers an address, confirms it, logs in.
    pub async fn registered_as(house: &'a House, email: &str) -> Self {
        let token = Self::confirmation_token(house, email).await;
        json_of(
            house.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD})).await,
            200,
        )
        .await;
        Self::logged_in(house, email).await
    }

    /// Registers, confirms, logs in, and proves to be this test person.
    pub async fn verified(house: &'a House, person: &str) -> Self {
        let citizen = Self::registered(house).await;
        let back = citizen.prove(person, "success").await;
        assert_eq!(query(&back, "status").as_deref(), Some("verified"), "{back}");
        citizen
    }

    /// Registers, and answers the token of the mail.
    pub async fn confirmation_token(house: &House, email: &str) -> String {
        let answer = house.post("/v1/accounts", &json!({"email": email, "password": PASSWORD})).await;
        assert_eq!(json_of(answer, 202).await, json!({"status": "confirmation_sent"}));
        mail_to(house, email, subject::CONFIRM_ADDRESS).await.token()
    }

    /// A new session of an account that exists.
    pub async fn logged_in(house: &'a House, email: &str) -> Self {
        let body = json!({"email": email, "password": PASSWORD});
        let tokens = json_of(house.post("/v1/sessions", &body).await, 201).await;
        Self::of_tokens(house, email, &tokens)
    }

    /// A session of somebody who works in the sandbox, with the second factor.
    pub async fn staff(house: &'a House, email: &str) -> Self {
        let body = json!({"email": email, "password": STAFF_PASSWORD, "totp": next_code(house, email).await});
        Self::of_tokens(house, email, &json_of(house.post("/v1/sessions", &body).await, 201).await)
    }

    /// Whoever holds these tokens.
    pub fn of_tokens(house: &'a House, email: &str, tokens: &Value) -> Self {
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        Self { house, email: email.to_owned(), access: text("access_token"), refresh: text("refresh_token") }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.house.request(method, path).bearer_auth(&self.access)
    }

    /// Proves by the password to be present.
    pub async fn prove_presence(&self) {
        let proof = json!({"current_password": PASSWORD});
        json_of(self.post("/v1/sessions/current/presence", &proof).await, 200).await;
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Begins a verification; answers its id and the address to follow.
    pub async fn begin_verification(&self) -> (String, Url) {
        let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/done"});
        let begun = json_of(self.post("/v1/identity-verifications", &body).await, 201).await;
        assert_eq!(begun["status"], "awaiting_redirect");
        (
            begun["id"].as_str().unwrap().to_owned(),
            Url::parse(begun["redirect_url"].as_str().unwrap()).unwrap(),
        )
    }

    /// Claims at a counter to be this; answers the verification's id and the activation code.
    pub async fn claim(&self, claim: &Value) -> (String, String) {
        let body = json!({"method": "counter", "claim": claim});
        let begun = json_of(self.post("/v1/identity-verifications", &body).await, 201).await;
        assert_eq!(begun["status"], "awaiting_counter");
        let text = |name: &str| begun[name].as_str().unwrap().to_owned();
        (text("id"), text("activation_code"))
    }

    /// Goes through Ghișeul as this person with this outcome; answers where the browser ended.
    pub async fn prove(&self, person: &str, outcome: &str) -> Url {
        let (_, redirect) = self.begin_verification().await;
        let callback = answer_of_ghiseul(self.house, &redirect, person, outcome).await;
        location(self.house.http.get(callback).send().await.unwrap())
    }

    /// Applies for this reason.
    pub async fn apply(&self, reason: &str) -> Response {
        self.post("/v1/applications", &application(reason)).await
    }

    /// An application of theirs once it has come to this status.
    pub async fn application_once(&self, id: &str, status: &str) -> Value {
        let path = format!("/v1/applications/{id}");
        until_some(&format!("{id} is {status}"), async || {
            let shown = json_of(self.get(&path).await, 200).await;
            (shown["status"] == status).then_some(shown)
        })
        .await
    }

    /// Applies, and must get the certificate.
    pub async fn certificate(&self, reason: &str) -> Value {
        json_of(self.apply(reason).await, 201).await["certificate"].clone()
    }
}

/// The next code of a staff member's authenticator that works.
pub async fn next_code(house: &House, email: &str) -> String {
    let officers = json_of(house.get("/sandbox/officers").await, 200).await;
    let of = |officer: &&Value| officer["email"] == email;
    officers["items"].as_array().unwrap().iter().find(of).unwrap()["totp"].as_str().unwrap().to_owned()
}

/// The body of an application.
pub fn application(reason: &str) -> Value {
    json!({"service": "criminal-record-certificate", "reason": reason, "declaration": true})
}

/// The callback that Ghișeul sends the browser to.
pub async fn answer_of_ghiseul(house: &House, redirect: &Url, person: &str, outcome: &str) -> Url {
    let mut redirect = redirect.clone();
    redirect.query_pairs_mut().append_pair("login_hint", &format!("{person}:{outcome}"));
    location(house.http.get(redirect).send().await.unwrap())
}

/// Where a redirect leads.
#[expect(clippy::needless_pass_by_value, reason = "nothing else is left of an answer that was looked at")]
pub fn location(response: Response) -> Url {
    assert_eq!(response.status(), 303);
    Url::parse(response.headers()["location"].to_str().unwrap()).unwrap()
}

/// A parameter of an address.
pub fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
