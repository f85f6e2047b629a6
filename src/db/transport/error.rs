//! Why TLS to the database cannot be set up.

use std::io;

/// Why TLS to the database cannot be set up. No text repeats the address.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The address does not name each server by host and port.
    #[error(
        "sslmode=verify-full needs the name of each server: host and port, no hostaddr, service or socket"
    )]
    Host,
    /// No authority to believe.
    #[error(
        "sslrootcert: the file has no certificate of an authority that can be read (without it, the system's authorities count)"
    )]
    Authorities,
    /// Our own certificate cannot be used.
    #[error(
        "sslcert, sslkey: both are needed, a certificate with its issuers and its key without a passphrase, each a file in PEM"
    )]
    Identity,
    /// No socket for libpq.
    #[error("no socket for the connections: {0}")]
    Socket(#[from] io::Error),
}
