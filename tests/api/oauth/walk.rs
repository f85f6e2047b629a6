//! A client and a browser, each with what it knows: the parameters of a request, cookies.

use std::cell::RefCell;

use cazier::accounts::token::digest_of;
use cazier::db::schema::oauth_requests;
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use diesel::prelude::*;
use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::clients::{operator, register};
use crate::support::{House, PASSWORD, json_of, location, query};

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The challenge of a verifier.
pub fn challenge_of(verifier: &str) -> String {
    BASE64URL_NOPAD.encode(&digest_of(verifier))
}

/// A registered client.
pub struct Client<'a> {
    pub house: &'a House,
    pub id: String,
    /// None of one that keeps none.
    pub secret: Option<String>,
    pub redirect_uri: String,
}

impl<'a> Client<'a> {
    /// Of this kind, which returns to this address.
    pub async fn of(house: &'a House, id: &str, kind: &str, redirect_uri: &str) -> Self {
        let client = json!({
            "id": id, "name": format!("Portalul {id}"), "contact": "it@city.example", "kind": kind,
            "redirect_uris": [redirect_uri],
        });
        let created = register(&operator(house), &client).await;
        let secret = created["secret"].as_str().map(str::to_owned);
        Self { house, id: id.to_owned(), secret, redirect_uri: redirect_uri.to_owned() }
    }

    /// The portal of a city, on a server.
    pub async fn web(house: &'a House) -> Self {
        Self::of(house, "city", "web", "https://portal.city.example/done").await
    }

    /// A system of a relying party, by which nobody logs in.
    pub async fn system(house: &'a House) -> Self {
        let client =
            json!({"id": "register", "name": "Registru", "contact": "it@city.example", "kind": "system"});
        let created = register(&operator(house), &client).await;
        let secret = created["secret"].as_str().map(str::to_owned);
        Self { house, id: "register".to_owned(), secret, redirect_uri: String::new() }
    }

    /// The request that it sends a browser with.
    pub fn asks(&self, scope: &str) -> Asked {
        Asked(
            [
                ("response_type", "code"),
                ("client_id", &self.id),
                ("redirect_uri", &self.redirect_uri),
                ("scope", scope),
                ("state", "state-of-the-client"),
                ("nonce", "nonce-of-the-client"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        )
    }

    /// A form to an endpoint for clients, with its secret in a header.
    pub async fn form(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.house.request(Method::POST, path);
        match &self.secret {
            Some(secret) => request.basic_auth(&self.id, Some(secret)).form(form).send().await.unwrap(),
            None => {
                let named = [form, &[("client_id", self.id.as_str())]].concat();
                request.form(&named).send().await.unwrap()
            }
        }
    }

    pub async fn exchange(&self, code: &str, verifier: &str) -> Response {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", verifier),
        ];
        self.form("/oauth/token", &form).await
    }

    pub async fn refresh(&self, token: &str) -> Response {
        self.form("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// The tokens of a person who consents to these scopes.
    pub async fn tokens(&self, email: &str, scope: &str) -> Value {
        let back = Browser::new(self.house).signs_in(&self.asks(scope), email).await;
        json_of(self.exchange(&query(&back, "code").unwrap(), VERIFIER).await, 200).await
    }

    /// A call of the API with a token.
    pub async fn call(&self, method: Method, path: &str, token: &str) -> Response {
        self.house.request(method, path).bearer_auth(token).send().await.unwrap()
    }
}

/// The parameters of an authorization request.
#[derive(Clone)]
pub struct Asked(Vec<(String, String)>);

impl Asked {
    /// The same with another value.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// The same with a parameter more, perhaps a second time.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The browser of a person: it keeps cookies, and follows nothing by itself.
pub struct Browser<'a> {
    pub house: &'a House,
    cookies: RefCell<Vec<(String, String)>>,
}

impl<'a> Browser<'a> {
    pub fn new(house: &'a House) -> Self {
        Self { house, cookies: RefCell::default() }
    }

    /// What it sends as `Cookie`.
    pub fn cookie(&self) -> String {
        let all = self.cookies.borrow();
        all.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut all = self.cookies.borrow_mut();
            all.retain(|(known, _)| known != name);
            all.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Keeps the cookies of an answer.
    pub fn keeps(&self, answer: Response) -> Response {
        self.keep(answer.headers());
        answer
    }

    /// Goes to an address of ours, as after a link of our page.
    pub async fn goes(&self, address: &str) -> Response {
        let address = self.house.api.join(address).unwrap();
        let answer = self.house.http.get(address).header(COOKIE, self.cookie()).send().await.unwrap();
        self.keeps(answer)
    }

    /// Goes where a client sends it.
    pub async fn opens(&self, asked: &Asked) -> Response {
        let request = self.house.request(Method::GET, "/oauth/authorize").query(&asked.0);
        let answer = request.header(COOKIE, self.cookie()).send().await.unwrap();
        self.keep(answer.headers());
        answer
    }

    /// Posts a form of our pages, as from them.
    pub async fn posts(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.posts_with(path, form, &[("origin", "null"), ("sec-fetch-site", "same-origin")]).await
    }

    pub async fn posts_with(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
        let mut request = self.house.request(Method::POST, path).header(COOKIE, self.cookie());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.form(form).send().await.unwrap();
        self.keep(answer.headers());
        answer
    }

    /// Opens the log-in page; answers the id in its form.
    pub async fn request(&self, asked: &Asked) -> String {
        let answer = self.opens(asked).await;
        assert_eq!(answer.status(), 200);
        request_in(&answer.text().await.unwrap())
    }

    pub async fn logs_in(&self, request: &str, email: &str, password: &str) -> Response {
        self.posts("/oauth/log-in", &[("request", request), ("email", email), ("password", password)]).await
    }

    pub async fn decides(&self, request: &str, decision: &str) -> Response {
        let seen = self.sees(request);
        let mut form = vec![("request", request), ("decision", decision)];
        form.extend(seen.as_deref().map(|seen| ("log_in", seen)));
        self.posts("/oauth/consent", &form).await
    }

    /// The log-in in the form of the newest consent page.
    pub fn sees(&self, request: &str) -> Option<String> {
        let row = oauth_requests::table.find(Uuid::parse_str(request).unwrap());
        let at = row.select(oauth_requests::logged_in_at);
        let at: Option<Option<DateTime<Utc>>> =
            at.first(&mut self.house.database.connect()).optional().unwrap();
        at.flatten().map(|at| at.timestamp_micros().to_string())
    }

    /// Logs in and agrees; answers where it goes then.
    pub async fn signs_in(&self, asked: &Asked, email: &str) -> Url {
        let request = self.request(asked).await;
        let consent = self.logs_in(&request, email, PASSWORD).await;
        assert_eq!(consent.status(), 200, "{}", consent.text().await.unwrap());
        location(self.decides(&request, "allow").await)
    }
}

/// The id in the form of a page.
pub fn request_in(html: &str) -> String {
    let id = html.split(r#"name="request" value=""#).nth(1).unwrap_or_else(|| panic!("no form: {html}"));
    id.split('"').next().unwrap().to_owned()
}
