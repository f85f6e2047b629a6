//! Somebody who works at a counter, step by step.

use std::ops::Deref;

use cazier::db::schema::{accounts, offices};
use cazier::person::Index;
use chrono::TimeDelta;
use diesel::prelude::*;
use reqwest::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use super::accounts::{keyring, open_officers_account, open_session};
use super::answer::json_of;
use super::citizen::{Citizen, next_code};
use super::house::House;

/// An officer, logged in with the second factor: written straight into the database, since how officers are appointed
/// and log in is tested in `accounts`.
pub struct Officer<'a>(Citizen<'a>);

impl<'a> Deref for Officer<'a> {
    type Target = Citizen<'a>;

    fn deref(&self) -> &Citizen<'a> {
        &self.0
    }
}

impl<'a> Officer<'a> {
    /// Whoever of the sandbox works in this office.
    pub async fn at(house: &'a House, office: &str) -> Self {
        let officers = json_of(house.get("/sandbox/officers").await, 200).await;
        let works_there = |officer: &&Value| officer["office"] == office;
        let officer = officers["items"].as_array().unwrap().iter().find(works_there).unwrap();
        let email = officer["email"].as_str().unwrap();
        let mut connection = house.database.connect();
        let index = keyring().index(Index::ACCOUNTS_EMAIL, email.as_bytes());
        let of_address = accounts::table.filter(accounts::email_index.eq(index)).select(accounts::id);
        let account = of_address.first(&mut connection).unwrap();
        Self::logged_in(house, account, email, TimeDelta::zero())
    }

    /// Somebody new at Cluj's counter: the person of this CNP.
    pub fn who_is(house: &'a House, cnp: &str) -> Self {
        Self::appointed(house, cnp, TimeDelta::zero())
    }

    /// The same, whose second factor was shown too long ago to decide anything.
    pub fn tired(house: &'a House, cnp: &str) -> Self {
        Self::appointed(house, cnp, TimeDelta::minutes(11))
    }

    /// The officer whose session this is.
    pub const fn of(session: Citizen<'a>) -> Self {
        Self(session)
    }

    fn appointed(house: &'a House, cnp: &str, factor_shown: TimeDelta) -> Self {
        let mut connection = house.database.connect();
        let cluj = offices::table.filter(offices::code.eq("CJ-P01")).select(offices::id);
        let office = cluj.first(&mut connection).unwrap();
        let account = open_officers_account(&mut connection, &keyring(), (office, cnp), house.clock.now());
        Self::logged_in(house, account.id, &account.email, factor_shown)
    }

    fn logged_in(house: &'a House, account: Uuid, email: &str, factor_shown: TimeDelta) -> Self {
        let now = house.clock.now();
        let access = open_session(&mut house.database.connect(), account, Some(now - factor_shown), now);
        Self(Citizen { house, email: email.to_owned(), access, refresh: String::new() })
    }

    /// Opens the verification of a code.
    pub async fn open(&self, code: &str) -> Response {
        self.post("/v1/counter/verifications/open", &json!({"activation_code": code})).await
    }

    /// Lets somebody who claims to be this test person stand at the counter, their verification opened; answers its id.
    pub async fn receive(&self, citizen: &Citizen<'_>, person: &str) -> String {
        let (verification, code) = citizen.claim(&claim_of(person)).await;
        json_of(self.open(&code).await, 200).await;
        verification
    }

    pub async fn decide(&self, verification: &str, body: &Value) -> Response {
        self.post(&format!("/v1/counter/verifications/{verification}/decision"), body).await
    }

    /// Certifies, having seen a good document.
    pub async fn certify(&self, verification: &str) -> Response {
        self.decide(verification, &certification()).await
    }

    /// The same, taking the person from another account if they have one.
    pub async fn transfer(&self, verification: &str) -> Response {
        let mut body = certification();
        body["transfer"] = json!(true);
        self.decide(verification, &body).await
    }

    /// Rejects with a note.
    pub async fn reject(&self, verification: &str) -> Response {
        self.decide(verification, &json!({"decision": "reject", "note": "Grabă."})).await
    }

    pub async fn undo(&self, verification: &str) -> Response {
        let body = json!({"reason": "Documentul aparținea altei persoane."});
        self.post(&format!("/v1/counter/verifications/{verification}/undo"), &body).await
    }

    /// Takes a case of the review; answers what there is to see.
    pub async fn claim_case(&self, application: &str) -> Value {
        let path = format!("/v1/review/applications/{application}/claim");
        json_of(self.post(&path, &json!({})).await, 200).await
    }

    pub async fn decide_case(&self, application: &str, body: &Value) -> Response {
        self.post(&format!("/v1/review/applications/{application}/decision"), body).await
    }

    /// Shows the second factor again.
    pub async fn step_up(&self) {
        let body = json!({"totp": next_code(self.house, &self.email).await});
        json_of(self.post("/v1/sessions/current/step-up", &body).await, 200).await;
    }
}

/// The body of a certification, for a good document.
pub fn certification() -> Value {
    json!({
        "decision": "certify",
        "document": {"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2036-05-14"},
    })
}

/// What a test person would claim at a counter.
pub fn claim_of(person: &str) -> Value {
    let person = cazier::sandbox::persons::by_id(person).unwrap();
    json!({"cnp": person.cnp, "family_name": person.family_name, "given_name": person.given_name})
}

/// Somebody who claims to be this test person and stands before Cluj's officer, the verification opened.
pub async fn at_counter<'a>(house: &'a House, person: &str) -> (Citizen<'a>, Officer<'a>, String) {
    let (citizen, officer) = (Citizen::registered(house).await, Officer::at(house, "CJ-P01").await);
    let verification = officer.receive(&citizen, person).await;
    (citizen, officer, verification)
}

/// An account certified at a counter as that person's, and the verification that an officer can undo.
pub async fn certified<'a>(house: &'a House, desk: &Officer<'a>, person: &str) -> (Citizen<'a>, String) {
    let citizen = Citizen::registered(house).await;
    let verification = certify(&citizen, desk, person).await;
    (citizen, verification)
}

/// Certifies an account as that person's, taking them from another account if they have one.
pub async fn certify(citizen: &Citizen<'_>, desk: &Officer<'_>, person: &str) -> String {
    let verification = desk.receive(citizen, person).await;
    json_of(desk.transfer(&verification).await, 200).await;
    verification
}
