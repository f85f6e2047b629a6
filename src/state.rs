//! What every handler can reach: settings, time, the database, the keys of the sealed fields.

use std::sync::Arc;

use actix_web::web;
use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::person::Keyring;

/// Shared by all threads of a node; holds nothing that another node would have to know.
#[derive(Debug)]
pub struct AppState {
    /// Time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Seals personal data and makes it findable.
    pub keyring: Arc<Keyring>,
    /// The addresses by which the world reaches this installation.
    pub addresses: Addresses,
    /// The front ends that are known.
    pub front_ends: FrontEnds,
    /// Name of the unit that issues.
    pub issuing_unit: String,
    /// Whether this is `cazier dev`: test persons, simulated providers, a visible mailbox.
    pub sandbox: bool,
}

/// As handlers receive it.
pub type State = web::Data<AppState>;

/// Where browsers find things.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The API.
    pub api: Url,
    /// The front end, for the links in mails.
    pub front_end: Url,
    /// Where certificates say that they can be verified.
    pub verification: Url,
}

impl Addresses {
    /// From the settings; the API's own address stands in for what is unset.
    ///
    /// # Errors
    /// When the listening address makes no URL.
    pub fn of(config: &Config) -> Result<Self, url::ParseError> {
        let api = match &config.public_url {
            Some(url) => url.clone(),
            None => Url::parse(&format!("http://{}", config.listen))?,
        };
        let front_end = config.front_end_url.clone().unwrap_or_else(|| api.clone());
        let verification = api.join("/verify")?;
        Ok(Self { api, front_end, verification })
    }
}

/// The front ends that may call from a browser and be returned to.
#[derive(Debug, Clone, Default)]
pub struct FrontEnds {
    /// Their origins (CORS).
    pub origins: Vec<String>,
    /// Their exact return addresses.
    pub return_urls: Vec<String>,
    /// In the sandbox alone: `localhost` on any port and path, by plain HTTP.
    pub any_localhost: bool,
}

impl FrontEnds {
    /// Whether a redirect may go to this address: exactly a registered one. A prefix or a host is not enough, or
    /// any open redirect of a front end would hand out codes.
    #[must_use]
    pub fn may_return_to(&self, url: &str) -> bool {
        self.return_urls.iter().any(|known| known == url) || (self.any_localhost && is_local(url))
    }

    /// Whether a page of this origin may call the API.
    #[must_use]
    pub fn may_call(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known == origin) || (self.any_localhost && is_local(origin))
    }
}

fn is_local(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let plain = url.scheme() == "http" && url.username().is_empty() && url.password().is_none();
    plain && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_addresses_are_returned_to() {
        let front_ends =
            FrontEnds { return_urls: vec!["https://hub.example/back".into()], ..Default::default() };
        assert!(front_ends.may_return_to("https://hub.example/back"));
        for other in [
            "https://hub.example/back/",
            "https://hub.example/back?next=x",
            "https://hub.example.evil.example/back",
            "https://hub.example/back@evil.example",
            "http://hub.example/back",
            "http://localhost/back",
            "javascript:alert(1)",
        ] {
            assert!(!front_ends.may_return_to(other), "{other}");
        }
    }

    #[test]
    fn the_sandbox_takes_localhost_and_nothing_that_only_looks_like_it() {
        let front_ends = FrontEnds { any_localhost: true, ..Default::default() };
        assert!(front_ends.may_return_to("http://localhost:3000/done"));
        assert!(front_ends.may_call("http://127.0.0.1:5173"));
        for other in ["http://localhost.evil.example/", "http://localhost@evil.example/", "ftp://localhost/"]
        {
            assert!(!front_ends.may_return_to(other), "{other}");
        }
    }
}
