//! The person is proved: their account is found or made, and a one-time code made for it.

use chrono::TimeDelta;
use diesel::pg::PgConnection;
use url::Url;
use uuid::Uuid;

use super::store;
use crate::accounts::address::{self, Naming};
use crate::accounts::{Role, Token, proved};
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::{Locale, RequestId};
use crate::person::{Email, Keyring, ProvedPerson};

/// A code lives as long as a redirect takes.
const CODE_LIVES: TimeDelta = TimeDelta::seconds(60);

/// Who was proved, for which log-in.
pub(super) struct Proof {
    pub(super) login: Uuid,
    pub(super) provider: String,
    pub(super) person: ProvedPerson,
    /// An address that the provider knows, for an account that is made.
    pub(super) email: Option<Email>,
    pub(super) front_end: Url,
    /// Of the mails to an account that is made.
    pub(super) locale: Locale,
    pub(super) request: RequestId,
    pub(super) now: chrono::DateTime<chrono::Utc>,
}

/// What a front end is told when nobody is logged in.
pub(super) type Refusal = &'static str;

/// Inside a transaction: the account, and the code's digest with it. Staff is not logged in by redirect, for it would
/// come without their second factor.
pub(super) fn grant(
    connection: &mut PgConnection,
    keyring: &Keyring,
    proof: &Proof,
    code: &Token,
) -> Result<std::result::Result<(), Refusal>> {
    let Proof { login, now, request, .. } = proof;
    let found =
        proved::find_or_make(connection, keyring, &proof.person, &proof.provider, proof.locale, *now)?;
    let role = Role::of(&found.account.role);
    if role.is_staff() {
        return Ok(Err("staff_account"));
    }
    let actor = Actor { account_id: Some(found.account.id), role: role.as_str() };
    if found.made {
        if let Some(email) = &proof.email {
            let (account, locale, front_end) = (found.account.id, proof.locale, &proof.front_end);
            address::name(connection, keyring, &Naming { account, email, locale, front_end, now: *now })?;
        }
        audit::record(
            connection,
            &Event::new(*now, actor, "account.created", Some(found.account.id), request),
        )?;
        audit::record(connection, &Event::new(*now, actor, "identity.verified", Some(*login), request))?;
    }
    audit::record(connection, &Event::new(*now, actor, "redirect_login.granted", Some(*login), request))?;
    let whose = (found.account.id, found.account.person_index.as_deref());
    store::grant(connection, *login, whose, &code.digest(), *now + CODE_LIVES)?;
    Ok(Ok(()))
}

/// A fresh code.
pub(super) fn new_code() -> Result<Token> {
    Token::generate("czx_")
}

/// Back to the front end with the code, or with the reason why there is none.
pub(super) fn back(return_url: &str, outcome: std::result::Result<&Token, Refusal>) -> Result<Url> {
    let mut url = Url::parse(return_url).map_err(Error::internal)?;
    match outcome {
        Ok(code) => url.query_pairs_mut().append_pair("code", code.reveal()),
        Err(reason) => url.query_pairs_mut().append_pair("error", reason),
    };
    Ok(url)
}

/// What a front end is told about a fault in the middle of a redirect; `None` when the browser may not be sent there.
pub(super) const fn refusal_of(code: Code) -> Option<Refusal> {
    match code {
        Code::AssertionUsed => Some("assertion_used"),
        Code::DatabaseUnavailable | Code::Overloaded => Some("temporarily_unavailable"),
        _ => None,
    }
}
