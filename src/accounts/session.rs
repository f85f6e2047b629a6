//! Logs in and out.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::allowance::Allowance;
use super::passwords::renewal::{self, Verified};
use super::second_factor::campaign::Way;
use super::second_factor::check::{self, Checked, Presented};
use super::session_store::{self, Session};
use super::store::{self, Account};
use super::token::Token;
use super::types::{CreateSessionRequest, SessionPage, SessionTokensResponse, TokenType};
use super::{Caller, agent, device, lifetime, mails, presence, view};
use crate::audit::{self, Actor, ActorRole, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::http::page::Page;
use crate::notify;
use crate::person::{Column, Index, Keyring};
use crate::rate_limit;
use crate::state::AppState;
use crate::trace;

/// Access tokens are short-lived: a stolen one is worth a quarter of an hour.
const ACCESS_LIVES: TimeDelta = TimeDelta::minutes(15);
/// A session that is not refreshed for this long ends.
const REFRESH_LIVES: TimeDelta = TimeDelta::days(14);

/// A new pair of tokens, neither of which outlives its session.
#[derive(Clone)]
pub(super) struct Tokens {
    access: Token,
    refresh: Token,
    now: DateTime<Utc>,
    session_ends_at: DateTime<Utc>,
}

impl Tokens {
    pub(super) fn generate(now: DateTime<Utc>, session_ends_at: DateTime<Utc>) -> Result<Self> {
        let (access, refresh) = (Token::generate("cza_")?, Token::generate("czr_")?);
        Ok(Self { access, refresh, now, session_ends_at })
    }

    /// Returns digest and expiry of the access token.
    pub(super) fn access_row(&self) -> (Vec<u8>, DateTime<Utc>) {
        (self.access.digest(), self.expiry(ACCESS_LIVES))
    }

    /// Returns digest and expiry of the refresh token.
    pub(super) fn refresh_row(&self) -> (Vec<u8>, DateTime<Utc>) {
        (self.refresh.digest(), self.expiry(REFRESH_LIVES))
    }

    fn expiry(&self, life: TimeDelta) -> DateTime<Utc> {
        self.session_ends_at.min(self.now + life)
    }

    /// Encrypts the tokens, bound to their session.
    pub(super) fn encrypt(&self, keyring: &Keyring, session: Uuid) -> Result<Vec<u8>> {
        let text = Zeroizing::new(format!("{} {}", self.access.reveal(), self.refresh.reveal()));
        keyring.encrypt(Column::SESSIONS_REFRESH_ANSWER.at(session), text.as_bytes()).map_err(Error::internal)
    }

    /// Decrypts the tokens.
    pub(super) fn decrypt(
        keyring: &Keyring,
        session: Uuid,
        encrypted: &[u8],
        (now, session_ends_at): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Self> {
        let bytes = keyring
            .decrypt(Column::SESSIONS_REFRESH_ANSWER.at(session), encrypted)
            .map_err(Error::internal)?;
        let text = Zeroizing::new(String::from_utf8(bytes).map_err(Error::internal)?);
        let (access, refresh) =
            text.split_once(' ').ok_or_else(|| Error::internal("not a pair of tokens"))?;
        Ok(Self { access: Token::of(access), refresh: Token::of(refresh), now, session_ends_at })
    }

    /// Builds the response to their owner.
    pub(super) fn response(&self) -> SessionTokensResponse {
        let seconds = |life| (self.expiry(life) - self.now).num_seconds();
        SessionTokensResponse {
            access_token: self.access.reveal().to_owned(),
            token_type: TokenType::Bearer,
            expires_in: seconds(ACCESS_LIVES),
            refresh_token: self.refresh.reveal().to_owned(),
            refresh_expires_in: seconds(REFRESH_LIVES),
        }
    }
}

/// A session to be opened.
#[derive(Clone)]
pub(crate) struct NewSession {
    row: Session,
    tokens: Tokens,
}

impl NewSession {
    /// Makes a session with new tokens, which lasts at most `life`.
    pub(crate) fn of(account: Uuid, now: DateTime<Utc>, life: TimeDelta) -> Result<Self> {
        let tokens = Tokens::generate(now, now + life)?;
        let (access_digest, access_expires_at) = tokens.access_row();
        let row = Session {
            id: Uuid::now_v7(),
            account_id: account,
            access_digest,
            access_expires_at,
            created_at: now,
            refreshed_at: now,
            second_factor_at: None,
            active_at: None,
            proved_at: None,
            grant_id: None,
            scopes: None,
        };
        Ok(Self { row, tokens })
    }

    /// Sets when the second factor was verified at log-in.
    pub(crate) fn with_second_factor(mut self, shown_at: Option<DateTime<Utc>>) -> Self {
        self.row.second_factor_at = shown_at;
        self
    }

    /// Counts the log-in as a proof of presence: it came by redirect.
    pub(crate) fn with_presence(mut self) -> Self {
        self.row.proved_at = Some(self.row.created_at);
        self
    }

    /// Makes it a client's, which may do what these scopes say.
    pub(crate) fn for_client(mut self, grant: Uuid, scopes: Vec<Option<String>>) -> Self {
        (self.row.grant_id, self.row.scopes) = (Some(grant), Some(scopes));
        self
    }

    pub(crate) fn id(&self) -> Uuid {
        self.row.id
    }

    pub(crate) fn account(&self) -> Uuid {
        self.row.account_id
    }

    /// Inserts the session, records it, and tells the owner of a program that is new to the account.
    pub(crate) fn open(&self, c: &mut PgConnection, keyring: &Keyring, by: &OpenedBy) -> Result<()> {
        let (account, now) = (self.row.account_id, self.tokens.now);
        let (refresh_digest, refresh_expires_at) = self.tokens.refresh_row();
        session_store::insert_session(c, &self.row, refresh_digest, refresh_expires_at)?;
        agent::tell_of_new(c, keyring, account, &by.agent, now)?;
        let actor = Actor { account_id: Some(account), role: by.role };
        audit::record(c, &Event::new(now, actor, "session.created", Some(self.id()), &by.request))
    }

    /// Inserts and records a client's session. Its owner was told of the client when granting, and of the browser when
    /// logging in to grant.
    pub(crate) fn open_for_client(&self, c: &mut PgConnection, request: &RequestId) -> Result<()> {
        let (refresh_digest, refresh_expires_at) = self.tokens.refresh_row();
        session_store::insert_session(c, &self.row, refresh_digest, refresh_expires_at)?;
        let actor = Actor { account_id: Some(self.account()), role: ActorRole::Citizen };
        audit::record(c, &Event::new(self.tokens.now, actor, "session.created", Some(self.id()), request))
    }

    /// Builds the response to its owner.
    pub(crate) fn response(&self) -> SessionTokensResponse {
        self.tokens.response()
    }
}

/// Who opens a session, and by which request.
#[derive(Clone)]
pub(crate) struct OpenedBy {
    role: ActorRole,
    /// Keyed hash of the program's name.
    agent: Vec<u8>,
    request: RequestId,
}

impl OpenedBy {
    /// Reads the name of the program from `User-Agent`.
    pub(crate) fn of(keyring: &Keyring, role: ActorRole, agent: Option<&str>, request: &RequestId) -> Self {
        Self { role, agent: agent::index(keyring, agent), request: request.clone() }
    }
}

/// Where a log-in comes from.
pub(super) struct Origin<'a> {
    /// The program's name.
    pub(super) agent: Option<&'a str>,
    /// The token of a device that logged in before.
    pub(super) device: Option<Token>,
}

/// A new session, and the token of the device that it was opened from.
pub(super) struct LoggedIn {
    pub(super) tokens: SessionTokensResponse,
    pub(super) device: Token,
}

/// Checks the password, and the second factor if the account has one, and opens a session.
pub(super) async fn log_in(
    state: &AppState,
    request: CreateSessionRequest,
    origin: Origin<'_>,
    id: &RequestId,
) -> Result<LoggedIn> {
    let (keyring, now, citizens) = (state.keyring.clone(), state.clock.now(), state.session_life);
    let (agent, by) = (agent::index(&keyring, origin.agent), id.clone());
    let open = move |c: &mut PgConnection, account: &Account, factor_at: Option<DateTime<Utc>>| {
        let life = lifetime::longest(account.role, citizens);
        let session = NewSession::of(account.id, now, life)?.with_second_factor(factor_at);
        let by = OpenedBy { role: account.role.into(), agent: agent.clone(), request: by.clone() };
        session.open(c, &keyring, &by)?;
        Ok(session.response())
    };
    let (tokens, device) = admit(state, request, origin.device, id, open).await?;
    Ok(LoggedIn { tokens, device })
}

/// Checks the password, and the second factor if the account has one, and does in the same transaction what the log-in is for.
/// Every attempt is counted before it is checked. Returns the token of the device besides.
pub(crate) async fn admit<T: Send + 'static>(
    state: &AppState,
    request: CreateSessionRequest,
    shown: Option<Token>,
    id: &RequestId,
    then: impl Fn(&mut PgConnection, &Account, Option<DateTime<Utc>>) -> Result<T> + Send + 'static,
) -> Result<(T, Token)> {
    let CreateSessionRequest { email, password, totp, recovery_code } = request;
    let email_index = state.keyring.index(Index::ACCOUNTS_EMAIL, email.index_form().as_bytes());
    let Begun { account, device, allowance } = count_and_find(state, email_index, shown).await?;
    let counted = allowance.keys();
    if let Some(account) = &account {
        trace::aims_at(account.id);
    }
    let admitted = async {
        let Verified { fits, renewal } = renewal::verify(password, account.as_ref()).await?;
        let account = account.filter(|_| fits).ok_or(Code::InvalidCredentials)?;
        trace::acts_for(account.id);
        let now = state.clock.now();
        state.paces.log_in(account.id, now).map_err(Error::exhausted)?;
        let checked =
            check::check(state, account.id, Presented { totp, recovery_code }, Way::Password).await?;
        let device = device.map_or_else(device::new_token, Ok)?;
        let done =
            settle(state, LogIn { account, checked, device: device.clone(), allowance }, id, then).await?;
        renewal::write(state, renewal).await;
        Ok((done, device))
    };
    let outcome = admitted.await;
    rate_limit::settle_all(&state.db, counted, outcome).await
}

/// A log-in that passed every check.
struct LogIn {
    account: Account,
    checked: Checked,
    device: Token,
    allowance: Allowance,
}

/// A log-in that was counted.
struct Begun {
    account: Option<Account>,
    /// The device, if it logged in to this account before.
    device: Option<Token>,
    allowance: Allowance,
}

/// Finds the account of an address, and counts the attempt against the allowance of whoever makes it.
async fn count_and_find(state: &AppState, email_index: Vec<u8>, shown: Option<Token>) -> Result<Begun> {
    let (keyring, now) = (state.keyring.clone(), state.clock.now());
    let of_stranger = Allowance::of_stranger(&keyring, &email_index);
    let work = move |c: &mut PgConnection| {
        let account = store::find_account(c, &email_index)?;
        let device = match (&account, &shown) {
            (Some(account), Some(token)) if device::is_known(c, account.id, token)? => Some(token.clone()),
            _ => None,
        };
        let allowance = of_stranger.clone();
        let allowance = match &device {
            Some(token) => {
                Allowance::count_of_device(c, Allowance::of_device(&keyring, token), allowance, now)?
            }
            None => allowance.count(c, now).map(|()| allowance)?,
        };
        Ok(Begun { account, device, allowance })
    };
    state.db.write(work).await
}

/// Uses the second factor up and remembers the device, together with what the log-in is for.
async fn settle<T: Send + 'static>(
    state: &AppState,
    log_in: LogIn,
    id: &RequestId,
    then: impl Fn(&mut PgConnection, &Account, Option<DateTime<Utc>>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let LogIn { account, checked, device, allowance } = log_in;
    let (keyring, now, id) = (state.keyring.clone(), state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        check::lock(c, account.id, &checked)?;
        if !store::hold_password(c, account.id, account.password_hash.as_deref())? {
            return Err(Code::InvalidCredentials.into());
        }
        check::settle(c, &keyring, account.id, &checked, (now, &id))?;
        allowance.succeeded(c)?;
        device::remember(c, account.id, &device, now)?;
        then(c, &account, checked.at())
    };
    state.db.transaction(work).await
}

/// Lists the caller's sessions.
pub(super) async fn list(state: &AppState, caller: &Caller, page: Page) -> Result<SessionPage> {
    let account = caller.account_id();
    let rows = state.db.read(move |c| session_store::list_sessions(c, account, page)).await?;
    let (rows, next_cursor) = page.cut(rows, |row| row.id);
    let items = rows.iter().map(|row| view::session(row, caller, state.session_life)).collect();
    Ok(SessionPage { items, next_cursor })
}

/// Ends one of the caller's sessions. Another than the current one needs a proof of presence, and the owner is told.
pub(super) async fn end(state: &AppState, caller: &Caller, session: Uuid, id: &RequestId) -> Result<()> {
    let mail = if session == caller.session.id {
        None
    } else {
        presence::present(state, caller)?;
        view::mail(&state.keyring, &caller.account, mails::session_ended)?
    };
    let (caller, actor, now, id) = (caller.clone(), caller.actor(), state.clock.now(), id.clone());
    let keyring = state.keyring.clone();
    let work = move |c: &mut PgConnection| {
        caller.lock_sessions(c)?;
        if !session_store::delete_session(c, caller.account_id(), session)? {
            return Err(Code::NotFound.into());
        }
        notify::post(c, &keyring, mail.as_ref(), now)?;
        audit::record(c, &Event::new(now, actor, "session.ended", Some(session), &id))
    };
    state.db.transaction(work).await
}
