//! The way to the server: a socket, this machine, or TLS that checks the server's name (`sslmode=verify-full`).
//!
//! libpq is built without TLS, so the program needs no OpenSSL. For an address that asks for it, libpq connects to
//! a socket of this process, from where `relay` goes on with rustls, as all of the program's connections do.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `address` | reads what an address says about servers and TLS |
//! | `tls`, `error` | whom to believe, and who we are; why that cannot be set up |
//! | `relay` | sockets of this process that lead to a server by TLS |

mod address;
mod error;
mod relay;
mod tls;

use std::sync::{Mutex, PoisonError};

use diesel::dsl::{select, sql};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use address::Address;
pub use error::TlsError;

/// Why an address is refused.
pub const UNENCRYPTED: &str = "the server is on another machine, and the address does not ask for TLS that checks its name: \
    add sslmode=verify-full (and sslrootcert=FILE, unless one of the system's authorities vouches for it), or connect over a \
    socket, or to a tunnel or pooler on this machine";

/// Why a connection is refused.
pub(super) const NOT_PRIVATE: &str =
    "DATABASE_URL: the connection leads to another machine without TLS; add sslmode=verify-full";

/// Whether the server sees this connection as encrypted, or as coming from its own machine: a socket, a pooler or the
/// end of a tunnel.
const IS_PRIVATE: &str = "inet_client_addr() IS NULL OR inet_client_addr() <<= '127.0.0.0/8' \
    OR inet_client_addr() = '::1' OR coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)";

/// Returns whether rows are safe on the way to all servers of an address.
#[must_use]
pub fn is_private(address: &str) -> bool {
    Address::read(address).is_some_and(|address| address.asks_for_tls() || address.is_here())
}

/// Asks the server how it sees this connection: the environment (`PGHOST`, `/etc/hosts`) can lead an address elsewhere.
pub(super) fn is_private_now(connection: &mut PgConnection) -> QueryResult<bool> {
    select(sql::<Bool>(IS_PRIVATE)).get_result(connection)
}

/// The relays of this process, each with the address that it was opened for. They live as long as the process.
static RELAYS: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// Returns the address for libpq: the same, unless it asks for TLS.
///
/// # Errors
/// Fails if TLS cannot be set up from what the address says.
pub(super) fn for_libpq(text: &str) -> Result<String, TlsError> {
    let Some(address) = Address::read(text).filter(Address::asks_for_tls) else { return Ok(text.to_owned()) };
    let mut relays = RELAYS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, relayed)) = relays.iter().find(|(of, _)| of == text) {
        return Ok(relayed.clone());
    }
    let sockets = relay::open(&address.servers()?, tls::config(&address)?)?;
    let relayed = address.with_sockets(text, &sockets);
    relays.push((text.to_owned(), relayed.clone()));
    Ok(relayed)
}
