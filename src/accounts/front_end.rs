//! The front end by which a person came: links in mails lead there, if it has a base for them.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use url::Url;
use uuid::Uuid;

use super::store::Account;
use crate::clients::{FrontEnd, store};
use crate::db::schema::accounts;
use crate::error::Result;
use crate::state::AppState;

/// Returns where links in mails to the owner of an account lead; most came by the first-party front end, and cost no query.
pub(crate) fn of(c: &mut PgConnection, account: &Account, first_party: &Url) -> Result<Url> {
    let base = match &account.client_id {
        Some(client) => store::mail_link_base(c, client)?,
        None => None,
    };
    Ok(base.and_then(|base| Url::parse(&base).ok()).unwrap_or_else(|| first_party.clone()))
}

/// Returns the same before a transaction.
pub(crate) async fn read(state: &AppState, account: &Account) -> Result<Url> {
    let first_party = state.addresses.front_end.clone();
    if account.client_id.is_none() {
        return Ok(first_party);
    }
    let account = account.clone();
    state.db.read(move |c| of(c, &account, &first_party)).await
}

/// Returns the registered client whose page sends a request, and where links in its mails lead.
pub(crate) async fn of_page(state: &AppState, page: Option<&str>) -> Result<(Option<String>, Url)> {
    let first_party = state.addresses.front_end.clone();
    let Some(id) = page.and_then(|origin| state.clients.of_page(origin)) else {
        return Ok((None, first_party));
    };
    match state.clients.find(&state.db, &id).await? {
        Some(FrontEnd::Registered(client)) => {
            let base = client.mail_link_base.as_deref().and_then(|base| Url::parse(base).ok());
            Ok((Some(client.id), base.unwrap_or(first_party)))
        }
        _ => Ok((None, first_party)),
    }
}

/// Returns the client if it is still registered, and keeps it so until the end of the transaction.
pub(crate) fn still_registered(c: &mut PgConnection, client: Option<&str>) -> Result<Option<String>> {
    client.map_or(Ok(None), |client| store::hold(c, client))
}

/// Records by which client the owner of an account came; `None` is the first-party front end.
pub(crate) fn set(c: &mut PgConnection, account: Uuid, client: Option<&str>) -> Result<()> {
    let client = still_registered(c, client)?;
    let other = accounts::table.find(account).filter(accounts::client_id.is_distinct_from(client.as_deref()));
    diesel::update(other).set(accounts::client_id.eq(client.as_deref())).execute(c)?;
    Ok(())
}
