//! People who log in by redirect, from here and from Ghișeul.

use std::rc::Rc;

use reqwest::header::LOCATION;
use serde_json::{Value, json};
use url::Url;

use super::client::{Ask, Client};
use super::world::World;
use crate::history::Operation;

/// Test persons of the sandbox, whom the simulated Ghișeul knows.
const PERSONS: [&str; 4] = ["clean", "clean-2", "clean-3", "clean-4"];
/// Between two, in milliseconds at most.
const PAUSE: usize = 80;

pub async fn log_in(client: Client, world: Rc<World>) {
    while !client.is_closing() {
        let _ = begun_here(&client, &world).await;
        client.pause(PAUSE).await;
    }
}

async fn begun_here(client: &Client, world: &World) -> Option<()> {
    let person = client.pick(&PERSONS)?;
    let body = json!({"method": "ghiseul", "return_url": "http://localhost:3000/in"});
    let begun =
        client.insist(&Ask::post(Operation::BeginRedirect, person, "/v1/sessions/redirect", body)).await?;
    let mut redirect = Url::parse(begun.text("/redirect_url")).ok()?;
    redirect.query_pairs_mut().append_pair("login_hint", &format!("{person}:success"));
    let answer = client.common.http.get(at(&world.ghiseul, &redirect)).send().await.ok()?;
    let callback = Url::parse(answer.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    let path = format!("{}?{}", callback.path(), callback.query()?);
    let back = client.unless_unknown(&Ask::get(Operation::Callback, &path, &path)).await?;
    exchange(client, back.text("/code")).await
}

pub async fn are_handed_over(client: Client, world: Rc<World>) {
    while !client.is_closing() {
        let _ = begun_there(&client, &world).await;
        client.pause(PAUSE).await;
    }
}

async fn begun_there(client: &Client, world: &World) -> Option<()> {
    let mut page = world.ghiseul.join("/handoff").ok()?;
    page.query_pairs_mut().append_pair("login_hint", &format!("{}:success", client.pick(&PERSONS)?));
    let form: Value = client.common.http.get(page).send().await.ok()?.json().await.ok()?;
    let text = |name: &str| form[name].as_str().map(str::to_owned);
    let assertion = text("assertion")?;
    let fields = vec![
        ("assertion", assertion.clone()),
        ("client_id", text("client_id")?),
        ("return_url", text("return_url")?),
    ];
    let path = "/v1/identity-verifications/ghiseul/handoff";
    let post = Ask::form(Operation::HandOver, &assertion, path, fields);
    let back = client.unless_unknown(&post).await?;
    exchange(client, back.text("/code")).await?;
    if client.percent(10) {
        // Somebody who found the form in a history.
        client.send(&post).await;
    }
    Some(())
}

async fn exchange(client: &Client, code: &str) -> Option<()> {
    if code.is_empty() {
        return None;
    }
    let ask = Ask::post(Operation::Exchange, code, "/v1/sessions/exchange", json!({"code": code}));
    let tokens = client.unless_unknown(&ask).await?;
    let access = tokens.text("/access_token").to_owned();
    client.insist(&Ask::get(Operation::Read, "me", "/v1/accounts/me").by(&access)).await?;
    if client.percent(10) {
        client.send(&ask).await;
    }
    Some(())
}

/// The browser's own way, which no fault between the nodes and the provider touches.
fn at(origin: &Url, address: &Url) -> Url {
    let mut moved = address.clone();
    moved.set_port(origin.port()).unwrap();
    moved
}
