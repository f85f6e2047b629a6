//! `cazier officers`: appoints and dismisses staff.

use std::io::{BufRead, IsTerminal, Write};

use chrono::{DateTime, Utc};
use clap::{Subcommand, ValueEnum};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use super::sandbox::now;
use super::{Failure, connect};
use crate::accounts::Role;
use crate::accounts::appointment::{self, Appointment};
use crate::audit;
use crate::config::Config;
use crate::db::Installation;
use crate::error::{Code, Error, Outage};
use crate::http::Locale;
use crate::offices;
use crate::person::{Cnp, Email, Keyring};
use crate::state::Addresses;

/// Why nothing was found.
const NOBODY: &str = "no staff account has this address";

/// What to do with staff.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Appoint a person, and mail them the link that sets their password. Reads the person's CNP from standard input,
    /// because arguments are visible in the list of processes.
    Add {
        /// An address that has no account yet.
        email: String,
        /// Code of the office of an officer.
        #[arg(long, required_if_eq("role", "officer"))]
        office: Option<String>,
        /// The role.
        #[arg(long, value_enum, default_value = "officer")]
        role: StaffRole,
        /// Language of the mails.
        #[arg(long, value_enum, default_value_t = Locale::Ro)]
        locale: Locale,
    },
    /// List all staff, by appointment.
    List,
    /// Mail a new link that sets the password.
    Invite {
        /// The address.
        email: String,
    },
    /// Remove role, password and sessions at once.
    Remove {
        /// The address.
        email: String,
    },
    /// Remove a lost second factor: the next log-in sets up another.
    ResetSecondFactor {
        /// The address.
        email: String,
    },
}

/// The roles of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StaffRole {
    /// Certifies identities and reviews applications, at one office.
    Officer,
    /// Runs the installation.
    Operator,
}

/// Runs the command.
pub(super) fn run(config: &Config, command: &Command) -> Result<(), Failure> {
    let mut connection = connect(config)?;
    let keyring = keyring(config)?;
    // With another key, nobody would be found, and officers could certify themselves unnoticed.
    Installation::recognize(&mut connection, &keyring)?;
    let front_end = Addresses::of(config)?.front_end;
    connection.batch_execute("SET lock_timeout = '5s'")?;
    let now = now(&mut connection)?;
    let c = &mut connection;
    match command {
        Command::Add { email, office, role, locale } => {
            let office = office.as_deref().filter(|_| *role == StaffRole::Officer);
            add(c, &keyring, &address(email)?, *role, office, *locale, &front_end)
        }
        Command::List => list(c, &keyring, now),
        Command::Invite { email } => {
            let email = address(email)?;
            told(at_once(c, |c| appointment::invite_again(c, &keyring, &email, &front_end, now)), NOBODY)
        }
        Command::Remove { email } => {
            let email = address(email)?;
            told(at_once(c, |c| appointment::dismiss(c, &keyring, &email, now)), NOBODY)
        }
        Command::ResetSecondFactor { email } => {
            let email = address(email)?;
            told(at_once(c, |c| appointment::reset_second_factor(c, &keyring, &email, now)), NOBODY)
        }
    }
}

/// Runs work as one transaction, once more if Postgres rolled it back for the sake of another transaction.
pub(super) fn at_once<T>(
    connection: &mut PgConnection,
    work: impl Fn(&mut PgConnection) -> Result<T, Error>,
) -> Result<T, Error> {
    match connection.transaction(&work) {
        Err(error) if error.outage().is_some_and(Outage::gave_way) => connection.transaction(&work),
        outcome => outcome,
    }
}

pub(super) fn keyring(config: &Config) -> Result<Keyring, Failure> {
    let encryption = config.sealing_keys.as_deref().ok_or("CAZIER_SEALING_KEYS is not set")?;
    let index = config.index_keys.as_deref().ok_or("CAZIER_INDEX_KEYS is not set")?;
    Ok(Keyring::parse(encryption, index)?)
}

pub(super) fn address(email: &str) -> Result<Email, Failure> {
    Email::parse(email).map_err(|rule| rule.en.into())
}

fn add(
    connection: &mut PgConnection,
    keyring: &Keyring,
    email: &Email,
    role: StaffRole,
    office: Option<&str>,
    locale: Locale,
    front_end: &url::Url,
) -> Result<(), Failure> {
    let office_id = office.map(|code| find_office(connection, code)).transpose()?;
    let cnp = read_cnp()?;
    let role = match role {
        StaffRole::Officer => Role::Officer,
        StaffRole::Operator => Role::Operator,
    };
    let appointment = Appointment { email, role, office_id, cnp: &cnp, locale };
    let now = now(connection)?;
    let appoint = |c: &mut PgConnection| appointment::appoint(c, keyring, &appointment, front_end, now);
    let appointed = told(at_once(connection, appoint), NOBODY)?;
    appointed
        .ok_or("the address has an account already: an officer or operator needs an address of its own")?;
    Ok(writeln!(std::io::stdout(), "appointed; the invitation was sent by mail")?)
}

fn find_office(connection: &mut PgConnection, code: &str) -> Result<uuid::Uuid, Failure> {
    let code = code.trim().to_uppercase();
    let office = offices::store::find_by_code(connection, &code)?;
    Ok(office.ok_or_else(|| format!("there is no open office {code}; see `cazier counters import`"))?.id)
}

fn read_cnp() -> Result<Cnp, Failure> {
    if std::io::stdin().is_terminal() {
        write!(std::io::stderr(), "CNP of the person: ")?;
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Cnp::parse(line.trim()).map_err(|rule| rule.en.into())
}

/// Turns a refusal into a sentence for the operator; this one, if there is no such account.
pub(super) fn told<T>(outcome: Result<T, Error>, nobody: &'static str) -> Result<T, Failure> {
    outcome.map_err(|error| match error.code() {
        Code::NotFound => nobody.into(),
        Code::Internal => error.to_string().into(),
        code => code.texts()[0].0.into(),
    })
}

fn list(connection: &mut PgConnection, keyring: &Keyring, now: DateTime<Utc>) -> Result<(), Failure> {
    let staff = appointment::list(connection, keyring)?;
    audit::record_command(connection, "staff.listed", format!("{} accounts", staff.len()), now)?;
    let mut out = std::io::stdout().lock();
    for member in staff {
        let office = member.office.as_deref().unwrap_or("-");
        let factor = if member.second_factor { "second factor" } else { "no second factor yet" };
        let since = member.since.format("%Y-%m-%d");
        writeln!(out, "{since}  {:<8}  {office:<16}  {}  ({factor})", member.role.as_str(), member.email)?;
    }
    Ok(())
}
