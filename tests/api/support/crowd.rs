//! Many people at once, written straight into the database: registered, logged in, with a proved identity.

use cazier::db::schema::accounts;
use cazier::person::{Cnp, Index, Keyring, PersonName, ProvedPerson};
use cazier::registry::{self, CivilStatus};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::accounts::{Account, keyring, open_account, open_session};
use super::citizen::Citizen;
use super::house::House;

/// That many people without entries, who stay logged in for a day.
pub fn crowd(house: &House, count: usize, now: DateTime<Utc>) -> Vec<Citizen<'_>> {
    let keyring = keyring();
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
    let keyring = keyring();
    let (account, citizen) = register(house, &mut house.database.connect(), &keyring, n.map(person), now);
    (account, citizen.access)
}

/// Makes the register of criminal records know an entry on the `n`-th, or none.
pub fn set_entries(house: &House, n: usize, has_one: bool, now: DateTime<Utc>) {
    let keyring = keyring();
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
    let Account { id, email } = open_account(connection, keyring, now);
    if let Some(person) = person {
        let proved = (
            accounts::person_index.eq(keyring.index(Index::PERSON_CNP, person.cnp.as_str().as_bytes())),
            accounts::person.eq(person.encrypt(keyring, id).unwrap()),
            accounts::identity_method.eq("ghiseul"),
            accounts::identity_verified_at.eq(now),
        );
        diesel::update(accounts::table.find(id)).set(proved).execute(connection).unwrap();
        registry::import(connection, keyring, &person.cnp, Some(&civil_status(&person, now)), &[]).unwrap();
    }
    let access = open_session(connection, id, None, now);
    (id, Citizen { house, email, access, refresh: String::new() })
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
