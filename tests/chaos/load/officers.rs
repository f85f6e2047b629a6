//! Officers: decide what was referred to them, and revoke.

use std::rc::Rc;

use serde_json::json;

use super::REVIEWERS;
use super::client::{Ask, Client};
use super::world::World;
use crate::history::Operation;

/// Between two looks at the queue, in milliseconds at most.
const PAUSE: usize = 100;
/// Between two revocations.
const PAUSE_REVOCATIONS: usize = 250;

/// Until it is over: what is there when nothing new is begun has to come to its end.
pub async fn review(client: Client, world: Rc<World>, officer: usize) {
    let access = world.people.officers[officer].access.clone();
    while !client.is_over() {
        let queue = Ask::get(Operation::Read, "queue", "/v1/review/applications?limit=20").by(&access);
        let Some(queue) = client.insist(&queue).await else { return };
        let items = queue.body["items"].as_array().into_iter().flatten();
        for id in items.filter_map(|item| item["id"].as_str()) {
            // Each has their own half, as colleagues who talk to each other.
            if id.bytes().map(usize::from).sum::<usize>() % REVIEWERS == officer {
                decide(&client, &access, id).await;
            }
        }
        client.pause(PAUSE).await;
    }
}

async fn decide(client: &Client, access: &str, application: &str) -> Option<()> {
    let path = format!("/v1/review/applications/{application}");
    let claim = Ask::post(Operation::Claim, application, &format!("{path}/claim"), json!({})).by(access);
    let case = client.insist(&claim).await?;
    if case.status != 200 {
        return None;
    }
    let kind = case.text("/application/kind").to_owned();
    let body = match kind.as_str() {
        _ if client.percent(10) => {
            json!({"decision": "reject", "reason": "not_proved", "note": "Fără acte."})
        }
        _ => json!({"decision": "issue"}),
    };
    let decision = Ask::post(Operation::Decide, application, &format!("{path}/decision"), body).by(access);
    let decided = client.insist(&decision).await?;
    if decided.status == 409 {
        // Such as a certificate that was revoked meanwhile.
        let body = json!({"decision": "reject", "reason": "not_proved", "note": "Nu mai este în vigoare."});
        client
            .insist(&Ask::post(Operation::Decide, application, &format!("{path}/decision"), body).by(access))
            .await?;
    }
    Some(())
}

pub async fn revoke(client: Client, world: Rc<World>) {
    let access = world.people.officers[REVIEWERS].access.clone();
    while !client.is_closing() {
        let held = client.pick(&world.held.borrow());
        if let Some(held) = held {
            let path = format!("/v1/certificates/{}/revocation", held.id);
            let body = json!({"reason": "wrong_data"});
            let ask = Ask::post(Operation::Revoke, &held.number, &path, body).by(&access);
            if client.insist(&ask).await.is_some() {
                world.end(&held.number);
            }
        }
        client.pause(PAUSE_REVOCATIONS).await;
    }
}
