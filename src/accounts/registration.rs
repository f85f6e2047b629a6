//! Registers an address and mails the link; changes contact data.

use chrono::TimeDelta;
use uuid::Uuid;

use super::address::{self, Naming};
use super::passwords::{Owner, hash};
use super::role::Role;
use super::store::{self, Account, AccountChanges, Registration};
use super::token::Token;
use super::types::{ConfirmationSent, ConfirmationStatus, CreateAccountRequest, UpdateAccountRequest};
use super::{Caller, front_end, mails, presence, view};
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{Answer, Work};
use crate::http::{Locale, RequestId};
use crate::person::{Column, Email, Index, Keyring, Phone};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::AppState;
use crate::{jobs, notify};

/// How long a mailed link works.
const LINK_LIVES: TimeDelta = TimeDelta::hours(24);

/// Registrations of one sender: of a school whose classes register together, but not of a program.
const OF_ONE_SENDER: Limit = Limit::said("registrations", 120, TimeDelta::hours(1));
/// Mails that one sender makes us write to one mailbox.
const MAILS_OF_ONE_SENDER: Limit = Limit::unsaid("registrations-sender-mailbox", 5, TimeDelta::hours(1));
/// Protects mailboxes from floods.
const MAILS_TO_ONE_MAILBOX: Limit = Limit::unsaid("registrations-mailbox", 20, TimeDelta::hours(1));

/// Prepares the work that stores the registration and mails the link. If the address has an account, mails its owner a
/// notice instead.
pub(super) async fn register(
    state: &AppState,
    request: CreateAccountRequest,
    (wish, page): (Locale, Option<&str>),
    id: &RequestId,
) -> Result<Work> {
    let CreateAccountRequest { email, password, phone, locale } = request;
    let password = password
        .chosen_by(&Owner::new(Some(email.clone()), None))
        .map_err(|rule| Error::invalid("/password", rule))?;
    let locale = locale.unwrap_or(wish);
    let counted = count_mails(state, &email).await?;
    let password_hash = rate_limit::settle_all(&state.db, counted, hash::hash(password).await).await?;
    let token = Token::generate("czc_")?;
    let registration = encrypted(state, (&email, phone.as_ref()), locale, password_hash, &token)?;
    let (client, front_end) = front_end::of_page(state, page).await?;
    let registration = Registration { client_id: client, ..registration };
    let confirmation = mails::confirm_email(email.as_str(), locale, &front_end, &token);
    let refusal = mails::already_registered(email.as_str(), locale, &front_end);
    let (keyring, id) = (state.keyring.clone(), id.clone());
    Ok(Box::new(move |c| {
        // The client may have been removed since it was looked up.
        let client_id = front_end::still_registered(c, registration.client_id.as_deref())?;
        let registration = Registration { client_id, ..registration.clone() };
        let now = registration.created_at;
        let event = Event::new(now, Actor::PUBLIC, "registration.created", Some(registration.id), &id);
        audit::record(c, &event)?;
        let mail = if store::find_account(c, &registration.email_index)?.is_some() {
            &refusal
        } else {
            store::insert_registration(c, &registration)?;
            &confirmation
        };
        jobs::enqueue_urgent(c, &keyring, notify::JOB, mail, now)?;
        Ok(Answer::accepted(None, &ConfirmationSent { status: ConfirmationStatus::ConfirmationSent }))
    }))
}

/// Counts the mail before any cost arises: hashing a password takes longer than all the rest. Returns the counters'
/// keys.
pub(super) async fn count_mails(state: &AppState, email: &Email) -> Result<Vec<Vec<u8>>> {
    let (keyring, mailbox, now) = (&state.keyring, email.mailbox(), state.clock.now());
    let (of_sender, all) = (Index::RATE_LIMIT_REGISTRATION_SENDER_MAILBOX, Index::RATE_LIMIT_REGISTRATION);
    let counts = [
        Counted::by_sender(keyring, Index::RATE_LIMIT_REGISTRATION_SENDER, OF_ONE_SENDER),
        Counted::by_sender_and(keyring, of_sender, mailbox.as_bytes(), MAILS_OF_ONE_SENDER),
        Counted::new(keyring.index(all, mailbox.as_bytes()), MAILS_TO_ONE_MAILBOX),
    ];
    let keys = counts.iter().map(|counted| counted.key().to_vec()).collect();
    state.db.write(move |c| rate_limit::count_in_order(c, &counts, now)).await?;
    Ok(keys)
}

fn encrypted(
    state: &AppState,
    (email, phone): (&Email, Option<&Phone>),
    locale: Locale,
    password_hash: String,
    token: &Token,
) -> Result<Registration> {
    let (id, now) = (Uuid::now_v7(), state.clock.now());
    let encrypt = |column, text: &str| encrypt(&state.keyring, column, id, text);
    Ok(Registration {
        id,
        email_index: state.keyring.index(Index::ACCOUNTS_EMAIL, email.index_form().as_bytes()),
        email: encrypt(Column::REGISTRATIONS_EMAIL, email.as_str())?,
        phone: phone.map(|phone| encrypt(Column::REGISTRATIONS_PHONE, phone.as_str())).transpose()?,
        password_hash,
        locale,
        token_digest: token.digest(),
        created_at: now,
        expires_at: now + LINK_LIVES,
        client_id: None,
    })
}

pub(super) fn encrypt(keyring: &Keyring, column: Column, row: Uuid, text: &str) -> Result<Vec<u8>> {
    keyring.encrypt(column.at(row), text.as_bytes()).map_err(Error::internal)
}

/// Builds the account of a registration. Encrypted fields are bound to their row, so they are encrypted again for the
/// account's id.
pub(super) fn account_of(
    keyring: &Keyring,
    from: Registration,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Account> {
    let id = Uuid::now_v7();
    let reencrypt = |old, new, encrypted: &[u8]| {
        encrypt(keyring, new, id, &super::view::decrypt(keyring, old, from.id, encrypted)?)
    };
    Ok(Account {
        id,
        email: Some(reencrypt(Column::REGISTRATIONS_EMAIL, Column::ACCOUNTS_EMAIL, &from.email)?),
        phone: from
            .phone
            .as_deref()
            .map(|p| reencrypt(Column::REGISTRATIONS_PHONE, Column::ACCOUNTS_PHONE, p))
            .transpose()?,
        email_index: Some(from.email_index),
        password_hash: Some(from.password_hash),
        role: Role::Citizen,
        locale: from.locale,
        person_index: None,
        person: None,
        identity_method: None,
        identity_verified_at: None,
        created_at: now,
        office_id: None,
        staff_person_index: None,
        client_id: from.client_id,
    })
}

/// Changes contact data.
pub(super) async fn update(
    state: &AppState,
    caller: &Caller,
    request: UpdateAccountRequest,
    id: &RequestId,
) -> Result<Account> {
    let account = caller.account_id();
    let encrypted = |phone: &Phone| encrypt(&state.keyring, Column::ACCOUNTS_PHONE, account, phone.as_str());
    let phone = request.phone.map(|phone| phone.as_ref().map(encrypted).transpose()).transpose()?;
    let email = request.email;
    // A stolen session must not change an existing address.
    if email.is_some() && caller.account.email.is_some() {
        return Err(Code::EmailConfirmed.into());
    }
    if email.is_some() || phone.is_some() {
        presence::prove(state, caller, request.current_password).await?;
    }
    if let Some(email) = &email {
        count_mails(state, email).await?;
    }
    let mail = view::mail(&state.keyring, &caller.account, mails::phone_changed)?.filter(|_| phone.is_some());
    let (keyring, front_end) = (state.keyring.clone(), state.addresses.front_end.clone());
    let mail_locale = request.locale.unwrap_or(caller.account.locale);
    let changes = AccountChanges { phone, locale: request.locale };
    let owner = caller.account.clone();
    let (now, actor, id) = (state.clock.now(), caller.actor(), id.clone());
    let work = move |c: &mut diesel::PgConnection| {
        audit::record(c, &Event::new(now, actor, "account.updated", Some(account), &id))?;
        notify::post(c, &keyring, mail.as_ref(), now)?;
        if let Some(email) = &email {
            let (locale, front_end) = (mail_locale, &front_end::of(c, &owner, &front_end)?);
            address::name(c, &keyring, &Naming { account, email, locale, front_end, now })?;
        }
        store::update_account(c, account, &changes)
    };
    caller.transaction(state, work).await
}
