//! Front ends of others and relying parties' systems: registered while nodes serve, and removed.

mod addresses;
mod commands;
mod keys;
mod mail_links;
mod registering;

use cazier::db::schema::accounts;
use diesel::prelude::*;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{Citizen, House, json_of, open_session};

/// An operator, whose second factor was shown a moment ago; as often as a test likes, without a code.
pub fn operator(house: &House) -> Citizen<'_> {
    let (mut connection, now) = (house.database.connect(), house.clock.now());
    let operators = accounts::table.filter(accounts::role.eq("operator")).select(accounts::id);
    let account = operators.first(&mut connection).unwrap();
    let access = open_session(&mut connection, account, Some(now), now);
    Citizen { house, email: String::new(), access, refresh: String::new() }
}

/// A first-party portal of a city, at this host.
pub fn portal(id: &str, host: &str) -> Value {
    json!({
        "id": id,
        "name": "Portalul orașului",
        "contact": "portal@city.example",
        "kind": "web",
        "first_party": true,
        "origins": [format!("https://{host}")],
        "redirect_uris": [format!("https://{host}/done")],
    })
}

/// Registers a client; answers what was created.
pub async fn register(operator: &Citizen<'_>, client: &Value) -> Value {
    json_of(operator.post("/v1/clients", client).await, 201).await
}

/// Begins a log-in that returns to this address of this client.
pub async fn redirect(house: &House, client: &str, url: &str) -> Response {
    let wish = json!({"method": "ghiseul", "client_id": client, "return_url": url});
    house.post("/v1/sessions/redirect", &wish).await
}
