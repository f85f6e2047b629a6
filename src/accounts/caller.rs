//! Who calls: the bearer of an access token (RFC 6750), looked up once and before anything of the request is read.

use std::cell::RefCell;
use std::future::{Ready, ready};

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use uuid::Uuid;

use super::owner::Viewer;
use super::staff;
use super::store::{self, Account, Session};
use super::token::digest_of;
use crate::audit::Actor;
use crate::error::{Code, Error, Result};
use crate::person::{Keyring, ProvedPerson};
use crate::state::{AppState, State};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Applies for certificates.
    Citizen,
    /// Certifies identities and reviews applications.
    Officer,
    /// Runs the installation.
    Operator,
}

impl Role {
    /// As it stands in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Officer => "officer",
            Self::Operator => "operator",
        }
    }

    /// An unknown role can do least.
    pub(crate) fn of(text: &str) -> Self {
        match text {
            "officer" => Self::Officer,
            "operator" => Self::Operator,
            _ => Self::Citizen,
        }
    }

    /// Officers and operators: a second factor is their duty, and their sessions are short.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Citizen)
    }
}

/// A logged-in caller; as a handler's argument it makes the operation one for the logged-in.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) session: Session,
    pub(crate) account: Account,
}

impl Caller {
    /// The account's id.
    #[must_use]
    pub fn account_id(&self) -> Uuid {
        self.account.id
    }

    /// Who looks, for statements that read what is somebody's.
    #[must_use]
    pub(crate) fn viewer(&self) -> Viewer {
        Viewer(self.session.id)
    }

    /// The account, and the person whose it was when this request began, for keys of repeated requests.
    pub(crate) fn owned_key(&self) -> (Uuid, Option<&[u8]>) {
        (self.account.id, self.account.person_index.as_deref())
    }

    /// The keyed hash of the person that the account was proved to belong to when this request began.
    ///
    /// # Errors
    /// `identity_unverified` when it was not.
    pub(crate) fn person_index(&self) -> Result<&[u8]> {
        Ok(self.account.person_index.as_deref().ok_or(Code::IdentityUnverified)?)
    }

    /// What the account may do.
    #[must_use]
    pub fn role(&self) -> Role {
        Role::of(&self.account.role)
    }

    /// For the audit log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { account_id: Some(self.account.id), role: self.role().as_str() }
    }

    /// The person that the account was proved to belong to.
    ///
    /// # Errors
    /// `identity_unverified` when it was not.
    pub fn person(&self, keyring: &Keyring) -> Result<ProvedPerson> {
        let sealed = self.account.person.as_deref().ok_or(Code::IdentityUnverified)?;
        ProvedPerson::open(keyring, self.account.id, sealed).map_err(Error::internal)
    }

    /// The caller that [`authenticate`] found.
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

/// The caller, when there is an access token at all: for operations that the logged-in and everybody else may use. A token
/// that is not valid is refused, not overlooked.
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

/// What the token of a request led to; taken by the one argument of the handler that wants to know.
struct Found(RefCell<Option<Result<Caller>>>);

/// Looks the caller up before the request is routed, so that nobody learns from the answer to a bad body what they
/// may not know. Whether a caller is needed is for the handler's arguments to say.
pub(crate) async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let digest = bearer(request.request()).map(digest_of);
    let state = request.app_data::<State>().cloned();
    if let (Some(digest), Some(state)) = (digest, state) {
        let found = identify(&state, digest).await;
        request.extensions_mut().insert(Found(RefCell::new(Some(found))));
    }
    next.call(request).await
}

async fn identify(state: &AppState, digest: Vec<u8>) -> Result<Caller> {
    let now = state.clock.now();
    let found = state.db.read(move |c| store::find_by_access_token(c, &digest, now)).await?;
    let (session, account) = found.ok_or(Code::Unauthenticated)?;
    let caller = Caller { session, account };
    if caller.role().is_staff() {
        staff::stay_active(state, &caller.session, now).await?;
    }
    Ok(caller)
}

/// The token of `Authorization: Bearer …`; exactly one such header.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let one = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    (one && (1..=128).contains(&token.len())).then_some(token)
}
