//! Applicants: with and without a key, for each reason once a day, and what they do when a certificate is wrong.

use std::rc::Rc;

use serde_json::{Value, json};

use super::client::{Ask, Client};
use super::world::{Held, World};
use crate::history::{Answer, Operation};
use crate::house::people::Person;

/// Between two applications of one client, in milliseconds at most.
const PAUSE: usize = 60;
/// Between two corrections.
const PAUSE_CORRECTIONS: usize = 250;

pub async fn apply(client: Client, world: Rc<World>, keyed: bool) {
    while !client.is_closing() {
        let Some((person, reason)) = world.next_wish() else { return };
        if let Some(answer) = one(&client, &person, &reason, keyed).await {
            hold(&world, &person, &answer);
        }
        client.pause(PAUSE).await;
    }
}

async fn one(client: &Client, person: &Person, reason: &str, keyed: bool) -> Option<Answer> {
    let body = json!({"service": "criminal-record-certificate", "reason": reason, "declaration": true});
    let subject = format!("{}/{reason}", person.cnp);
    let ask = || {
        let ask = Ask::post(Operation::Apply, &subject, "/v1/applications", body.clone()).by(&person.access);
        if keyed { ask.keyed() } else { ask }
    };
    let first = ask();
    let answer = client.insist(&first).await?;
    if keyed && client.percent(10) {
        // The answer came, and the front end was closed: it asks again.
        client.send(&first).await;
    }
    if client.percent(10) {
        // Again for the same reason: the law allows one a day.
        client.send(&ask()).await;
    }
    let id = match answer.status {
        409 => answer.text("/application_id"),
        _ => answer.text("/id"),
    };
    if answer.status == 409 || client.percent(10) {
        let path = format!("/v1/applications/{id}");
        let shown = client.insist(&Ask::get(Operation::ReadApplication, id, &path).by(&person.access)).await;
        return shown;
    }
    Some(answer)
}

fn hold(world: &World, person: &Rc<Person>, answer: &Answer) {
    let certificate = &answer.body["certificate"];
    let text = |name: &str| certificate[name].as_str().map(str::to_owned);
    if let (Some(id), Some(number), Some(control_code)) =
        (text("id"), text("registration_number"), text("control_code"))
    {
        world.keep(Held { id, number, control_code, holder: person.clone() });
    }
}

/// Owners who find an error in their certificate.
pub async fn report_errors(client: Client, world: Rc<World>) {
    while !client.is_closing() {
        let held = client.pick(&world.held.borrow());
        if let Some(held) = held {
            let body: Value = json!({"field": "mother_given_name", "value": "Elena-Maria"});
            let path = format!("/v1/certificates/{}/corrections", held.id);
            let ask =
                Ask::post(Operation::Correct, &held.number, &path, body).by(&held.holder.access).keyed();
            let asked = client.insist(&ask).await;
            if asked.is_some_and(|answer| answer.status == 202) && client.percent(20) {
                client.send(&ask).await;
            }
        }
        client.pause(PAUSE_CORRECTIONS).await;
    }
}
