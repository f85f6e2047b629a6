//! Accounts and sessions, written straight into the database: how they come to be is tested elsewhere.

use cazier::accounts::Token;
use cazier::db::schema::{accounts, sessions};
use cazier::person::{Column, Index, Keyring};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::database::KEYS;

/// The keyring of all houses.
pub fn keyring() -> Keyring {
    Keyring::parse(&KEYS.0, &KEYS.1).unwrap()
}

/// An account, and its address.
pub struct Account {
    pub id: Uuid,
    pub email: String,
}

/// The account of a citizen whose identity is not proved.
pub fn open_account(connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Account {
    insert(connection, keyring, "citizen", None, now)
}

/// The account of an officer of this office who is the person of this CNP.
pub fn open_officers_account(
    connection: &mut PgConnection,
    keyring: &Keyring,
    (office, cnp): (Uuid, &str),
    now: DateTime<Utc>,
) -> Account {
    insert(connection, keyring, "officer", Some((office, cnp)), now)
}

fn insert(
    connection: &mut PgConnection,
    keyring: &Keyring,
    role: &str,
    work: Option<(Uuid, &str)>,
    now: DateTime<Utc>,
) -> Account {
    let id = Uuid::now_v7();
    let email = format!("{}@example.ro", id.simple());
    let cell = Column::ACCOUNTS_EMAIL.at(id);
    let row = (
        accounts::id.eq(id),
        accounts::email_index.eq(keyring.index(Index::ACCOUNTS_EMAIL, email.as_bytes())),
        accounts::email.eq(keyring.encrypt(cell, email.as_bytes()).unwrap()),
        accounts::role.eq(role),
        accounts::locale.eq("ro"),
        accounts::office_id.eq(work.map(|(office, _)| office)),
        accounts::staff_person_index
            .eq(work.map(|(_, cnp)| keyring.index(Index::PERSON_CNP, cnp.as_bytes()))),
        accounts::created_at.eq(now),
    );
    diesel::insert_into(accounts::table).values(row).execute(connection).unwrap();
    Account { id, email }
}

/// Logs an account in for a day, with a second factor that was shown then, or without; answers the access token.
pub fn open_session(
    connection: &mut PgConnection,
    account: Uuid,
    second_factor_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> String {
    let access = Token::generate("cza_").unwrap();
    let session = (
        sessions::id.eq(Uuid::now_v7()),
        sessions::account_id.eq(account),
        sessions::access_digest.eq(access.digest()),
        sessions::access_expires_at.eq(now + TimeDelta::days(1)),
        sessions::created_at.eq(now),
        sessions::refreshed_at.eq(now),
        sessions::second_factor_at.eq(second_factor_at),
        sessions::active_at.eq(second_factor_at.map(|_| now)),
    );
    diesel::insert_into(sessions::table).values(session).execute(connection).unwrap();
    access.reveal().to_owned()
}
