//! The start of a node in the audit log: with which settings and keys it works.

use data_encoding::HEXLOWER;
use diesel::pg::PgConnection;

use crate::audit::{self, Actor, Event};
use crate::config::Config;
use crate::error::Result;
use crate::http::RequestId;
use crate::log::LogKeys;
use crate::person::Keyring;
use crate::signature::{Held, Seals};
use crate::time::Clock;

/// The most keys of one kind that are named.
const MOST: usize = 8;
/// The most octets of names in one row.
const ROW: usize = 400;

/// The keys of a node.
pub(super) struct Loaded<'a> {
    pub(super) seals: &'a Seals,
    pub(super) keyring: &'a Keyring,
    pub(super) log_keys: &'a LogKeys,
}

/// Records in the audit log that a node starts: its version, a digest of its settings, its keys by fingerprint or id; and, in
/// rows of the same request, the names of the settings that have a value of their own. A node that cannot
/// write now starts all the same, and its log says so.
pub(super) fn record(
    c: &mut PgConnection,
    config: &Config,
    loaded: &Loaded<'_>,
    clock: &Clock,
) -> Result<()> {
    let detail =
        format!("version {}, settings {}, {}", env!("CARGO_PKG_VERSION"), config.digest, loaded.named(c)?);
    log::info!("starting: {detail}");
    let (id, now) = (RequestId::new(), clock.now());
    audit::record(c, &Event::new(now, Actor::SERVICE, "node.started", None, &id).detail(detail))?;
    rows(&config.given).into_iter().try_for_each(|names| {
        let detail = format!("settings {}: {names}", config.digest);
        audit::record(c, &Event::new(now, Actor::SERVICE, "settings.loaded", None, &id).detail(detail))
    })
}

impl Loaded<'_> {
    /// Names the keys by fingerprint or id, never by value.
    fn named(&self, c: &mut PgConnection) -> Result<String> {
        let shortened = |held: &Held| HEXLOWER.encode(&held.fingerprint()).chars().take(16).collect();
        let ids = |ids: Vec<u8>| ids.iter().map(u8::to_string).collect();
        let chain = self.keyring.index_chain();
        let data = if self.keyring.decrypts() { "encryption keys" } else { "binding keys" };
        let kinds: [(&str, Vec<String>); 4] = [
            ("seal keys", self.seals.held().iter().map(shortened).collect()),
            (data, ids(self.keyring.encryption_keys())),
            ("index keys", ids([vec![chain.newest()], chain.older()].concat())),
            ("log keys", self.log_keys.ids(c)?),
        ];
        Ok(kinds.map(|(kind, keys)| format!("{kind} {}", first(&keys))).join(", "))
    }
}

/// Names the first keys of a kind.
fn first(keys: &[String]) -> String {
    match keys.get(..MOST) {
        Some(some) if keys.len() > MOST => format!("{} …", some.join(" ")),
        _ if keys.is_empty() => String::from("none"),
        _ => keys.join(" "),
    }
}

/// Splits the names into as many texts as fit a row each.
fn rows(names: &[&str]) -> Vec<String> {
    names.iter().fold(Vec::new(), |mut rows: Vec<String>, name| {
        match rows.last_mut().filter(|row| row.len() + name.len() < ROW) {
            Some(row) => row.extend([" ", name]),
            None => rows.push((*name).to_owned()),
        }
        rows
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::VARIABLES;

    #[test]
    fn all_names_fit_into_rows_and_none_is_left_out() {
        let names: Vec<&str> = VARIABLES.iter().map(|variable| variable.name).collect();
        let rows = rows(&names);
        assert!(rows.len() > 1 && rows.iter().all(|row| row.chars().count() <= ROW));
        assert_eq!(rows.join(" "), names.join(" "));
        assert!(super::rows(&[]).is_empty());
    }

    #[test]
    fn many_keys_are_named_in_part() {
        let keys: Vec<String> = (1..=13).map(|id: u8| id.to_string()).collect();
        assert_eq!(first(&keys), "1 2 3 4 5 6 7 8 …");
        assert_eq!((first(&keys[..2]).as_str(), first(&[]).as_str()), ("1 2", "none"));
    }
}
