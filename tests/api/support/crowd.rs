//! Many people at once, written straight into the database: registered, logged in, with a proved identity.

use cazier::accounts::Token;
use cazier::db::schema::{accounts, sessions};
use cazier::person::{Cnp, Column, Index, Keyring, PersonName, ProvedPerson};
use cazier::registry::{self, CivilStatus};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::citizen::Citizen;
use super::database::KEYS;
use super::house::House;

/// That many people without entries, who stay logged in for a day.
pub fn crowd(house: &House, count: usize, now: DateTime<Utc>) -> Vec<Citizen<'_>> {
    let keyring = Keyring::parse(&KEYS.0, &KEYS.1).unwrap();
    let mut connection = house.database.connect();
    connection
        .transaction::<_, diesel::result::Error, _>(|c| {
            Ok((0..count).map(|n| register(house, c, &keyring, Some(person(n)), now).1).collect())
        })
        .unwrap()
}

/// The CNP of the `n`-th, a woman registered in Vaslui.
pub fn cnp(n: usize) -> Cnp {
    let digits = format!("2{}37123", birth_date(n).format("%y%m%d"));
    (0..10).find_map(|check_digit| Cnp::parse(&format!("{digits}{check_digit}")).ok()).unwrap()
}

fn birth_date(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + TimeDelta::days(i64::try_from(n).unwrap())
}

/// The `n`-th of a crowd alone, or somebody whose identity is not proved, with the token of a session.
pub fn member(house: &House, n: Option<usize>, now: DateTime<Utc>) -> (Uuid, String) {
    let keyring = Keyring::parse(&KEYS.0, &KEYS.1).unwrap();
    let (account, citizen) = register(house, &mut house.database.connect(), &keyring, n.map(person), now);
    (account, citizen.access)
}

/// Another session of an account.
pub fn open_session(house: &House, account: Uuid, now: DateTime<Utc>) -> String {
    log_in(&mut house.database.connect(), account, now)
}

/// Makes the register of criminal records know an entry on the `n`-th, or none.
pub fn set_entries(house: &House, n: usize, has_one: bool, now: DateTime<Utc>) {
    let keyring = Keyring::parse(&KEYS.0, &KEYS.1).unwrap();
    let entry = json!({
        "judgment": "Sentința penală nr. 214/2019", "court": "Judecătoria Huși", "date_final": "2019-12-31",
        "offence": "Furt", "sanction": "Amendă penală", "status": "Executată",
    });
    let entries = if has_one { vec![serde_json::from_value(entry).unwrap()] } else { Vec::new() };
    let (person, mut connection) = (person(n), house.database.connect());
    let replace = |c: &mut PgConnection| {
        registry::import(c, &keyring, &person.cnp, Some(&civil_status(&person, now)), &entries)
    };
    connection.transaction(replace).unwrap();
}

fn person(n: usize) -> ProvedPerson {
    ProvedPerson {
        cnp: cnp(n),
        family_name: PersonName::parse("Mulțimea").unwrap(),
        given_name: PersonName::parse("Ana").unwrap(),
        birth_date: birth_date(n),
    }
}

fn register<'a>(
    house: &'a House,
    connection: &mut PgConnection,
    keyring: &Keyring,
    person: Option<ProvedPerson>,
    now: DateTime<Utc>,
) -> (Uuid, Citizen<'a>) {
    let account = Uuid::now_v7();
    let email = format!("{}@example.ro", account.simple());
    let cell = Column::ACCOUNTS_EMAIL.at(account);
    let row = (
        accounts::id.eq(account),
        accounts::email_index.eq(keyring.index(Index::ACCOUNTS_EMAIL, email.as_bytes())),
        accounts::email.eq(keyring.encrypt(cell, email.as_bytes()).unwrap()),
        accounts::role.eq("citizen"),
        accounts::locale.eq("ro"),
        accounts::created_at.eq(now),
    );
    diesel::insert_into(accounts::table).values(row).execute(connection).unwrap();
    if let Some(person) = person {
        let proved = (
            accounts::person_index.eq(keyring.index(Index::PERSON_CNP, person.cnp.as_str().as_bytes())),
            accounts::person.eq(person.encrypt(keyring, account).unwrap()),
            accounts::identity_method.eq("ghiseul"),
            accounts::identity_verified_at.eq(now),
        );
        diesel::update(accounts::table.find(account)).set(proved).execute(connection).unwrap();
        registry::import(connection, keyring, &person.cnp, Some(&civil_status(&person, now)), &[]).unwrap();
    }
    let access = log_in(connection, account, now);
    (account, Citizen { house, email, access, refresh: String::new() })
}

fn log_in(connection: &mut PgConnection, account: Uuid, now: DateTime<Utc>) -> String {
    let access = Token::generate("cza_").unwrap();
    let session = (
        sessions::id.eq(Uuid::now_v7()),
        sessions::account_id.eq(account),
        sessions::access_digest.eq(access.digest()),
        sessions::access_expires_at.eq(now + TimeDelta::days(1)),
        sessions::created_at.eq(now),
        sessions::refreshed_at.eq(now),
    );
    diesel::insert_into(sessions::table).values(session).execute(connection).unwrap();
    access.reveal().to_owned()
}

fn civil_status(person: &ProvedPerson, now: DateTime<Utc>) -> CivilStatus {
    let status = json!({
        "family_name": person.family_name.as_str(),
        "given_name": person.given_name.as_str(),
        "father_given_name": "Ion",
        "mother_given_name": "Maria",
        "birth_date": person.birth_date,
        "birth_county": "Vaslui",
        "birth_place": "Huși",
        "domicile": {"county": "Vaslui", "locality": "Huși", "street": "Strada Păcii", "number": "1"},
        "identity_document": {"type": "identity_card", "series": "VS", "number": "123456"},
        "deceased": false,
        "as_of": now,
    });
    serde_json::from_value(status).unwrap()
}
