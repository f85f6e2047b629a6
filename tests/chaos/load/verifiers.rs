//! Whoever is handed a certificate and looks whether it is valid.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::rt::time::sleep;
use serde_json::json;
use uuid::Uuid;

use super::client::{Ask, Client};
use super::world::World;
use crate::history::Operation;

/// Between two verifications of one client, in milliseconds at most.
const PAUSE: usize = 40;

pub async fn verify(client: Client, world: Rc<World>) {
    while !client.is_closing() {
        if let Some(ask) = question(&client, &world) {
            client.insist(&ask).await;
        }
        client.pause(PAUSE).await;
    }
}

/// By the holder's CNP or by the printed code; every other time about one that has ended.
fn question(client: &Client, world: &World) -> Option<Ask> {
    let ended = client.percent(50) && !world.ended.borrow().is_empty();
    let held = if ended { client.pick(&world.ended.borrow()) } else { client.pick(&world.held.borrow()) }?;
    let body = if client.percent(50) {
        json!({"registration_number": held.number, "cnp": held.holder.cnp})
    } else {
        json!({"registration_number": held.number, "control_code": held.control_code})
    };
    Some(Ask::post(Operation::Verify, &held.number, "/v1/verify", body))
}

/// Somebody who tries passwords of an address that nobody has.
fn stranger() -> Ask {
    let email = format!("{}@example.ro", Uuid::now_v7().simple());
    let body = json!({"email": email, "password": "un cuvânt oarecare"});
    Ask::post(Operation::LogIn, &email, "/v1/sessions", body)
}

/// One of many who come at once while the gate is open: verifications, and readers of what is public.
pub async fn flood(client: Client, world: Rc<World>, (open, number): (Arc<AtomicUsize>, usize)) {
    while !client.is_closing() {
        if open.load(Ordering::Relaxed) <= number {
            sleep(Duration::from_millis(100)).await;
            continue;
        }
        match question(&client, &world) {
            Some(ask) if client.percent(80) => client.send(&ask).await,
            _ if client.percent(50) => client.send(&stranger()).await,
            _ => client.send(&Ask::get(Operation::Read, "trust", "/v1/verify/trust")).await,
        };
    }
}
