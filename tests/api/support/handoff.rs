//! What the simulated Ghișeul's page would post, and the post itself.

use reqwest::Method;
use reqwest::Response;
use reqwest::header::ORIGIN;
use serde_json::{Value, json};
use url::Url;

use super::{House, json_of, location, query};

/// A form that hands somebody over.
#[derive(Clone)]
pub struct Handoff {
    pub assertion: String,
    pub client_id: String,
    pub return_url: String,
}

impl Handoff {
    /// For this person with this outcome, to the front end `hub` at `/sandbox/returned`.
    pub async fn of(house: &House, person: &str, outcome: &str) -> Self {
        let mut address = Url::parse(&house.ghiseul).unwrap().join("/handoff").unwrap();
        address.query_pairs_mut().append_pair("login_hint", &format!("{person}:{outcome}"));
        let form = json_of(house.http.get(address).send().await.unwrap(), 200).await;
        let text = |name: &str| form[name].as_str().unwrap().to_owned();
        Self { assertion: text("assertion"), client_id: text("client_id"), return_url: text("return_url") }
    }

    /// For this person with this outcome, to this address of this front end.
    pub async fn to(
        house: &House,
        (person, outcome): (&str, &str),
        client_id: &str,
        return_url: &str,
    ) -> Self {
        let mut address = Url::parse(&house.ghiseul).unwrap().join("/handoff").unwrap();
        let hint = format!("{person}:{outcome}");
        let named = [("login_hint", hint.as_str()), ("client_id", client_id), ("return_url", return_url)];
        address.query_pairs_mut().extend_pairs(named);
        let form = json_of(house.http.get(address).send().await.unwrap(), 200).await;
        let text = |name: &str| form[name].as_str().unwrap().to_owned();
        Self { assertion: text("assertion"), client_id: text("client_id"), return_url: text("return_url") }
    }

    fn form(&self) -> [(&'static str, &str); 3] {
        [("assertion", &self.assertion), ("client_id", &self.client_id), ("return_url", &self.return_url)]
    }

    /// As a program posts it.
    pub async fn post(&self, house: &House) -> Response {
        let request = house.request(Method::POST, "/v1/identity-verifications/ghiseul/handoff");
        request.form(&self.form()).send().await.unwrap()
    }

    /// As a browser posts it from a page of this origin.
    pub async fn post_from(&self, house: &House, origin: &str) -> Response {
        let request = house.request(Method::POST, "/v1/identity-verifications/ghiseul/handoff");
        request.header(ORIGIN, origin).form(&self.form()).send().await.unwrap()
    }

    /// The one-time code that it leads to.
    pub async fn code(&self, house: &House) -> String {
        let back = location(self.post(house).await);
        query(&back, "code").unwrap_or_else(|| panic!("no code: {back}"))
    }

    /// The tokens that it leads to.
    pub async fn tokens(&self, house: &House) -> Value {
        let code = self.code(house).await;
        json_of(house.post("/v1/sessions/exchange", &json!({"code": code})).await, 201).await
    }
}
