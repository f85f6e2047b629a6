//! Connections whose "no such row" can be believed: to a server that takes writes and hides no row.

use diesel::connection::SimpleConnection;
use diesel::dsl::{select, sql};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{Bool, Text};

use super::refusal::Refusal;
use super::transport::{self, TlsError};

/// Why a connection to the primary failed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No connection. libpq's own text is dropped: it can hold the user's name.
    #[error("{0}")]
    Away(Refusal),
    /// TLS cannot be set up from what the address says.
    #[error("{0}")]
    Tls(#[from] TlsError),
    /// The server is in recovery.
    #[error(
        "the database server is a standby, whose rows may be old: name the primary, or list all servers with `target_session_attrs=read-write`"
    )]
    Standby,
    /// A statement failed.
    #[error("the database: {0}")]
    Database(#[from] DieselError),
}

/// Connection parameters unless the URL sets others: give up after seconds on a server that does not answer, and on a
/// connection that the network lost (libpq, "Parameter Key Words").
const PARAMETERS: &[(&str, &str)] = &[
    ("connect_timeout", "3"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "3"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "5000"),
    ("fallback_application_name", "cazier"),
];

/// Connects to the primary and sets `row_security` off: a statement that a row-level security policy would filter then
/// fails, because hidden rows would look absent. Sets the search path too, whatever the role has set for itself: no other
/// table stands in for ours, and a temporary one last.
///
/// # Errors
/// See [`ConnectError`].
pub fn establish(url: &str) -> Result<PgConnection, ConnectError> {
    let established = PgConnection::establish(&with_parameters(&transport::for_libpq(url)?));
    let mut connection = established.map_err(|error| ConnectError::Away(Refusal::of(&error)))?;
    connection.batch_execute("SET row_security = off; SET search_path = public, pg_temp")?;
    let state = (sql::<Bool>("NOT pg_is_in_recovery()"), sql::<Text>("current_setting('lc_messages')"));
    let (is_primary, language): (bool, String) = select(state).get_result(&mut connection)?;
    if !is_primary {
        return Err(ConnectError::Standby);
    }
    if !is_english(&language) {
        speak_english(&mut connection, &language);
    }
    Ok(connection)
}

/// Returns whether the server is a primary, and no one asks for the connection because index keys are to be rotated. Asked
/// again of a connection that rested, or was in use for long: a proxy may have switched servers.
pub(super) fn is_still_good(connection: &mut PgConnection) -> QueryResult<bool> {
    const GOOD: &str = "NOT pg_is_in_recovery() \
        AND NOT EXISTS (SELECT FROM installation WHERE rehashing_since IS NOT NULL)";
    select(sql::<Bool>(GOOD)).get_result(connection)
}

/// Adds our parameters before those of the URL or `key=value` string: of duplicates, libpq takes the last.
fn with_parameters(url: &str) -> String {
    let pairs = |separator: &str| {
        let pairs: Vec<String> = PARAMETERS.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join(separator)
    };
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return format!("{} {url}", pairs(" "));
    }
    match url.split_once('?') {
        Some((server, parameters)) => format!("{server}?{}&{parameters}", pairs("&")),
        None => format!("{url}?{}", pairs("&")),
    }
}

fn is_english(language: &str) -> bool {
    language == "C" || language == "POSIX" || language.starts_with("C.") || language.starts_with("en_")
}

/// Sets the language of messages to English: failures are classified by them ([`crate::error::Outage`]). If the role
/// may not set it, logs a warning and goes on.
fn speak_english(connection: &mut PgConnection, language: &str) {
    if connection.batch_execute("SET lc_messages = 'C'").is_err() {
        log::warn!(
            "the database's messages are in `{language}`, so that time-outs and outages cannot be told from faults; \
             ALTER DATABASE … SET lc_messages = 'C', or GRANT SET ON PARAMETER lc_messages to the role"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_overrides_our_parameters() {
        let ours = "connect_timeout=3&keepalives_idle=10&keepalives_interval=3&keepalives_count=3&\
            tcp_user_timeout=5000&fallback_application_name=cazier";
        let plain = with_parameters("postgres://cazier@db.example/cazier");
        assert_eq!(plain, format!("postgres://cazier@db.example/cazier?{ours}"));
        let theirs = with_parameters("postgresql://a.example,b.example/cazier?connect_timeout=9");
        assert_eq!(theirs, format!("postgresql://a.example,b.example/cazier?{ours}&connect_timeout=9"));
        let pairs = with_parameters("host=db.example tcp_user_timeout=0");
        assert_eq!(pairs, format!("{} host=db.example tcp_user_timeout=0", ours.replace('&', " ")));
    }

    #[test]
    fn the_words_of_these_languages_are_known() {
        assert!(["C", "POSIX", "C.UTF-8", "en_US.UTF-8", "en_GB.utf8"].into_iter().all(is_english));
        assert!(["ro_RO.UTF-8", "de_DE", "", "english"].into_iter().all(|language| !is_english(language)));
    }
}
