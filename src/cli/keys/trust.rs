//! The operator's signature on the trust list: made offline, then published.

use std::io::Write;
use std::path::Path;

use data_encoding::HEXLOWER;
use diesel::PgConnection;

use super::super::Failure;
use super::super::sandbox::now;
use super::read;
use crate::config::Config;
use crate::db::Installation;
use crate::server::assembly;
use crate::signature::trust_list::{self, Pin, TYP, TrustList};
use ades::{PinnedKey, Statement};

/// Adds the operator's signature to a list, after showing what it says. Needs neither database nor network.
pub(super) fn sign(config: &Config, list: &Path, key: &str) -> Result<(), Failure> {
    let mut statement = Statement::from_json(read(list)?.as_bytes())?;
    let said = TrustList::open(&statement, Pin::Nothing)?;
    tell(&said)?;
    statement.sign(assembly::seal_key(config, key)?.open()?.as_ref(), TYP)?;
    Ok(writeln!(std::io::stdout(), "{}", serde_json::to_string(&statement)?)?)
}

/// Makes the nodes serve a list that the operator signed.
pub(super) fn publish(connection: &mut PgConnection, list: &Path, operator: &Path) -> Result<(), Failure> {
    let operator = PinnedKey::from_pem(&read(operator)?)?;
    let test = Installation::is_sandbox(connection)?.ok_or("no node has opened this database yet")?;
    let jws = read(list)?;
    let now = now(connection)?;
    let list = trust_list::publish(connection, jws.trim(), &operator, test, now)?;
    tell(&list)
}

/// Shows the list to its signer, on standard error, so that the list itself can go to a file.
fn tell(list: &TrustList) -> Result<(), Failure> {
    let mut text = format!("trust list of {}\n", list.issued_at.to_rfc3339());
    for signer in &list.signers {
        let leaf = signer.leaf()?;
        let time =
            |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or("-".to_owned(), |at| at.to_rfc3339());
        text += &format!(
            "{}\n  {}\n  active from {}, retired from {}{}\n",
            HEXLOWER.encode(&leaf.fingerprint()),
            leaf.subject(),
            time(signer.active_from),
            time(signer.retired_from),
            if signer.retired_in_emergency { " IN AN EMERGENCY" } else { "" },
        );
    }
    Ok(std::io::stderr().write_all(text.as_bytes())?)
}
