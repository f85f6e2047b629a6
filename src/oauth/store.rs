//! Rows of authorization requests.

use chrono::{DateTime, Utc};
use diesel::dsl::auto_type;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::authentication::{Authentication, SecondFactor};
use crate::accounts::Role;
use crate::clients::Scope;
use crate::db::schema::{accounts, oauth_requests};
use crate::error::Result;
use crate::http::Locale;

/// Codes of scopes, as the database has them.
pub(super) type Scopes = Vec<Option<String>>;

/// Returns the codes of scopes for the database.
pub(super) fn codes(scopes: &[Scope]) -> Scopes {
    scopes.iter().map(|scope| Some(scope.as_str().to_owned())).collect()
}

/// An authorization request.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = oauth_requests)]
pub(super) struct Request {
    pub(super) id: Uuid,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    scopes: Scopes,
    pub(super) code_challenge: String,
    pub(super) browser_digest: Vec<u8>,
    pub(super) locale: Locale,
    pub(super) account_id: Option<Uuid>,
    pub(super) logged_in_at: Option<DateTime<Utc>>,
    pub(super) grant_id: Option<Uuid>,
    pub(super) code_digest: Option<Vec<u8>>,
    pub(super) code_expires_at: Option<DateTime<Utc>>,
    pub(super) exchanged_at: Option<DateTime<Utc>>,
    pub(super) session_id: Option<Uuid>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    /// `password`, or the name of an identity provider.
    logged_in_by: Option<String>,
    second_factor: Option<SecondFactor>,
}

/// What a new request says.
pub(super) struct Asked<'a> {
    pub(super) client_id: &'a str,
    pub(super) redirect_uri: &'a str,
    pub(super) state: Option<&'a str>,
    pub(super) nonce: Option<&'a str>,
    pub(super) scopes: &'a [Scope],
    pub(super) code_challenge: &'a str,
    pub(super) locale: Locale,
}

impl Request {
    /// Makes the row of a request that this browser began.
    pub(super) fn of(
        asked: &Asked<'_>,
        browser_digest: Vec<u8>,
        (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
    ) -> Self {
        Self {
            id: Uuid::now_v7(),
            client_id: asked.client_id.to_owned(),
            redirect_uri: asked.redirect_uri.to_owned(),
            state: asked.state.map(str::to_owned),
            nonce: asked.nonce.map(str::to_owned),
            scopes: codes(asked.scopes),
            code_challenge: asked.code_challenge.to_owned(),
            browser_digest,
            locale: asked.locale,
            account_id: None,
            logged_in_at: None,
            grant_id: None,
            code_digest: None,
            code_expires_at: None,
            exchanged_at: None,
            session_id: None,
            created_at: now,
            expires_at,
            logged_in_by: None,
            second_factor: None,
        }
    }

    /// Returns how the person logged in; `None` if nobody did.
    pub(super) fn authentication(&self) -> Option<Authentication> {
        let by = self.logged_in_by.clone()?;
        Some(Authentication { by, second_factor: self.second_factor })
    }

    /// Returns what is asked for.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        Scope::all_in(self.scopes.iter().flatten())
    }
}

pub(super) fn insert(c: &mut PgConnection, row: &Request) -> Result<()> {
    diesel::insert_into(oauth_requests::table).values(row).execute(c)?;
    Ok(())
}

/// Selects a request that is not over, and whose person has not decided yet.
#[auto_type]
fn open(id: Uuid, now: DateTime<Utc>) -> _ {
    oauth_requests::table
        .find(id)
        .filter(oauth_requests::code_digest.is_null())
        .filter(oauth_requests::expires_at.gt(now))
}

/// Finds an open request.
pub(super) fn find_open(c: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<Option<Request>> {
    Ok(open(id, now).select(Request::as_select()).first(c).optional()?)
}

/// Selects a request whose code was made and not used yet.
#[auto_type]
fn with_fresh_code(id: Uuid, now: DateTime<Utc>) -> _ {
    oauth_requests::table
        .find(id)
        .filter(oauth_requests::exchanged_at.is_null())
        .filter(oauth_requests::code_expires_at.gt(now))
        .filter(oauth_requests::expires_at.gt(now))
}

/// Finds a request whose code was made and not used yet.
pub(super) fn find_decided(c: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<Option<Request>> {
    Ok(with_fresh_code(id, now).select(Request::as_select()).first(c).optional()?)
}

/// Makes another code of a request the one that works; returns whether its code was still unused.
pub(super) fn replace_code(
    c: &mut PgConnection,
    id: Uuid,
    (digest, expires_at): (&[u8], DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let set = (oauth_requests::code_digest.eq(digest), oauth_requests::code_expires_at.eq(expires_at));
    Ok(diesel::update(with_fresh_code(id, now)).set(set).execute(c)? == 1)
}

/// Records who logged in, and how.
pub(super) fn set_account(
    c: &mut PgConnection,
    id: Uuid,
    account: Uuid,
    how: &Authentication,
    now: DateTime<Utc>,
) -> Result<bool> {
    let set = (
        oauth_requests::account_id.eq(account),
        oauth_requests::logged_in_at.eq(now),
        oauth_requests::logged_in_by.eq(&how.by),
        oauth_requests::second_factor.eq(how.second_factor),
    );
    Ok(diesel::update(open(id, now)).set(set).execute(c)? == 1)
}

/// Deletes a request that its person refused; returns whether it was still open.
pub(super) fn refuse(c: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    Ok(diesel::delete(open(id, now)).execute(c)? == 1)
}

/// A decision, and the log-in that made it.
pub(super) struct Decision {
    pub(super) request: Uuid,
    pub(super) account: Uuid,
    pub(super) logged_in_at: DateTime<Utc>,
    pub(super) grant: Uuid,
    pub(super) code_digest: Vec<u8>,
    pub(super) code_expires_at: DateTime<Utc>,
}

/// Gives an open request its grant and code, if nobody has logged in to it since; of two who decide at once, one gets true.
pub(super) fn grant(c: &mut PgConnection, decision: &Decision, now: DateTime<Utc>) -> Result<bool> {
    let same_log_in = open(decision.request, now)
        .filter(oauth_requests::account_id.eq(decision.account))
        .filter(oauth_requests::logged_in_at.eq(decision.logged_in_at));
    let set = (
        oauth_requests::grant_id.eq(decision.grant),
        oauth_requests::code_digest.eq(&decision.code_digest),
        oauth_requests::code_expires_at.eq(decision.code_expires_at),
    );
    Ok(diesel::update(same_log_in).set(set).execute(c)? == 1)
}

/// Finds the request of a code, whether it was used or not.
pub(super) fn find_by_code(c: &mut PgConnection, digest: &[u8]) -> Result<Option<Request>> {
    let row = oauth_requests::table.filter(oauth_requests::code_digest.eq(digest));
    Ok(row.select(Request::as_select()).first(c).optional()?)
}

/// Uses up a code for a session. Of two concurrent callers, only one finds it unused.
pub(super) fn take_code(
    c: &mut PgConnection,
    digest: &[u8],
    session: Uuid,
    now: DateTime<Utc>,
) -> Result<bool> {
    let unused = oauth_requests::table
        .filter(oauth_requests::code_digest.eq(digest))
        .filter(oauth_requests::exchanged_at.is_null())
        .filter(oauth_requests::code_expires_at.gt(now));
    let set = (oauth_requests::exchanged_at.eq(now), oauth_requests::session_id.eq(session));
    Ok(diesel::update(unused).set(set).execute(c)? == 1)
}

/// Returns the session that a code was exchanged for; the request may have ended meanwhile.
pub(super) fn session_of(c: &mut PgConnection, digest: &[u8]) -> Result<Option<Uuid>> {
    let of_code = oauth_requests::table.filter(oauth_requests::code_digest.eq(digest));
    let session = of_code.select(oauth_requests::session_id);
    Ok(session.first::<Option<Uuid>>(c).optional()?.flatten())
}

/// Returns whether the account is there and its owner a citizen, and keeps it so until the end of the transaction. Before its grants
/// and requests are locked: whoever deletes it locks them in this order.
pub(super) fn hold_citizen(c: &mut PgConnection, account: Uuid) -> Result<bool> {
    let own = accounts::table
        .find(account)
        .filter(accounts::role.eq(Role::Citizen))
        .filter(accounts::deleted_at.is_null());
    Ok(own.select(accounts::id).for_share().first::<Uuid>(c).optional()?.is_some())
}
