//! Newcomers: register, follow the link of the mail, log in, stay in, go.

use std::rc::Rc;
use std::time::Duration;

use actix_web::rt::time::sleep;
use serde_json::json;
use uuid::Uuid;

use super::client::{Ask, Client};
use super::world::World;
use crate::history::Operation;

const PASSWORD: &str = "trei cai albi pe deal";
/// How often a newcomer looks into the mailbox, and how many times.
const LOOK: (Duration, usize) = (Duration::from_millis(50), 400);
/// Between two newcomers, in milliseconds at most.
const PAUSE: usize = 60;

pub async fn come_and_go(client: Client, world: Rc<World>) {
    while !client.is_closing() {
        let _ = one(&client, &world).await;
        client.pause(PAUSE).await;
    }
}

async fn one(client: &Client, world: &World) -> Option<()> {
    let email = format!("{}@example.ro", Uuid::now_v7().simple());
    let body = json!({"email": email, "password": PASSWORD});
    let ask = Ask::post(Operation::Register, &email, "/v1/accounts", body).keyed();
    client.insist(&ask).await?;
    let token = mailed(client, world, &email).await?;
    let body = json!({"token": token, "password": PASSWORD});
    let ask = Ask::post(Operation::ConfirmEmail, &token, "/v1/accounts/confirm-email", body);
    // Unknown or not, whoever cannot log in afterwards has not been confirmed.
    client.unless_unknown(&ask).await;
    let body = json!({"email": email, "password": PASSWORD});
    let tokens = client.insist(&Ask::post(Operation::LogIn, &email, "/v1/sessions", body)).await?;
    let mut refresh = tokens.text("/refresh_token").to_owned();
    for _ in 0..3 {
        client.pause(PAUSE).await;
        let body = json!({"refresh_token": refresh});
        let ask = Ask::post(Operation::Refresh, &refresh, "/v1/sessions/refresh", body);
        let tokens = client.unless_unknown(&ask).await?;
        let access = tokens.text("/access_token").to_owned();
        tokens.text("/refresh_token").clone_into(&mut refresh);
        client.insist(&Ask::get(Operation::Read, "me", "/v1/accounts/me").by(&access)).await?;
    }
    Some(())
}

/// The token of the mail, once it is there.
async fn mailed(client: &Client, world: &World, email: &str) -> Option<String> {
    for _ in 0..LOOK.1 {
        if let Some(token) = world.mail.find(email, "token=") {
            return Some(token);
        }
        if client.is_over() {
            return None;
        }
        sleep(LOOK.0).await;
    }
    None
}
