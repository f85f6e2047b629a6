//! Officers of any person and with any second factor, written straight into the database: how they come to be is tested
//! elsewhere.

use cazier::accounts::Token;
use cazier::db::schema::{accounts, offices, sessions};
use cazier::person::{Column, Index, Keyring};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::citizen::Citizen;
use super::database::KEYS;
use super::house::House;

/// An officer of an office of their own, the person of this CNP, whose second factor was shown at this time.
pub fn reviewer<'a>(house: &'a House, cnp: &str, second_factor_at: DateTime<Utc>) -> Citizen<'a> {
    let keyring = Keyring::parse(&KEYS.0, &KEYS.1).unwrap();
    let mut connection = house.database.connect();
    let (account, office, access) = (Uuid::now_v7(), Uuid::now_v7(), Token::generate("cza_").unwrap());
    let now = Utc::now();
    let email = format!("{}@politie.example.ro", account.simple());
    let code = format!("T-{}", &office.simple().to_string().to_uppercase()[20..32]);
    let row = (
        offices::id.eq(office),
        offices::code.eq(code),
        offices::kind.eq("police"),
        offices::name.eq("Serviciul cazier"),
        offices::county.eq("CJ"),
        offices::locality.eq("Cluj-Napoca"),
        offices::address.eq("Str. Traian 27"),
        offices::programme.eq("Luni–vineri 8–16"),
        offices::updated_at.eq(now),
    );
    diesel::insert_into(offices::table).values(row).execute(&mut connection).unwrap();
    let cell = Column::ACCOUNTS_EMAIL.at(account);
    let row = (
        accounts::id.eq(account),
        accounts::email_index.eq(keyring.index(Index::ACCOUNTS_EMAIL, email.as_bytes())),
        accounts::email.eq(keyring.encrypt(cell, email.as_bytes()).unwrap()),
        accounts::role.eq("officer"),
        accounts::locale.eq("ro"),
        accounts::office_id.eq(office),
        accounts::staff_person_index.eq(keyring.index(Index::PERSON_CNP, cnp.as_bytes())),
        accounts::created_at.eq(now),
    );
    diesel::insert_into(accounts::table).values(row).execute(&mut connection).unwrap();
    let session = (
        sessions::id.eq(Uuid::now_v7()),
        sessions::account_id.eq(account),
        sessions::access_digest.eq(access.digest()),
        sessions::access_expires_at.eq(now + TimeDelta::hours(1)),
        sessions::created_at.eq(now),
        sessions::refreshed_at.eq(now),
        sessions::second_factor_at.eq(second_factor_at),
        sessions::active_at.eq(now),
    );
    diesel::insert_into(sessions::table).values(session).execute(&mut connection).unwrap();
    Citizen { house, email, access: access.reveal().to_owned(), refresh: String::new() }
}
