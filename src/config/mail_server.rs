//! The URL of a mail server.

use std::net::IpAddr;

use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::Url;

/// Returns whether a setting is the URL of a mail server.
pub(super) fn is_address(url: &str) -> bool {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url).is_ok()
}

/// Returns whether nobody else can read a mail on its way to this server: TLS is required, or the server is this
/// machine.
#[must_use]
pub fn is_private(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let insists = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    url.scheme() == "smtps" || insists || is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_private_on_its_way_or_stays_on_this_machine() {
        for url in [
            "smtps://user:secret@mail.example",
            "smtp://mail.example:587?tls=required",
            "smtp://localhost:25",
            "smtp://127.0.0.1:2525",
            "smtp://[::1]:25",
        ] {
            assert!(is_private(url), "{url}");
        }
        for url in [
            "smtp://mail.example",
            "smtp://mail.example?tls=opportunistic",
            "smtp://localhost.evil.example",
            "smtp://10.0.0.1",
            "nonsense",
        ] {
            assert!(!is_private(url), "{url}");
        }
    }
}
