//! Front ends: which may call from a browser, and where a redirect may return to.

use url::Url;

use crate::config::{Client, Config, Leniencies, Leniency, tell_leniency};

/// The front end of `CAZIER_ORIGINS` and `CAZIER_RETURN_URLS`, and the default one.
pub const DEFAULT: &str = "hub";

/// The registered front ends.
#[derive(Debug, Clone, Default)]
pub struct Clients {
    clients: Vec<Client>,
    this_machine: ThisMachine,
}

/// Where a sandbox also takes addresses of this machine, over plain HTTP, on any port and path. Nowhere on a live node.
#[derive(Debug, Clone, Copy, Default)]
struct ThisMachine {
    /// For the default front end.
    of_default: bool,
    /// As pages of every front end.
    origins: bool,
    /// As return addresses of every front end.
    return_urls: bool,
}

impl ThisMachine {
    /// Returns what a sandbox takes: the default front end has any port of this machine unless the settings register
    /// addresses for it; the rest is named in `CAZIER_SANDBOX_LENIENT`.
    fn of_sandbox(default: &Client, lenient: &Leniencies) -> Self {
        Self {
            of_default: default.origins.is_empty() && default.return_urls.is_empty(),
            origins: lenient.has(Leniency::Origins),
            return_urls: lenient.has(Leniency::ReturnUrls),
        }
    }
}

impl Clients {
    /// Returns the configured front ends; the default one first.
    #[must_use]
    pub fn of(config: &Config, sandbox: bool) -> Self {
        let default = Client {
            client_id: DEFAULT.to_owned(),
            origins: config.origins.clone(),
            return_urls: config.return_urls.clone(),
        };
        let others = config.clients.iter().filter(|client| client.client_id != DEFAULT).cloned();
        let named = config.clients.iter().find(|client| client.client_id == DEFAULT).cloned();
        let default = named.unwrap_or(default);
        let lenient = Leniencies::of_sandbox(&config.sandbox_lenient);
        let this_machine =
            if sandbox { ThisMachine::of_sandbox(&default, &lenient) } else { ThisMachine::default() };
        Self { clients: std::iter::once(default).chain(others).collect(), this_machine }
    }

    /// Finds a front end by id.
    #[must_use]
    pub fn find(&self, client_id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.client_id == client_id)
    }

    /// Returns every registered return address, with the id of its front end.
    pub fn places(&self) -> impl Iterator<Item = (&str, &str)> {
        self.clients
            .iter()
            .flat_map(|client| client.return_urls.iter().map(|url| (client.client_id.as_str(), url.as_str())))
    }

    /// Returns whether a redirect may go to this URL: it must equal a registered one. A prefix or a host is not enough,
    /// or an open redirect of a front end would leak codes.
    #[must_use]
    pub fn may_return_to(&self, url: &str) -> bool {
        self.clients.iter().any(|client| has(&client.return_urls, url))
            || self.default().is_some_and(|default| self.may_return(default, url))
    }

    /// Returns whether a redirect may go to this URL of this front end.
    #[must_use]
    pub fn may_return(&self, client: &Client, url: &str) -> bool {
        let is_lenient = self.this_machine.return_urls;
        has(&client.return_urls, url) || self.is_taken(client, is_lenient, "return address", url)
    }

    /// Returns whether a page of this origin may call the API.
    #[must_use]
    pub fn may_call(&self, origin: &str) -> bool {
        self.clients.iter().any(|client| has(&client.origins, origin))
            || self.default().is_some_and(|default| self.is_page_of(default, origin))
    }

    /// Returns whether a page of this origin belongs to the front end.
    #[must_use]
    pub fn is_page_of(&self, client: &Client, origin: &str) -> bool {
        has(&client.origins, origin) || self.is_taken(client, self.this_machine.origins, "origin", origin)
    }

    /// Returns the front end that a sandbox is the most lenient with.
    fn default(&self) -> Option<&Client> {
        self.find(DEFAULT)
    }

    /// Returns whether a sandbox takes an unregistered address of this machine, and says so in the log.
    fn is_taken(&self, client: &Client, is_lenient: bool, what: &str, url: &str) -> bool {
        let of_default = self.this_machine.of_default && client.client_id == DEFAULT;
        let is_taken = (is_lenient || of_default) && is_local(url);
        if is_taken {
            // Not the address itself, which can hold anything.
            let client = &client.client_id;
            tell_leniency(format_args!("{client} has not registered this {what}, which is of this machine"));
        }
        is_taken
    }
}

fn has(registered: &[String], url: &str) -> bool {
    registered.iter().any(|known| known == url)
}

fn is_local(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let plain = url.scheme() == "http" && url.username().is_empty() && url.password().is_none();
    plain && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients() -> Clients {
        let client = |id: &str| Client {
            client_id: id.into(),
            origins: vec![format!("https://{id}.example")],
            return_urls: vec![format!("https://{id}.example/back")],
        };
        Clients { clients: vec![client("hub"), client("city")], this_machine: ThisMachine::default() }
    }

    #[test]
    fn only_exact_addresses_are_returned_to() {
        let clients = clients();
        assert!(clients.may_return_to("https://hub.example/back"));
        for other in [
            "https://hub.example/back/",
            "https://hub.example/back?next=x",
            "https://hub.example.evil.example/back",
            "https://hub.example/back@evil.example",
            "http://hub.example/back",
            "http://localhost/back",
            "javascript:alert(1)",
        ] {
            assert!(!clients.may_return_to(other), "{other}");
        }
    }

    #[test]
    fn a_front_end_has_its_own_addresses_and_no_others() {
        let clients = clients();
        let (hub, city) = (clients.find("hub").unwrap(), clients.find("city").unwrap());
        assert!(clients.may_return(hub, "https://hub.example/back"));
        assert!(!clients.may_return(city, "https://hub.example/back"));
        assert!(clients.is_page_of(city, "https://city.example"));
        assert!(!clients.is_page_of(city, "https://hub.example"));
        assert!(clients.find("nobody").is_none());
    }

    #[test]
    fn the_sandbox_takes_localhost_and_nothing_that_only_looks_like_it() {
        let this_machine = ThisMachine { of_default: true, ..ThisMachine::default() };
        let clients = Clients { this_machine, ..clients() };
        let (hub, city) = (clients.find("hub").unwrap(), clients.find("city").unwrap());
        assert!(
            clients.may_return(hub, "http://localhost:1/")
                && !clients.may_return(city, "http://localhost:1/")
        );
        assert!(
            clients.is_page_of(hub, "http://localhost:1") && !clients.is_page_of(city, "http://localhost:1")
        );
        assert!(clients.may_return_to("http://localhost:3000/done"));
        assert!(clients.may_call("http://127.0.0.1:5173"));
        for other in ["http://localhost.evil.example/", "http://localhost@evil.example/", "ftp://localhost/"]
        {
            assert!(!clients.may_return_to(other), "{other}");
        }
    }
}
