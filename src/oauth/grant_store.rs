//! Rows of grants: what people allow clients.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::store::{Scopes, codes};
use crate::clients::Scope;
use crate::db::schema::{clients, oauth_grants};
use crate::error::Result;
use crate::http::page::Page;

/// Returns whether the grant was not revoked, and keeps it so until the end of the transaction.
pub(super) fn hold_grant(c: &mut PgConnection, grant: Uuid) -> Result<bool> {
    let row = oauth_grants::table.find(grant).select(oauth_grants::id);
    Ok(row.for_key_share().first::<Uuid>(c).optional()?.is_some())
}

/// A grant with the name of its client.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct GrantRow {
    pub(super) id: Uuid,
    pub(super) client_id: String,
    pub(super) client_name: String,
    scopes: Scopes,
    pub(super) created_at: DateTime<Utc>,
    pub(super) granted_at: DateTime<Utc>,
}

impl GrantRow {
    pub(super) fn scopes(&self) -> impl Iterator<Item = &String> {
        self.scopes.iter().flatten()
    }
}

/// Lists an account's grants, newest first.
pub(super) fn list_grants(c: &mut PgConnection, account: Uuid, page: Page) -> Result<Vec<GrantRow>> {
    let mut query = oauth_grants::table
        .inner_join(clients::table)
        .filter(oauth_grants::account_id.eq(account))
        .order(oauth_grants::id.desc())
        .limit(page.limit + 1)
        .select((
            oauth_grants::id,
            oauth_grants::client_id,
            clients::name,
            oauth_grants::scopes,
            oauth_grants::created_at,
            oauth_grants::granted_at,
        ))
        .into_boxed();
    if let Some(before) = page.before {
        query = query.filter(oauth_grants::id.lt(before));
    }
    Ok(query.load(c)?)
}

/// Adds scopes to what an account granted a client; returns the grant, and the scopes that are new in it.
pub(super) fn add_grant(
    c: &mut PgConnection,
    (account, client): (Uuid, &str),
    scopes: &[Scope],
    now: DateTime<Utc>,
) -> Result<(Uuid, Vec<Scope>)> {
    let id = Uuid::now_v7();
    let row = (
        oauth_grants::id.eq(id),
        oauth_grants::account_id.eq(account),
        oauth_grants::client_id.eq(client),
        oauth_grants::scopes.eq(codes(scopes)),
        oauth_grants::created_at.eq(now),
        oauth_grants::granted_at.eq(now),
    );
    let insert = diesel::insert_into(oauth_grants::table).values(row);
    let insert = insert.on_conflict((oauth_grants::account_id, oauth_grants::client_id)).do_nothing();
    if insert.execute(c)? == 1 {
        return Ok((id, scopes.to_vec()));
    }
    let known = oauth_grants::table
        .filter(oauth_grants::account_id.eq(account))
        .filter(oauth_grants::client_id.eq(client))
        .select((oauth_grants::id, oauth_grants::scopes))
        // Whoever records an event for the client at this moment passes over a grant that is being deleted, not over this one.
        .for_no_key_update();
    let (id, granted): (Uuid, Scopes) = known.first(c)?;
    let granted = Scope::all_in(granted.iter().flatten());
    let is_new = |scope: &Scope| !granted.contains(scope);
    let added: Vec<Scope> = scopes.iter().copied().filter(is_new).collect();
    let all: Vec<Scope> =
        Scope::ALL.into_iter().filter(|scope| granted.contains(scope) || added.contains(scope)).collect();
    let set = (oauth_grants::scopes.eq(codes(&all)), oauth_grants::granted_at.eq(now));
    diesel::update(oauth_grants::table.find(id)).set(set).execute(c)?;
    Ok((id, added))
}

/// Deletes a grant of an account, with the sessions that it opened; returns the client's id if there was one.
pub(super) fn delete_grant(c: &mut PgConnection, account: Uuid, id: Uuid) -> Result<Option<String>> {
    let own = oauth_grants::table.find(id).filter(oauth_grants::account_id.eq(account));
    Ok(diesel::delete(own).returning(oauth_grants::client_id).get_result(c).optional()?)
}
