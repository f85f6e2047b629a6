//! Addresses of this machine, which a sandbox takes.

use url::Url;

use crate::config::{Config, Leniencies, Leniency};

/// Where a sandbox also takes addresses of this machine, over plain HTTP, on any port and path. Nowhere on a live node.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ThisMachine {
    /// For the first-party front end.
    pub(super) of_first_party: bool,
    /// As pages of every front end.
    pub(super) origins: bool,
    /// As return addresses of every front end.
    pub(super) return_urls: bool,
}

impl ThisMachine {
    /// Returns what a sandbox takes: the first-party front end has any port of this machine unless the settings register
    /// addresses for it; the rest is named in `CAZIER_SANDBOX_LENIENT`.
    pub(super) fn of_sandbox(config: &Config) -> Self {
        let lenient = Leniencies::of_sandbox(&config.sandbox_lenient);
        Self {
            of_first_party: config.origins.is_empty() && config.return_urls.is_empty(),
            origins: lenient.has(Leniency::Origins),
            return_urls: lenient.has(Leniency::ReturnUrls),
        }
    }
}

/// Returns whether this is an address of this machine, over plain HTTP.
pub(super) fn is_local(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let plain = url.scheme() == "http" && url.username().is_empty() && url.password().is_none();
    plain && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
