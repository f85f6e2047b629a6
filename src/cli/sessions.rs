//! `cazier sessions`: ends sessions of others.

use std::io::Write;

use clap::{Args, Subcommand};

use super::officers::{address, at_once, keyring, told};
use super::sandbox::now;
use super::{Failure, connect};
use crate::accounts::ending;
use crate::config::Config;
use crate::db::Installation;

/// What to do with sessions.
#[derive(Subcommand)]
pub(super) enum Command {
    /// End all sessions of an account, or of everybody, at once. Passwords and what people granted clients stay.
    End(Whose),
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(super) struct Whose {
    /// The address of the account. Its owner is told by mail.
    email: Option<String>,
    /// Those of everybody, staff and clients too.
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub(super) fn run(config: &Config, command: &Command) -> Result<(), Failure> {
    let Command::End(Whose { email, .. }) = command;
    let mut connection = connect(config)?;
    let keyring = keyring(config)?;
    // With another key, nobody would be found.
    Installation::recognize(&mut connection, &keyring)?;
    let now = now(&mut connection)?;
    let ended = match email.as_deref().map(address).transpose()? {
        Some(email) => at_once(&mut connection, |c| ending::of_account(c, &keyring, &email, now)),
        None => at_once(&mut connection, |c| ending::of_everybody(c, now)),
    };
    let ended = told(ended, "no account has this address")?;
    Ok(writeln!(std::io::stdout(), "{ended} sessions were ended")?)
}
