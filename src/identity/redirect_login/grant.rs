//! Finds or creates the proved person's account, and issues a one-time code for it.

use chrono::TimeDelta;
use diesel::pg::PgConnection;
use url::Url;
use uuid::Uuid;

use super::store;
use crate::accounts::address::{self, Naming};
use crate::accounts::store::Account;
use crate::accounts::{Token, front_end, owner, proved, second_factor, session_store};
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::{Locale, RequestId};
use crate::identity::answer::Unproved;
use crate::person::{Email, Index, Keyring, ProvedPerson};
use crate::text::coded;

/// The lifetime of a code: as long as a redirect takes.
const CODE_LIVES: TimeDelta = TimeDelta::seconds(60);
/// The same where it opens nothing by itself: as long as it takes a person to find the phone and type what it shows, or a client
/// to send the person on to the log-in page.
const CODE_AND_FACTOR_LIVE: TimeDelta = TimeDelta::minutes(5);

/// The proved person, and the log-in.
pub(super) struct Proof {
    pub(super) login: Uuid,
    /// The session whose owner proves to be present; `None` for a log-in.
    pub(super) proves_session: Option<Uuid>,
    /// Whether it goes on at the Hub's log-in page, where the person decides whether the client is let in.
    pub(super) on_log_in_page: bool,
    pub(super) provider: String,
    pub(super) person: ProvedPerson,
    /// The provider's e-mail address, for a new account.
    pub(super) email: Option<Email>,
    pub(super) front_end: Url,
    /// The registered client that the person comes by and that gets the whole session; none is the first-party front end.
    pub(super) client: Option<String>,
    /// Language of the mails to a new account.
    pub(super) locale: Locale,
    pub(super) request: RequestId,
    pub(super) now: chrono::DateTime<chrono::Utc>,
}

coded! {
    /// Why nobody is logged in; the front end gets it as `error`.
    pub(crate) enum Refusal {
        /// The person gave up at the provider.
        Abandoned = "abandoned",
        /// The bank refused the card.
        CardRefused = "card_refused",
        /// The person failed the bank's check (3-D Secure).
        ThreeDSecureFailed = "three_d_secure_failed",
        /// The provider did not answer.
        ProviderUnavailable = "provider_unavailable",
        /// The provider's answer is not valid.
        AnswerRefused = "answer_refused",
        /// The provider does not say who the person is.
        IdentityIncomplete = "identity_incomplete",
        /// The assertion has expired.
        AssertionExpired = "assertion_expired",
        /// The assertion is not valid.
        AssertionRefused = "assertion_refused",
        /// The assertion was used before.
        AssertionUsed = "assertion_used",
        /// A proof of presence named another person than the session's owner, or the session has ended.
        OtherPerson = "other_person",
        /// The account is an officer's or an operator's.
        StaffAccount = "staff_account",
        /// The service cannot do it now.
        TemporarilyUnavailable = "temporarily_unavailable",
    }
}

impl From<Unproved> for Refusal {
    fn from(unproved: Unproved) -> Self {
        match unproved {
            Unproved::Abandoned => Self::Abandoned,
            Unproved::CardRefused => Self::CardRefused,
            Unproved::ThreeDSecureFailed => Self::ThreeDSecureFailed,
            Unproved::ProviderUnavailable => Self::ProviderUnavailable,
            Unproved::AnswerRefused => Self::AnswerRefused,
            Unproved::IdentityIncomplete => Self::IdentityIncomplete,
        }
    }
}

/// Binds account and code digest to the log-in; call it in a transaction. Staff cannot log in by redirect: their second
/// factor would be missing.
pub(super) fn grant(
    connection: &mut PgConnection,
    keyring: &Keyring,
    proof: &Proof,
    code: &Token,
) -> Result<std::result::Result<(), Refusal>> {
    if let Some(session) = proof.proves_session {
        return grant_presence(connection, keyring, proof, code, session);
    }
    let Proof { login, now, request, .. } = proof;
    let found =
        proved::find_or_make(connection, keyring, &proof.person, &proof.provider, proof.locale, *now)?;
    let role = found.account.role;
    if role.is_staff() {
        return Ok(Err(Refusal::StaffAccount));
    }
    let actor = Actor { account_id: Some(found.account.id), role: role.into() };
    if !proof.on_log_in_page {
        front_end::set(connection, found.account.id, proof.client.as_deref())?;
    }
    if found.made {
        if let Some(email) = &proof.email {
            let came = Account { client_id: proof.client.clone(), ..found.account.clone() };
            let front_end = &front_end::of(connection, &came, &proof.front_end)?;
            let (account, locale) = (found.account.id, proof.locale);
            address::name(connection, keyring, &Naming { account, email, locale, front_end, now: *now })?;
        }
        audit::record(
            connection,
            &Event::new(*now, actor, "account.created", Some(found.account.id), request),
        )?;
        audit::record(connection, &Event::new(*now, actor, "identity.verified", Some(*login), request))?;
    }
    audit::record(connection, &Event::new(*now, actor, "redirect_login.granted", Some(*login), request))?;
    let has_factor = second_factor::is_active(connection, found.account.id)?;
    let lives = if has_factor || proof.on_log_in_page { CODE_AND_FACTOR_LIVE } else { CODE_LIVES };
    let whose = (found.account.id, found.account.person_index.as_deref());
    store::grant(connection, *login, whose, &code.digest(), *now + lives)?;
    Ok(Ok(()))
}

/// The same for a proof of presence: the person must own the session's account. No account is created.
fn grant_presence(
    connection: &mut PgConnection,
    keyring: &Keyring,
    proof: &Proof,
    code: &Token,
    session: Uuid,
) -> Result<std::result::Result<(), Refusal>> {
    let person_index = keyring.index(Index::PERSON_CNP, proof.person.cnp.as_str().as_bytes());
    let open = session_store::find_session(connection, session)?;
    let account = owner::account_of(connection, &person_index)?
        .filter(|owner| open.is_some_and(|(session, _)| session.account_id == owner.id));
    let Some(account) = account else { return Ok(Err(Refusal::OtherPerson)) };
    let actor = Actor { account_id: Some(account.id), role: account.role.into() };
    let event = Event::new(proof.now, actor, "presence.granted", Some(proof.login), &proof.request);
    audit::record(connection, &event)?;
    let (whose, expires_at) = ((account.id, Some(person_index.as_slice())), proof.now + CODE_LIVES);
    store::grant(connection, proof.login, whose, &code.digest(), expires_at)?;
    Ok(Ok(()))
}

/// Generates a code.
pub(super) fn new_code() -> Result<Token> {
    Token::generate("czx_")
}

/// Builds the front end's URL with the code, or with the error.
pub(super) fn back(return_url: &str, outcome: std::result::Result<&Token, Refusal>) -> Result<Url> {
    let mut url = Url::parse(return_url).map_err(Error::internal)?;
    match outcome {
        Ok(code) => url.query_pairs_mut().append_pair("code", code.reveal()),
        Err(reason) => url.query_pairs_mut().append_pair("error", reason.as_str()),
    };
    Ok(url)
}

/// Maps a failure in the middle of a redirect to the front end's error code; `None` if the browser must not be sent
/// there.
pub(super) const fn refusal_of(code: Code) -> Option<Refusal> {
    match code {
        Code::DatabaseUnavailable | Code::Overloaded => Some(Refusal::TemporarilyUnavailable),
        _ => None,
    }
}
