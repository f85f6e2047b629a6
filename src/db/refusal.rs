//! Why a connection to Postgres failed, read from the text of libpq, the only place that says it.
//!
//! Those texts hold host names, users and databases, so they are never passed on: each kind has its own sentence.

use std::fmt;

use diesel::ConnectionError;

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The setting cannot be read as an address.
    Address,
    /// The host name does not resolve.
    Host,
    /// Nothing listens there.
    Closed,
    /// The server does not answer.
    Silent,
    /// The user is unknown, the password is wrong, or `pg_hba.conf` does not let the user in.
    User,
    /// There is no such database.
    Database,
    /// All connections of the server are taken.
    Full,
    /// The server starts, stops or recovers.
    Starting,
    /// The server takes no writes.
    Standby,
    /// The address asks for TLS in another way than by `sslmode=verify-full`.
    Tls,
    /// The server speaks no TLS, or its certificate is not accepted.
    Untrusted,
    /// Any other reason.
    Other,
}

/// Parts of libpq's and the server's texts. The first match wins: the texts of several hosts are joined, and the answer
/// of one server says more than the silence of another.
const SIGNS: &[(&str, Refusal)] = &[
    ("does not exist", Refusal::Database),
    ("too many clients already", Refusal::Full),
    ("remaining connection slots are reserved", Refusal::Full),
    ("too many connections for", Refusal::Full),
    ("the database system is", Refusal::Starting),
    ("authentication failed", Refusal::User),
    ("no pg_hba.conf entry", Refusal::User),
    ("pg_hba.conf rejects", Refusal::User),
    ("no password supplied", Refusal::User),
    ("is not permitted to log in", Refusal::User),
    ("permission denied for database", Refusal::User),
    ("session is read-only", Refusal::Standby),
    ("server is in hot standby mode", Refusal::Standby),
    ("SSL support is not compiled in", Refusal::Tls),
    ("sslmode", Refusal::Tls),
    ("TLS: not accepted", Refusal::Untrusted),
    ("no user name specified", Refusal::Address),
    ("invalid ", Refusal::Address),
    ("missing \"=\" after", Refusal::Address),
    ("unterminated quoted string", Refusal::Address),
    ("could not match", Refusal::Address),
    ("unexpected character", Refusal::Address),
    ("could not translate host name", Refusal::Host),
    ("timeout expired", Refusal::Silent),
    ("timed out", Refusal::Silent),
    ("No route to host", Refusal::Silent),
    ("Network is unreachable", Refusal::Silent),
    ("Connection refused", Refusal::Closed),
    ("No such file or directory", Refusal::Closed),
    ("server closed the connection unexpectedly", Refusal::Closed),
];

impl Refusal {
    /// Reads the kind from libpq's text.
    #[must_use]
    pub fn of(error: &ConnectionError) -> Self {
        match error {
            ConnectionError::BadConnection(text) => Self::in_text(text),
            ConnectionError::InvalidConnectionUrl(_) | ConnectionError::InvalidCString(_) => Self::Address,
            _ => Self::Other,
        }
    }

    fn in_text(text: &str) -> Self {
        // `role "x" does not exist` and `database "x" does not exist` differ only in their first word.
        if text.contains("role \"") && text.contains("does not exist") {
            return Self::User;
        }
        SIGNS.iter().find(|(sign, _)| text.contains(sign)).map_or(Self::Other, |(_, refusal)| *refusal)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => {
                "the address of the database cannot be read: write postgres://user:password@host:5432/database"
            }
            Self::Host => "the host of the database is not known: its name leads to no address",
            Self::Closed => {
                "the database server refuses connections: nothing listens at its host and port (or socket)"
            }
            Self::Silent => {
                "the database server does not answer: it is down, or a network or firewall is in the way"
            }
            Self::User => {
                "the database server does not let this user in: no such user, another password, or pg_hba.conf"
            }
            Self::Database => "the database server has no such database: create it, then run `cazier migrate`",
            Self::Full => "the database server has no connection left: raise max_connections, or lower the pools",
            Self::Starting => "the database server is starting, stopping or recovering: it will answer later",
            Self::Standby => "the database server takes no writes: it is a standby, and no primary was found",
            Self::Tls => {
                "the address of the database asks for TLS that does not check the server's name: \
                 write sslmode=verify-full"
            }
            Self::Untrusted => {
                "the database server speaks no TLS, or its certificate is not for this host or not of an authority in sslrootcert"
            }
            Self::Other => "the database server could not be connected to, for a reason that its own log tells",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_a_sentence_of_its_own() {
        let at = "connection to server at \"db.example\" (192.0.2.1), port 5432 failed: ";
        for (text, expected) in [
            ("missing \"=\" after \"nonsense\" in connection info string", Refusal::Address),
            ("invalid integer value \"x\" for connection option \"port\"", Refusal::Address),
            ("invalid URI query parameter: \"x\"", Refusal::Address),
            (
                "could not translate host name \"db.example\" to address: Name or service not known",
                Refusal::Host,
            ),
            (
                &format!("{at}Connection refused\n\tIs the server running on that host and …?"),
                Refusal::Closed,
            ),
            (
                "connection to server on socket \"/run/.s.PGSQL.5432\" failed: No such file or directory",
                Refusal::Closed,
            ),
            (&format!("{at}timeout expired"), Refusal::Silent),
            (&format!("{at}Connection timed out"), Refusal::Silent),
            (&format!("{at}FATAL:  role \"ana\" does not exist"), Refusal::User),
            (&format!("{at}FATAL:  password authentication failed for user \"ana\""), Refusal::User),
            (
                &format!("{at}FATAL:  no pg_hba.conf entry for host \"192.0.2.9\", user \"ana\""),
                Refusal::User,
            ),
            (&format!("{at}FATAL:  database \"cazier\" does not exist"), Refusal::Database),
            (&format!("{at}FATAL:  sorry, too many clients already"), Refusal::Full),
            (&format!("{at}FATAL:  the database system is starting up"), Refusal::Starting),
            (&format!("{at}session is read-only"), Refusal::Standby),
            ("sslmode value \"require\" invalid when SSL support is not compiled in", Refusal::Tls),
            ("FATAL:  TLS: not accepted", Refusal::Untrusted),
            ("FATAL:  autre chose", Refusal::Other),
        ] {
            let found = Refusal::of(&ConnectionError::BadConnection(text.to_owned()));
            assert_eq!(found, expected, "{text}");
            let sentence = found.to_string();
            for private in ["ana", "192.0.2", "db.example"] {
                assert!(!sentence.contains(private), "{sentence}");
            }
        }
    }

    #[test]
    fn of_several_hosts_the_answer_of_one_counts() {
        let text = "connection to server at \"a\", port 5432 failed: Connection refused\n\
                    connection to server at \"b\", port 5432 failed: FATAL:  database \"x\" does not exist";
        assert_eq!(Refusal::in_text(text), Refusal::Database);
    }
}
