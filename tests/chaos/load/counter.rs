//! Whoever comes once to a counter, and whoever asks for help.

use std::rc::Rc;

use serde_json::json;

use super::REVIEWERS;
use super::client::{Ask, Client};
use super::world::World;
use crate::history::Operation;
use crate::house::people::{NAMES, Person};

/// Between two, in milliseconds at most.
const PAUSE: usize = 300;

pub async fn come_once(client: Client, world: Rc<World>) {
    let officer = world.people.officers[REVIEWERS + 1].access.clone();
    while !client.is_closing() {
        let Some(person) = world.next_stranger() else { return };
        let _ = one(&client, &person, &officer).await;
        client.pause(PAUSE).await;
    }
}

async fn one(client: &Client, person: &Person, officer: &str) -> Option<()> {
    let claim = json!({"cnp": person.cnp, "family_name": NAMES.0, "given_name": NAMES.1});
    let body = json!({"method": "counter", "claim": claim});
    let ask = Ask::post(Operation::BeginCounter, &person.cnp, "/v1/identity-verifications", body);
    let begun = client.insist(&ask.by(&person.access).keyed()).await?;
    let (id, code) = (begun.text("/id").to_owned(), begun.text("/activation_code").to_owned());
    let (path, body) = ("/v1/counter/verifications/open", json!({"activation_code": code}));
    client.insist(&Ask::post(Operation::OpenCounter, &code, path, body).by(officer)).await?;
    let document =
        json!({"type": "identity_card", "series": "CJ", "number": "123456", "expires_on": "2036-05-14"});
    let body = json!({"decision": "certify", "document": document});
    let path = format!("/v1/counter/verifications/{id}/decision");
    client.insist(&Ask::post(Operation::Certify, &id, &path, body).by(officer)).await?;
    let shown =
        Ask::get(Operation::Read, &id, &format!("/v1/identity-verifications/{id}")).by(&person.access);
    client.insist(&shown).await?;
    Some(())
}

pub async fn ask_for_help(client: Client, world: Rc<World>) {
    let mut number = 0;
    while !client.is_closing() {
        // Nobody asks oftener than the desk allows.
        let citizen = &world.people.citizens[number % world.people.citizens.len()];
        number += 1;
        let body = json!({"topic": "application", "message": format!("Nu merge ({number}).")});
        let ask = Ask::post(Operation::AskForHelp, &number.to_string(), "/v1/support/requests", body);
        let ask = ask.by(&citizen.access).keyed();
        if client.insist(&ask).await.is_some() && client.percent(20) {
            client.send(&ask).await;
        }
        client.pause(PAUSE).await;
    }
}
