//! Citizens, written straight into the database: registered, logged in, with a proved identity, known to the
//! population register and without entries in the criminal record.

use cazier::accounts::Token;
use cazier::db::schema::{accounts, offices, sessions};
use cazier::person::{Cnp, Column, Index, Keyring, PersonName, ProvedPerson};
use cazier::registry::{self, CivilStatus};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::{Connection, ExpressionMethods, PgConnection, QueryDsl, RunQueryDsl};
use serde_json::json;
use uuid::Uuid;

use super::Result;

/// Who applies: the CNP, and an access token that lasts longer than the benchmark.
pub struct Citizen {
    pub cnp: Cnp,
    pub token: String,
}

/// Makes that many.
pub fn citizens(database_url: &str, keyring: &Keyring, count: usize) -> Result<Vec<Citizen>> {
    let mut connection = PgConnection::establish(database_url)?;
    let connection = &mut connection;
    connection.transaction(|connection| {
        // An empty register answers nothing.
        cazier::sandbox::import_persons(connection, keyring, Utc::now())?;
        (0..count).map(|n| citizen(connection, keyring, n)).collect()
    })
}

fn citizen(connection: &mut PgConnection, keyring: &Keyring, n: usize) -> Result<Citizen> {
    let (now, account) = (Utc::now(), Uuid::now_v7());
    let person = person(n)?;
    insert_account(connection, keyring, account, &person, now)?;
    let token = open_session(connection, account, None, now)?;
    let names = (person.family_name.as_str(), person.given_name.as_str());
    let status = civil_status(names, person.birth_date, now)?;
    registry::import(connection, keyring, &person.cnp, Some(&status), &[])?;
    Ok(Citizen { token, cnp: person.cnp })
}

/// Appoints an officer at the counter in Cluj, and returns an access token: the second factor counts as shown for the day.
pub fn officer(database_url: &str, keyring: &Keyring) -> Result<String> {
    let mut connection = PgConnection::establish(database_url)?;
    let (connection, now, id) = (&mut connection, Utc::now(), Uuid::now_v7());
    cazier::sandbox::appoint_staff(connection, keyring, now)?;
    let office = offices::table.filter(offices::code.eq("CJ-P01")).select(offices::id);
    let office: Uuid = office.first(connection)?;
    let cnp = cnp_of(NaiveDate::from_ymd_opt(1949, 6, 1).ok_or("no such date")?)?;
    let email = format!("{id}@example.ro");
    let account = (
        accounts::id.eq(id),
        accounts::email_index.eq(keyring.index(Index::ACCOUNTS_EMAIL, email.as_bytes())),
        accounts::email.eq(keyring.encrypt(Column::ACCOUNTS_EMAIL.at(id), email.as_bytes())?),
        accounts::role.eq("officer"),
        accounts::locale.eq("ro"),
        accounts::office_id.eq(office),
        accounts::staff_person_index.eq(keyring.index(Index::PERSON_CNP, cnp.as_str().as_bytes())),
        accounts::created_at.eq(now),
    );
    diesel::insert_into(accounts::table).values(account).execute(connection)?;
    open_session(connection, id, Some(now + TimeDelta::hours(11)), now)
}

/// Logs an account in, for longer than any benchmark lasts; returns the access token.
fn open_session(
    connection: &mut PgConnection,
    account: Uuid,
    second_factor_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<String> {
    let token = Token::generate("cza_")?;
    let session = (
        sessions::id.eq(Uuid::now_v7()),
        sessions::account_id.eq(account),
        sessions::access_digest.eq(token.digest()),
        sessions::access_expires_at.eq(now + TimeDelta::days(7)),
        sessions::created_at.eq(now),
        sessions::refreshed_at.eq(now),
        sessions::second_factor_at.eq(second_factor_at),
        sessions::active_at.eq(second_factor_at.map(|_| now)),
    );
    diesel::insert_into(sessions::table).values(session).execute(connection)?;
    Ok(token.reveal().to_owned())
}

fn insert_account(
    connection: &mut PgConnection,
    keyring: &Keyring,
    id: Uuid,
    person: &ProvedPerson,
    now: DateTime<Utc>,
) -> Result<()> {
    let email = format!("{id}@example.ro");
    let account = (
        accounts::id.eq(id),
        accounts::email_index.eq(keyring.index(Index::ACCOUNTS_EMAIL, email.as_bytes())),
        accounts::email.eq(keyring.encrypt(Column::ACCOUNTS_EMAIL.at(id), email.as_bytes())?),
        accounts::role.eq("citizen"),
        accounts::locale.eq("ro"),
        accounts::person_index.eq(keyring.index(Index::PERSON_CNP, person.cnp.as_str().as_bytes())),
        accounts::person.eq(person.encrypt(keyring, id)?),
        accounts::identity_method.eq("ghiseul"),
        accounts::identity_verified_at.eq(now),
        accounts::created_at.eq(now),
    );
    diesel::insert_into(accounts::table).values(account).execute(connection)?;
    Ok(())
}

fn person(n: usize) -> Result<ProvedPerson> {
    let born = NaiveDate::from_ymd_opt(1950, 1, 1).ok_or("no such date")?;
    let birth_date = born + TimeDelta::days(i64::try_from(n)?);
    let name = |text: &str| PersonName::parse(text).map_err(|rule| format!("{rule:?}"));
    Ok(ProvedPerson {
        cnp: cnp_of(birth_date)?,
        family_name: name("Ionescu-Măgureanu")?,
        given_name: name("Ștefania Ioana")?,
        birth_date,
    })
}

/// The CNP of a woman born in Cluj on that day of the twentieth century, with the one check digit that is right.
fn cnp_of(birth_date: NaiveDate) -> Result<Cnp> {
    let digits = format!("2{}12123", birth_date.format("%y%m%d"));
    let cnp = (0..10).find_map(|check_digit| Cnp::parse(&format!("{digits}{check_digit}")).ok());
    cnp.ok_or_else(|| format!("{digits} has no check digit").into())
}

/// An entry of the population register.
pub fn civil_status(
    (family_name, given_name): (&str, &str),
    birth_date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<CivilStatus> {
    Ok(serde_json::from_value(json!({
        "family_name": family_name,
        "given_name": given_name,
        "previous_names": ["Popescu"],
        "father_given_name": "Gheorghe",
        "mother_given_name": "Ana Maria",
        "birth_date": birth_date,
        "birth_county": "Cluj",
        "birth_place": "Cluj-Napoca",
        "domicile": {
            "county": "Cluj",
            "locality": "Cluj-Napoca",
            "street": "Strada Memorandumului",
            "number": "28",
            "building": "B2",
            "flat": "14",
        },
        "identity_document": {"type": "identity_card", "series": "CJ", "number": "123456"},
        "deceased": false,
        "as_of": now,
    }))?)
}
