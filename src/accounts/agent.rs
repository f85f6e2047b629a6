//! The programs that logged in to an account, so that its owner hears of a new one. Identified by a keyed hash of
//! `User-Agent` without versions: an updated browser is not a new one.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::{contact, mails};
use crate::db::schema::known_agents;
use crate::error::Result;
use crate::notify;
use crate::person::{Index, Keyring};

/// Returns the hash of a program's name; programs that send no name share one.
pub(crate) fn index(keyring: &Keyring, agent: Option<&str>) -> Vec<u8> {
    let name: String =
        agent.unwrap_or_default().chars().filter(char::is_ascii_alphabetic).take(512).collect();
    keyring.index(Index::KNOWN_AGENTS_AGENT, name.as_bytes())
}

/// Records a log-in from a program, and tells the owner of the account if the program is new to it.
pub(crate) fn tell_of_new(
    c: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    agent: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    if is_new(c, account, agent, now)? {
        let contact = contact(c, keyring, account)?;
        let mail = contact.map(|owner| mails::new_log_in(&owner.email, owner.locale, now));
        notify::post(c, keyring, mail.as_ref(), now)?;
    }
    Ok(())
}

/// Records a log-in from a program; returns true if it is new to an account that knows others.
fn is_new(connection: &mut PgConnection, account: Uuid, agent: &[u8], now: DateTime<Utc>) -> Result<bool> {
    let others = known_agents::table.filter(known_agents::account_id.eq(account));
    let knows_others: bool = diesel::select(diesel::dsl::exists(others)).get_result(connection)?;
    let row = (
        known_agents::account_id.eq(account),
        known_agents::agent_index.eq(agent),
        known_agents::seen_at.eq(now),
    );
    let inserted: bool = diesel::insert_into(known_agents::table)
        .values(row)
        .on_conflict((known_agents::account_id, known_agents::agent_index))
        .do_update()
        .set(known_agents::seen_at.eq(now))
        // A row that existed before has the id of the updating transaction in xmax.
        .returning(sql::<Bool>("xmax = 0"))
        .get_result(connection)?;
    Ok(knows_others && inserted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_make_no_other_program() {
        let keyring = Keyring::parse(&Keyring::generate_spec().unwrap(), &Keyring::generate_spec().unwrap());
        let keyring = keyring.unwrap();
        let of = |agent| index(&keyring, agent);
        assert_eq!(
            of(Some("Mozilla/5.0 (X11; Linux) Chrome/156.0")),
            of(Some("Mozilla/5.0 (X11; Linux) Chrome/157.1"))
        );
        assert_ne!(of(Some("Mozilla/5.0 Chrome/156.0")), of(Some("Mozilla/5.0 Firefox/156.0")));
        assert_ne!(of(None), of(Some("curl/8")));
    }
}
