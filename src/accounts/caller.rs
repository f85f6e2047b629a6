//! Who calls: the bearer of an access token (RFC 6750).

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use uuid::Uuid;

use super::store::{self, Account, Session};
use super::token::digest_of;
use crate::audit::Actor;
use crate::error::{Code, Error, Result};
use crate::person::{Keyring, ProvedPerson};
use crate::state::State;

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

    /// For the audit log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor { account_id: Some(self.account.id), role: Role::of(&self.account.role).as_str() }
    }

    /// The person that the account was proved to belong to.
    ///
    /// # Errors
    /// `identity_unverified` when it was not.
    pub fn person(&self, keyring: &Keyring) -> Result<ProvedPerson> {
        let sealed = self.account.person.as_deref().ok_or(Code::IdentityUnverified)?;
        ProvedPerson::open(keyring, self.account.id, sealed).map_err(Error::internal)
    }
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let digest = bearer(request).map(digest_of);
        let state = request.app_data::<State>().cloned();
        Box::pin(async move {
            let digest = digest.ok_or(Code::Unauthenticated)?;
            let state = state.ok_or_else(|| Error::internal("the application has no state"))?;
            let now = state.clock.now();
            let found = state.db.read(move |c| store::find_by_access_token(c, &digest, now)).await?;
            let (session, account) = found.ok_or(Code::Unauthenticated)?;
            Ok(Self { session, account })
        })
    }
}

/// The token of `Authorization: Bearer …`; exactly one such header.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let one = values.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    (one && (1..=128).contains(&token.len())).then_some(token)
}
