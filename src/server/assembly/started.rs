//! The start of a node in the audit log: with which settings and keys it works.

use data_encoding::HEXLOWER;
use diesel::pg::PgConnection;

use crate::audit::{self, Actor, Event};
use crate::config::Config;
use crate::error::Result;
use crate::http::RequestId;
use crate::signature::{Held, Seals};
use crate::time::Clock;

/// Records in the audit log that a node starts: its version, a digest of its settings, and its keys. A node that cannot
/// write now starts all the same, and its log says so.
pub(super) fn record(c: &mut PgConnection, config: &Config, (seals, clock): (&Seals, &Clock)) -> Result<()> {
    let shortened = |held: &Held| HEXLOWER.encode(&held.fingerprint()).chars().take(16).collect::<String>();
    let keys: Vec<String> = seals.held().iter().take(8).map(shortened).collect();
    let detail = format!(
        "version {}, settings {}, seal keys {}",
        env!("CARGO_PKG_VERSION"),
        config.digest,
        keys.join(" ")
    );
    log::info!("starting: {detail}");
    let id = RequestId::new();
    audit::record(c, &Event::new(clock.now(), Actor::SERVICE, "node.started", None, &id).detail(detail))
}
