//! Somebody who works at a counter of the sandbox, step by step.

use reqwest::Response;
use serde_json::{Value, json};

use super::answer::json_of;
use super::citizen::{Citizen, next_code};
use super::house::House;

/// An officer, logged in with the second factor.
pub struct Officer<'a>(Citizen<'a>);

impl<'a> Officer<'a> {
    /// The officer of this office.
    pub async fn at(house: &'a House, office: &str) -> Self {
        let officers = json_of(house.get("/sandbox/officers").await, 200).await;
        let works_there = |officer: &&Value| officer["office"] == office;
        let officer = officers["items"].as_array().unwrap().iter().find(works_there).unwrap();
        Self(Citizen::staff(house, officer["email"].as_str().unwrap()).await)
    }

    /// The officer whose session this is.
    pub const fn of(session: Citizen<'a>) -> Self {
        Self(session)
    }

    /// The token of the session.
    pub fn access(&self) -> &str {
        &self.0.access
    }

    pub async fn get(&self, path: &str) -> Response {
        self.0.get(path).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.0.post(path, body).await
    }

    /// Opens the verification of a code.
    pub async fn open(&self, code: &str) -> Response {
        let mut url = self.0.house.api.join("/v1/counter/verifications").unwrap();
        url.query_pairs_mut().append_pair("activation_code", code);
        self.0.house.http.get(url).bearer_auth(&self.0.access).send().await.unwrap()
    }

    pub async fn decide(&self, verification: &str, body: &Value) -> Response {
        self.post(&format!("/v1/counter/verifications/{verification}/decision"), body).await
    }

    /// Certifies, having seen a good document.
    pub async fn certify(&self, verification: &str) -> Response {
        let document =
            json!({"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2036-05-14"});
        self.decide(verification, &json!({"decision": "certify", "document": document})).await
    }

    pub async fn undo(&self, verification: &str) -> Response {
        let body = json!({"reason": "Documentul aparținea altei persoane."});
        self.post(&format!("/v1/counter/verifications/{verification}/undo"), &body).await
    }

    /// Shows the second factor again.
    pub async fn step_up(&self) {
        let body = json!({"totp": next_code(self.0.house, &self.0.email).await});
        json_of(self.post("/v1/sessions/current/step-up", &body).await, 200).await;
    }
}

/// What a test person would claim at a counter.
pub fn claim_of(person: &str) -> Value {
    let person = cazier::sandbox::persons::by_id(person).unwrap();
    json!({"cnp": person.cnp, "family_name": person.family_name, "given_name": person.given_name})
}

/// An account certified at a counter as that person's, and the verification that an officer can undo.
pub async fn certified<'a>(house: &'a House, desk: &Officer<'a>, person: &str) -> (Citizen<'a>, String) {
    let citizen = Citizen::registered(house).await;
    let verification = certify(&citizen, desk, person).await;
    (citizen, verification)
}

/// Certifies an account as that person's, taking them from another account if they have one.
pub async fn certify(citizen: &Citizen<'_>, desk: &Officer<'_>, person: &str) -> String {
    let (verification, code) = citizen.claim(&claim_of(person)).await;
    json_of(desk.open(&code).await, 200).await;
    let document =
        json!({"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2036-05-14"});
    let body = json!({"decision": "certify", "document": document, "transfer": true});
    json_of(desk.decide(&verification, &body).await, 200).await;
    verification
}
