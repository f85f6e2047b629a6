//! The caller: the bearer of an access token (RFC 6750), looked up once, before the request is parsed.

use std::cell::RefCell;
use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::lifetime;
use super::owner::Viewer;
use super::role::Role;
use super::scope;
use super::session_store::{self, InForce, Session};
use super::staff;
use super::store::Account;
use super::stream_token::Shown;
use super::token::digest_of;
use crate::audit::Actor;
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{Owner, Work};
use crate::person::{Keyring, ProvedPerson};
use crate::state::{AppState, Serves, State};
use crate::trace;

/// A logged-in caller; as a handler's argument, it requires a log-in.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) session: Session,
    pub(crate) account: Account,
}

impl Caller {
    /// Returns the account's id.
    #[must_use]
    pub fn account_id(&self) -> Uuid {
        self.account.id
    }

    /// Returns the viewer, for statements that read a person's rows.
    #[must_use]
    pub(crate) fn viewer(&self) -> Viewer {
        Viewer(self.session.id)
    }

    /// Returns the owner of idempotency keys, as of the start of this request.
    pub(crate) fn key_owner(&self) -> Owner<'_> {
        let person_index = self.account.person_index.as_deref();
        Owner { account: self.account.id, person_index, grant: self.session.grant_id }
    }

    /// Returns the keyed hash of the account's proved person as of the start of this request.
    ///
    /// # Errors
    /// `identity_unverified` if no person was proved.
    pub(crate) fn person_index(&self) -> Result<&[u8]> {
        Ok(self.account.person_index.as_deref().ok_or(Code::IdentityUnverified)?)
    }

    /// Returns the account's role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.account.role
    }

    /// Returns the actor for the audit log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { account_id: Some(self.account.id), role: self.role().into() }
    }

    /// Runs work as one transaction, as long as the session is open: whatever ends the session waits for this
    /// transaction, and no transaction of the session begins after its end.
    ///
    /// # Errors
    /// `unauthenticated` if the session has ended, and those of [`Db::transaction`](crate::db::Db::transaction).
    pub(crate) async fn transaction<T, F>(&self, state: &AppState, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        let caller = self.clone();
        state.db.transaction(move |c| caller.hold(c).and_then(|()| work(c))).await
    }

    /// The same for the work of a creating request, which becomes one transaction with its key.
    pub(crate) fn held(&self, work: Work) -> Work {
        let caller = self.clone();
        Box::new(move |c| caller.hold(c).and_then(|()| work(c)))
    }

    /// Keeps the session open until the surrounding transaction ends.
    ///
    /// # Errors
    /// `unauthenticated` if it has ended.
    pub(crate) fn hold(&self, connection: &mut PgConnection) -> Result<()> {
        let open = session_store::is_open(connection, self.session.id)?;
        if open { Ok(()) } else { Err(Code::Unauthenticated.into()) }
    }

    /// Locks all sessions of the account, for work that ends some of them.
    ///
    /// # Errors
    /// `unauthenticated` if the caller's own session has ended.
    pub(crate) fn lock_sessions(&self, connection: &mut PgConnection) -> Result<()> {
        let open = session_store::lock_sessions(connection, self.account.id)?;
        if open.contains(&self.session.id) { Ok(()) } else { Err(Code::Unauthenticated.into()) }
    }

    /// Returns the account's proved person.
    ///
    /// # Errors
    /// `identity_unverified` if no person was proved.
    pub fn person(&self, keyring: &Keyring) -> Result<ProvedPerson> {
        let encrypted = self.account.person.as_deref().ok_or(Code::IdentityUnverified)?;
        ProvedPerson::decrypt(keyring, self.account.id, encrypted).map_err(Error::internal)
    }

    /// Returns the caller that [`authenticate`] found.
    pub(super) fn of(request: &HttpRequest) -> Result<Self> {
        let extensions = request.extensions();
        let found = extensions.get::<Found>().and_then(|found| found.0.take());
        found.unwrap_or_else(|| Err(Code::Unauthenticated.into()))
    }
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// The caller, if there is an access token: for operations with an optional log-in. An invalid token is refused, not
/// ignored.
#[derive(Debug, Clone)]
pub struct MaybeCaller(pub Option<Caller>);

impl FromRequest for MaybeCaller {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let anonymous = !request.headers().contains_key(AUTHORIZATION);
        ready(if anonymous { Ok(Self(None)) } else { Caller::of(request).map(|caller| Self(Some(caller))) })
    }
}

/// The result of the look-up, taken by the one argument of the handler that needs it.
struct Found(RefCell<Option<Result<Caller>>>);

/// Looks up the caller before the request is routed, so that an error about the body reveals nothing to the
/// unauthorized. The handler's arguments decide whether a caller is required.
pub(crate) async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let digest = bearer(request.request()).map(digest_of);
    // A node that verifies alone knows nobody, whatever token it is shown.
    let state = request.app_data::<State>().filter(|state| state.serves == Serves::Everything).cloned();
    if let (Some(digest), Some(state)) = (digest, state) {
        let found = identify(&state, digest).await.and_then(|caller| scope::confine(caller, &request));
        if let Ok(caller) = &found {
            request.extensions_mut().insert(caller.actor());
        }
        request.extensions_mut().insert(Found(RefCell::new(Some(found))));
    }
    next.call(request).await
}

async fn identify(state: &AppState, digest: Vec<u8>) -> Result<Caller> {
    let now = state.clock.now();
    let found = state.db.read(move |c| session_store::find_by_access_token(c, &digest, now)).await?;
    admit(state, found, now).await
}

/// Looks up the caller of a request that shows a token of its stream.
///
/// # Errors
/// `unauthenticated` if the token opens nothing, or its session has ended or has no access token in force.
pub(crate) async fn of_stream_token(state: &AppState, request: &HttpRequest, shown: Shown) -> Result<Caller> {
    let now = state.clock.now();
    let find = move |c: &mut PgConnection| {
        let session = shown.session(c, now)?;
        session.map_or(Ok(None), |session| session_store::find_in_force(c, session, now))
    };
    let caller = admit(state, state.db.read(find).await?, now).await?;
    request.extensions_mut().insert(caller.actor());
    Ok(caller)
}

async fn admit(state: &AppState, found: Option<InForce>, now: DateTime<Utc>) -> Result<Caller> {
    let InForce { session, account, client_id } = found.ok_or(Code::Unauthenticated)?;
    let caller = Caller { session, account };
    trace::acts_for(caller.account_id());
    // What an account does leaves rows for good: nobody makes them without end.
    let holder = caller.session.grant_id.unwrap_or(caller.session.id);
    let counted = state.paces.request(holder, caller.account_id(), now);
    counted.map_err(Error::exhausted)?;
    if let Some(client) = client_id {
        trace::acts_through(&client);
    }
    lifetime::open_until(&caller.session, caller.role(), state.session_life, now)
        .ok_or(Code::Unauthenticated)?;
    if caller.role().is_staff() {
        staff::stay_active(state, &caller.session, now).await?;
    }
    Ok(caller)
}

/// Returns the token of `Authorization: Bearer …`, if there is exactly one such header.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let one = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    (one && (1..=128).contains(&token.len())).then_some(token)
}
