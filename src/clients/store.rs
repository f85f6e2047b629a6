//! Rows of registered clients and of their secrets.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::key_store::{self, ClientKey};
use super::registration::{ClientKind, Environment, RateClass, Registration};
use super::scope::Scope;
use crate::db::schema::{client_keys, client_secrets, clients};
use crate::error::{Error, Result};

/// A registered client.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = clients)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its name, as people see it.
    pub name: String,
    /// Whom the operator asks.
    pub contact: String,
    /// What stands in for a logo.
    pub logo_text: Option<String>,
    /// What it is.
    pub kind: ClientKind,
    /// Whether its pages take passwords, and its sessions do everything.
    pub first_party: bool,
    origins: Vec<Option<String>>,
    redirect_uris: Vec<Option<String>>,
    /// Where a log-in that a third party begins is sent.
    pub initiate_login_uri: Option<String>,
    /// Where links in mails lead to.
    pub mail_link_base: Option<String>,
    /// How much one sender may do in its name.
    pub rate_class: RateClass,
    /// The kind of installation that takes it.
    pub environment: Environment,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    scopes: Vec<Option<String>>,
}

impl Client {
    /// Makes the row of a registration.
    #[must_use]
    pub fn of(registration: &Registration, now: DateTime<Utc>) -> Self {
        let text = |value: &dyn ToString| Some(value.to_string());
        Self {
            id: registration.id.as_str().to_owned(),
            name: registration.name.as_str().to_owned(),
            contact: registration.contact.as_str().to_owned(),
            logo_text: registration.logo_text.as_ref().map(ToString::to_string),
            kind: registration.kind,
            first_party: registration.first_party,
            origins: registration.origins.iter().map(|origin| text(origin)).collect(),
            redirect_uris: registration.redirect_uris.iter().map(|uri| text(uri)).collect(),
            initiate_login_uri: registration.initiate_login_uri.as_ref().map(ToString::to_string),
            mail_link_base: registration.mail_link_base.as_ref().map(ToString::to_string),
            rate_class: registration.rate_class,
            environment: registration.environment,
            created_at: now,
            scopes: Scope::ALL
                .into_iter()
                .filter(|scope| registration.scopes.contains(scope))
                .map(|scope| text(&scope.as_str()))
                .collect(),
        }
    }

    /// Returns what it may ask people for.
    #[must_use]
    pub fn scopes(&self) -> Vec<Scope> {
        Scope::all_in(self.scopes.iter().flatten())
    }

    /// Returns the origins of its pages.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.origins.iter().flatten().map(String::as_str)
    }

    /// Returns where redirects may return to.
    pub fn redirect_uris(&self) -> impl Iterator<Item = &str> {
        self.redirect_uris.iter().flatten().map(String::as_str)
    }
}

/// Inserts a client; returns false if there is one with its id.
pub fn insert(c: &mut PgConnection, client: &Client) -> Result<bool> {
    let insert = diesel::insert_into(clients::table).values(client).on_conflict(clients::id).do_nothing();
    Ok(insert.execute(c)? == 1)
}

/// Writes where redirects to a known client may return to.
pub fn set_redirect_uris(c: &mut PgConnection, client: &Client) -> Result<()> {
    let known = diesel::update(clients::table.find(&client.id));
    known.set(clients::redirect_uris.eq(&client.redirect_uris)).execute(c)?;
    Ok(())
}

/// Finds a client of this environment.
pub fn find(c: &mut PgConnection, environment: Environment, id: &str) -> Result<Option<Client>> {
    let client = clients::table.find(id).filter(clients::environment.eq(environment));
    Ok(client.select(Client::as_select()).first(c).optional()?)
}

/// A client as operators see it.
pub struct Listed {
    /// The client.
    pub client: Client,
    /// When each of its secrets was made, oldest first.
    pub secrets: Vec<DateTime<Utc>>,
    /// Its keys, oldest first.
    pub keys: Vec<ClientKey>,
}

/// Lists all clients by id.
pub fn list(c: &mut PgConnection) -> Result<Vec<Listed>> {
    let rows = clients::table.order(clients::id).select(Client::as_select()).load(c)?;
    let secrets: Vec<(String, DateTime<Utc>)> = client_secrets::table
        .order((client_secrets::created_at, client_secrets::id))
        .select((client_secrets::client_id, client_secrets::created_at))
        .load(c)?;
    let keys = key_store::list(c)?;
    let listed = |client: Client| Listed {
        secrets: secrets.iter().filter(|(id, _)| *id == client.id).map(|(_, at)| *at).collect(),
        keys: keys.iter().filter(|key| key.client_id == client.id).cloned().collect(),
        client,
    };
    Ok(rows.into_iter().map(listed).collect())
}

/// Deletes a client with its secrets; returns whether there was one.
pub fn delete(c: &mut PgConnection, id: &str) -> Result<bool> {
    Ok(diesel::delete(clients::table.find(id)).execute(c)? == 1)
}

/// Locks a client until the end of the transaction, and returns what it is.
pub fn lock(c: &mut PgConnection, id: &str) -> Result<Option<ClientKind>> {
    Ok(clients::table.find(id).select(clients::kind).for_update().first(c).optional()?)
}

/// Deletes the secrets of a locked client but for the newest `kept`; returns the slots that are taken.
pub fn keep_newest_secrets(c: &mut PgConnection, id: &str, kept: usize) -> Result<Vec<i16>> {
    let all: Vec<(Uuid, i16)> = client_secrets::table
        .filter(client_secrets::client_id.eq(id))
        .order((client_secrets::created_at.desc(), client_secrets::id.desc()))
        .select((client_secrets::id, client_secrets::slot))
        .load(c)?;
    let (newest, older) = all.split_at(kept.min(all.len()));
    let older: Vec<Uuid> = older.iter().map(|(id, _)| *id).collect();
    diesel::delete(client_secrets::table.filter(client_secrets::id.eq_any(older))).execute(c)?;
    Ok(newest.iter().map(|(_, slot)| *slot).collect())
}

/// Inserts a secret of a locked client into the slot that is free.
///
/// # Errors
/// Internal, if both are taken.
pub fn insert_secret(
    c: &mut PgConnection,
    client: &str,
    (digest, taken): (Vec<u8>, &[i16]),
    now: DateTime<Utc>,
) -> Result<()> {
    let slot = [1, 2].into_iter().find(|slot| !taken.contains(slot));
    let slot: i16 = slot.ok_or_else(|| Error::internal("a client has two secrets"))?;
    let row = (
        client_secrets::id.eq(Uuid::now_v7()),
        client_secrets::client_id.eq(client),
        client_secrets::slot.eq(slot),
        client_secrets::digest.eq(digest),
        client_secrets::created_at.eq(now),
    );
    diesel::insert_into(client_secrets::table).values(row).execute(c)?;
    Ok(())
}

/// Returns whether this is the digest of a secret of the client.
pub fn has_secret(c: &mut PgConnection, client: &str, digest: &[u8]) -> Result<bool> {
    let known = client_secrets::table
        .filter(client_secrets::client_id.eq(client))
        .filter(client_secrets::digest.eq(digest));
    Ok(diesel::select(exists(known)).get_result(c)?)
}

/// Returns whether this is the digest of a secret of a client that authenticates by secrets: it has no key.
pub fn authenticates_by_secret(c: &mut PgConnection, client: &str, digest: &[u8]) -> Result<bool> {
    let keys = client_keys::table.filter(client_keys::client_id.eq(client));
    let known = client_secrets::table
        .filter(client_secrets::client_id.eq(client))
        .filter(client_secrets::digest.eq(digest));
    Ok(diesel::select(exists(known).and(not(exists(keys)))).get_result(c)?)
}

/// Returns whether a redirect of any first-party client of this environment may go to exactly this address.
pub fn is_first_party_redirect_uri(
    c: &mut PgConnection,
    environment: Environment,
    uri: &str,
) -> Result<bool> {
    let known = clients::table
        .filter(clients::environment.eq(environment))
        .filter(clients::first_party)
        .filter(clients::redirect_uris.contains(vec![Some(uri)]));
    Ok(diesel::select(exists(known)).get_result(c)?)
}

/// Returns where links in mails to people who came by a client lead, if it says so.
pub fn mail_link_base(c: &mut PgConnection, id: &str) -> Result<Option<String>> {
    let base = clients::table.find(id).select(clients::mail_link_base);
    Ok(base.first::<Option<String>>(c).optional()?.flatten())
}

/// Keeps a client registered until the end of the transaction; `None` if it is not any more.
pub fn hold(c: &mut PgConnection, id: &str) -> Result<Option<String>> {
    Ok(clients::table.find(id).select(clients::id).for_key_share().first(c).optional()?)
}

/// The addresses of a client, which a node remembers for a moment.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) first_party: bool,
    origins: Vec<Option<String>>,
    redirect_uris: Vec<Option<String>>,
    pub(super) initiate_login_uri: Option<String>,
}

impl Known {
    pub(super) fn origins(&self) -> impl Iterator<Item = &str> {
        self.origins.iter().flatten().map(String::as_str)
    }

    pub(super) fn redirect_uris(&self) -> impl Iterator<Item = &str> {
        self.redirect_uris.iter().flatten().map(String::as_str)
    }
}

/// Reads the addresses of all clients of this environment.
pub(super) fn known(c: &mut PgConnection, environment: Environment) -> Result<Vec<Known>> {
    let all = clients::table.filter(clients::environment.eq(environment)).order(clients::id);
    let columns = (
        clients::id,
        clients::first_party,
        clients::origins,
        clients::redirect_uris,
        clients::initiate_login_uri,
    );
    Ok(all.select(columns).load(c)?)
}
