//! Who uses the house, written straight into its database: how accounts come to be is one of the loads itself.

use cazier::accounts::Token;
use cazier::db::schema::{accounts, offices, sessions};
use cazier::person::{Cnp, Column, Index, Keyring, PersonName, ProvedPerson};
use cazier::registry::{self, CivilStatus, CriminalRecordEntry};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// Somebody with an account who stays logged in for longer than any run.
#[derive(Debug, Clone)]
pub struct Person {
    pub cnp: String,
    pub access: String,
}

/// How many of each there are.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    /// With a proved identity; every 25th has entries in the criminal record.
    pub citizens: usize,
    /// With an account alone, who will come to a counter.
    pub strangers: usize,
    pub officers: usize,
}

/// Everybody.
#[derive(Debug, Default)]
pub struct People {
    pub citizens: Vec<Person>,
    pub strangers: Vec<Person>,
    pub officers: Vec<Person>,
}

/// One in so many has entries.
const WITH_ENTRIES: usize = 25;
/// Where strangers and officers begin in the row of birth dates.
const STRANGERS: usize = 12_000;
const OFFICERS: usize = 18_000;

impl People {
    /// Writes them: accounts into the nodes' database, their records into the registers'.
    pub fn settle(nodes: &str, registers: &str, keyring: &Keyring, crowd: Crowd) -> Self {
        let mut nodes = PgConnection::establish(nodes).unwrap();
        let mut registers = PgConnection::establish(registers).unwrap();
        cazier::sandbox::appoint_staff(&mut nodes, keyring, Utc::now()).unwrap();
        let mut people = Self::default();
        nodes
            .transaction(|c| {
                people.citizens = (0..crowd.citizens).map(|n| citizen(c, keyring, n)).collect();
                let strangers = STRANGERS..STRANGERS + crowd.strangers;
                people.strangers = strangers.map(|n| stranger(c, keyring, n)).collect();
                people.officers =
                    (OFFICERS..OFFICERS + crowd.officers).map(|n| officer(c, keyring, n)).collect();
                QueryResult::Ok(())
            })
            .unwrap();
        let known = (0..crowd.citizens).chain(STRANGERS..STRANGERS + crowd.strangers);
        registers
            .transaction(|c| {
                known.for_each(|n| register(c, keyring, n));
                QueryResult::Ok(())
            })
            .unwrap();
        people
    }
}

/// A woman of Vaslui.
fn person(n: usize) -> ProvedPerson {
    let birth_date =
        NaiveDate::from_ymd_opt(1945, 1, 1).unwrap() + TimeDelta::days(i64::try_from(n).unwrap());
    let digits = format!("2{}37123", birth_date.format("%y%m%d"));
    ProvedPerson {
        cnp: (0..10).find_map(|check| Cnp::parse(&format!("{digits}{check}")).ok()).unwrap(),
        family_name: PersonName::parse("Mulțimea").unwrap(),
        given_name: PersonName::parse("Ana").unwrap(),
        birth_date,
    }
}

/// The names that a stranger claims.
pub const NAMES: (&str, &str) = ("Mulțimea", "Ana");

fn citizen(connection: &mut PgConnection, keyring: &Keyring, n: usize) -> Person {
    let (id, person) = (Uuid::now_v7(), person(n));
    let account = insert_account(connection, keyring, id, "citizen");
    let proved = (
        accounts::person_index.eq(keyring.index(Index::PERSON_CNP, person.cnp.as_str().as_bytes())),
        accounts::person.eq(person.encrypt(keyring, id).unwrap()),
        accounts::identity_method.eq("ghiseul"),
        accounts::identity_verified_at.eq(Utc::now()),
    );
    diesel::update(accounts::table.find(id)).set(proved).execute(connection).unwrap();
    Person { cnp: person.cnp.as_str().to_owned(), ..account }
}

fn stranger(connection: &mut PgConnection, keyring: &Keyring, n: usize) -> Person {
    let account = insert_account(connection, keyring, Uuid::now_v7(), "citizen");
    Person { cnp: person(n).cnp.as_str().to_owned(), ..account }
}

/// In an office of the sandbox that certifies.
fn officer(connection: &mut PgConnection, keyring: &Keyring, n: usize) -> Person {
    let id = Uuid::now_v7();
    let account = insert_account(connection, keyring, id, "officer");
    let cnp = person(n).cnp;
    let index = keyring.index(Index::PERSON_CNP, cnp.as_str().as_bytes());
    let changes = accounts::staff_person_index.eq(index);
    diesel::update(accounts::table.find(id)).set(changes).execute(connection).unwrap();
    Person { cnp: cnp.as_str().to_owned(), ..account }
}

fn insert_account(connection: &mut PgConnection, keyring: &Keyring, id: Uuid, role: &str) -> Person {
    let (now, email) = (Utc::now(), format!("{}@example.ro", id.simple()));
    let cell = Column::ACCOUNTS_EMAIL.at(id);
    // An officer belongs to an office from the first moment: the database insists.
    let office = (role == "officer").then(|| {
        let office = offices::table.filter(offices::code.eq("CJ-P01")).select(offices::id);
        office.first::<Uuid>(connection).unwrap()
    });
    let unknown = (role == "officer").then(|| keyring.index(Index::PERSON_CNP, id.as_bytes()));
    let row = (
        accounts::id.eq(id),
        accounts::email_index.eq(keyring.index(Index::ACCOUNTS_EMAIL, email.as_bytes())),
        accounts::email.eq(keyring.encrypt(cell, email.as_bytes()).unwrap()),
        accounts::role.eq(role),
        accounts::locale.eq("ro"),
        accounts::office_id.eq(office),
        accounts::staff_person_index.eq(unknown),
        accounts::created_at.eq(now),
    );
    diesel::insert_into(accounts::table).values(row).execute(connection).unwrap();
    let access = session(connection, id, now);
    Person { cnp: String::new(), access }
}

/// Of a shift; the second factor counts as shown until its end.
fn session(connection: &mut PgConnection, account: Uuid, now: DateTime<Utc>) -> String {
    let access = Token::generate("cza_").unwrap();
    let row = (
        sessions::id.eq(Uuid::now_v7()),
        sessions::account_id.eq(account),
        sessions::access_digest.eq(access.digest()),
        sessions::access_expires_at.eq(now + TimeDelta::days(2000)),
        sessions::created_at.eq(now),
        sessions::refreshed_at.eq(now),
        sessions::second_factor_at.eq(now + TimeDelta::hours(11)),
        sessions::active_at.eq(now),
    );
    diesel::insert_into(sessions::table).values(row).execute(connection).unwrap();
    access.reveal().to_owned()
}

fn register(connection: &mut PgConnection, keyring: &Keyring, n: usize) {
    let person = person(n);
    let entries: Vec<CriminalRecordEntry> =
        if n % WITH_ENTRIES == WITH_ENTRIES - 1 { vec![entry()] } else { Vec::new() };
    registry::import(connection, keyring, &person.cnp, Some(&civil_status(&person)), &entries).unwrap();
}

fn entry() -> CriminalRecordEntry {
    let entry = json!({
        "judgment": "Sentința penală nr. 214/2019",
        "court": "Judecătoria Vaslui",
        "date_final": "2019-06-11",
        "offence": "Distrugere (art. 253 alin. 1 Cod penal)",
        "sanction": "Amendă penală, 4.000 lei",
        "status": "Executată",
    });
    serde_json::from_value(entry).unwrap()
}

fn civil_status(person: &ProvedPerson) -> CivilStatus {
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
        "as_of": Utc::now(),
    });
    serde_json::from_value(status).unwrap()
}
