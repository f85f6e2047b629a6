//! Resets forgotten passwords. Every request gets the same answer after the same work, whether or not the address has
//! an account: only a job looks it up.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use super::store::{self, PasswordReset};
use super::types::{ResetPasswordRequest, ResetSent, ResetStatus};
use super::{chosen, hash, mails};
use crate::accounts::allowance::Allowance;
use crate::accounts::second_factor::campaign;
use crate::accounts::session_store;
use crate::accounts::store::{self as accounts, Account};
use crate::accounts::token::digest_of;
use crate::accounts::{Token, device, front_end, new_address, view};
use crate::audit::{self, Actor, ActorRole, Event};
use crate::db::Db;
use crate::error::{Code, Context, Result};
use crate::http::idempotency::{Answer, Work};
use crate::http::{Locale, RequestId};
use crate::jobs::{self, Handler, Outcome};
use crate::notify::{self, Mail};
use crate::person::{Email, Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::AppState;

/// The kind of job that looks up the address.
const JOB: &str = "password_reset";
/// How long a mailed link works.
const LINK_LIVES: TimeDelta = TimeDelta::hours(1);
/// How long an invitation works.
const INVITATION_LIVES: TimeDelta = TimeDelta::days(3);
/// Requests of one sender.
const OF_ONE_SENDER: Limit = Limit::unsaid("password-resets-sender", 60, TimeDelta::hours(1));
/// Of these, to one mailbox; and those of a device that logged in to the account before.
const OF_ONE_ORIGIN: Limit = Limit::unsaid("password-resets-origin", 5, TimeDelta::hours(1));
/// Protects mailboxes from floods. Whoever uses it up stops devices alone that are new to the account.
const MAILS_TO_ONE_MAILBOX: Limit = Limit::unsaid("password-resets-mailbox", 20, TimeDelta::hours(1));

/// The payload of the job.
#[derive(Serialize, Deserialize)]
struct Wish {
    email: String,
    request_id: String,
}

/// Prepares the work that counts and stores the request.
pub(super) fn request(state: &AppState, email: &Email, shown: Option<Token>, id: &RequestId) -> Result<Work> {
    let (of_device, of_stranger) = counts(&state.keyring, email, shown.as_ref());
    let email_index = state.keyring.index(Index::ACCOUNTS_EMAIL, email.index_form().as_bytes());
    let wish = Wish { email: email.index_form(), request_id: id.as_str().to_owned() };
    let (keyring, now, id) = (state.keyring.clone(), state.clock.now(), id.clone());
    Ok(Box::new(move |c| {
        let known = match &shown {
            Some(token) => device::is_known_at(c, &email_index, token)?,
            None => false,
        };
        rate_limit::count_in_order(c, if known { &of_device } else { &of_stranger }, now)?;
        jobs::enqueue_urgent(c, &keyring, JOB, &wish, now)?;
        audit::record(c, &Event::new(now, Actor::PUBLIC, "password_reset.requested", None, &id))?;
        Ok(Answer::accepted(None, &ResetSent { status: ResetStatus::ResetSent }))
    }))
}

/// Returns what a request counts against: of a device that logged in to the account before, and of everybody else.
fn counts(keyring: &Keyring, email: &Email, shown: Option<&Token>) -> (Vec<Counted>, Vec<Counted>) {
    let mailbox = email.mailbox();
    let device = shown.map(|token| {
        Counted::new(keyring.index(Index::RATE_LIMIT_PASSWORD_RESET_DEVICE, &token.digest()), OF_ONE_ORIGIN)
    });
    let of_mailbox = Index::RATE_LIMIT_PASSWORD_RESET_SENDER_MAILBOX;
    let to_mailbox = keyring.index(Index::RATE_LIMIT_PASSWORD_RESET, mailbox.as_bytes());
    let of_stranger = vec![
        Counted::by_sender(keyring, Index::RATE_LIMIT_PASSWORD_RESET_SENDER, OF_ONE_SENDER),
        Counted::by_sender_and(keyring, of_mailbox, mailbox.as_bytes(), OF_ONE_ORIGIN),
        Counted::new(to_mailbox, MAILS_TO_ONE_MAILBOX),
    ];
    (device.into_iter().collect(), of_stranger)
}

/// Looks up the address and mails the owner of its account, if there is one.
pub struct ResetJob {
    /// The database.
    pub db: Db,
    /// Finds and decrypts the address.
    pub keyring: Arc<Keyring>,
    /// The front end, which the link leads to.
    pub front_end: Url,
    /// Time.
    pub clock: crate::time::Clock,
}

impl Handler for ResetJob {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run(&self, _: Uuid, payload: Vec<u8>) -> LocalBoxFuture<'_, Outcome> {
        async move {
            let Ok(wish) = serde_json::from_slice::<Wish>(&payload) else {
                return Outcome::GiveUp("the payload is not a reset request");
            };
            match self.look_up(&wish).await {
                Ok(()) => Outcome::Done,
                Err(error) => {
                    log::warn!("password reset: {error}");
                    Outcome::Retry("the database failed")
                }
            }
        }
        .boxed_local()
    }
}

impl ResetJob {
    async fn look_up(&self, wish: &Wish) -> Result<()> {
        let index = self.keyring.index(Index::ACCOUNTS_EMAIL, wish.email.as_bytes());
        let (keyring, front_end, now) = (self.keyring.clone(), self.front_end.clone(), self.clock.now());
        let work = move |c: &mut PgConnection| {
            let found = accounts::find_account(c, &index).context("looking up the address")?;
            let Some(account) = found else { return Ok(()) };
            // The address may become another's while the link is written: then it goes nowhere.
            if !accounts::hold_email(c, account.id, &index)? {
                return Ok(());
            }
            let front_end = front_end::of(c, &account, &front_end)?;
            let (token, mail) =
                link(&keyring, &account, &front_end, mails::reset).context("writing the mail")?;
            store::insert(c, &row(&token, account.id, now, LINK_LIVES)).context("storing the link")?;
            notify::post(c, &keyring, mail.as_ref(), now)
        };
        self.db.transaction(work).await
    }
}

/// Makes a mail with a new link.
fn link(
    keyring: &Keyring,
    account: &Account,
    front_end: &Url,
    mail: fn(&str, Locale, &Url, &Token) -> Mail,
) -> Result<(Token, Option<Mail>)> {
    let token = Token::generate("czp_")?;
    let mail = view::mail(keyring, account, |to, locale| mail(to, locale, front_end, &token))?;
    Ok((token, mail))
}

fn row(token: &Token, account_id: Uuid, now: DateTime<Utc>, lives: TimeDelta) -> PasswordReset {
    PasswordReset { token_digest: token.digest(), account_id, created_at: now, expires_at: now + lives }
}

/// Mails a new officer or operator the link that sets the first password.
pub(crate) fn invitation(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: &Account,
    front_end: &Url,
    now: DateTime<Utc>,
) -> Result<()> {
    let (token, mail) = link(keyring, account, front_end, mails::invitation)?;
    store::insert(connection, &row(&token, account.id, now, INVITATION_LIVES))?;
    notify::post(connection, keyring, mail.as_ref(), now)
}

/// Sets the password by a mailed link, and ends every session: anybody who had the old password is logged out.
///
/// The device that follows the link is remembered: whoever guesses passwords meanwhile does not lock it out.
pub(super) async fn reset(state: &AppState, request: ResetPasswordRequest, id: &RequestId) -> Result<Token> {
    let (digest, now) = (digest_of(request.token.as_str()), state.clock.now());
    let found = state.db.read({
        let digest = digest.clone();
        move |c| store::account_of(c, &digest, now)
    });
    let account = found.await?.ok_or(Code::InvalidResetToken)?;
    let password = chosen(&state.keyring, &account, request.password)?;
    let hash = hash::hash(password).await?;
    let mail = view::mail(&state.keyring, &account, mails::changed)?;
    let (keyring, id, device) = (state.keyring.clone(), id.clone(), device::new_token()?);
    let (token, email_index) = (device.clone(), account.email_index.as_deref());
    let allowance = email_index.map(|index| Allowance::of_stranger(&keyring, index));
    let work = move |c: &mut PgConnection| {
        session_store::lock_sessions(c, account.id)?;
        if !store::take(c, &digest, account.id)? {
            return Err(Code::InvalidResetToken.into());
        }
        if !store::set_password(c, account.id, account.password_hash.as_deref(), &hash)? {
            return Err(Code::InvalidResetToken.into());
        }
        session_store::delete_sessions(c, account.id)?;
        new_address::stop(
            c,
            account.id,
            Actor { account_id: Some(account.id), role: ActorRole::Public },
            (now, &id),
        )?;
        campaign::forgive(c, &keyring, account.id, now)?;
        device::remember(c, account.id, &device, now)?;
        allowance.as_ref().map_or(Ok(()), |allowance| allowance.begin_anew(c))?;
        notify::post(c, &keyring, mail.as_ref(), now)?;
        let actor = Actor { account_id: Some(account.id), role: ActorRole::Public };
        audit::record(c, &Event::new(now, actor, "password.reset", Some(account.id), &id))
    };
    state.db.transaction(work).await?;
    Ok(token)
}
