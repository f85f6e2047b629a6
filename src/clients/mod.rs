//! Front ends and relying parties' systems: which pages may call from a browser, and where a redirect may return to.
//!
//! The first-party front end `hub` is in the settings (`CAZIER_ORIGINS`, `CAZIER_RETURN_URLS`, `CAZIER_FRONT_END_URL`); every other
//! client is a row, and acts by what people grant it unless it is first-party too. A return address is looked up at the moment of its
//! use, so that a removed client's right ends with its row; the origins of pages are remembered for [`REMEMBERED`].
//!
//! | File | What lives there |
//! | --- | --- |
//! | `front_end` | the front end that a request names |
//! | `id` | the id of a registered client |
//! | `public_key` | the public key of a client that proves who it is by a signature |
//! | `registration` | what an operator says of a client, and the rules between its values |
//! | `store`, `key_store` | rows of clients and of their secrets; rows of their keys |
//! | `scope` | what a person can grant a client |
//! | `remembered` | the addresses that a node remembers for a moment |
//! | `this_machine` | where a sandbox takes addresses of this machine |

mod front_end;
mod id;
pub mod key_store;
mod public_key;
mod registration;
mod remembered;
mod scope;
pub mod store;
mod this_machine;

use url::Url;

pub use self::front_end::FrontEnd;
pub use self::id::{ClientId, DEFAULT};
pub use self::public_key::{Coordinate, KEY_NOT_ON_CURVE, PublicKey};
pub use self::registration::{ClientKind, Environment, RULES, RateClass, Registration};
pub use self::remembered::REMEMBERED;
use self::remembered::Remembered;
pub use self::scope::Scope;
pub use self::store::Client;
use self::this_machine::{ThisMachine, is_local};
use crate::config::{Config, tell_leniency};
use crate::db::Db;
use crate::error::Result;
use crate::web::{Origin, RedirectUri, matches};

/// Where people type passwords and sessions are opened, by the paths' first parts: pages of first-party clients alone call there.
const OF_FIRST_PARTY: [&str; 2] = ["/v1/sessions", "/v1/accounts"];
/// The path among them that clients' tokens read.
const OF_CLIENTS: &str = "/v1/accounts/me";

/// Our own pages of sign-in with the Hub: browsers go there, and no page reads them.
const OUR_PAGES: [&str; 6] = [
    "/oauth/authorize",
    "/oauth/log-in",
    "/oauth/resume",
    "/oauth/second-factor",
    "/oauth/consent",
    "/oauth/end-session",
];

/// The path of a sandbox's page in the place of the first-party front end's.
pub const STAND_IN: &str = "/sandbox/returned";

/// The front ends that a node knows.
#[derive(Debug, Clone, Default)]
pub struct Clients {
    /// Origins of the first-party front end.
    origins: Vec<Origin>,
    /// Return addresses of the first-party front end, compared exactly.
    return_urls: Vec<RedirectUri>,
    /// The sandbox's page in the place of the first-party front end's; none on a live node.
    stand_in: Option<Url>,
    this_machine: ThisMachine,
    environment: Environment,
    remembered: Remembered,
}

impl Clients {
    /// Returns the front ends of these settings and of the table.
    #[must_use]
    pub fn of(config: &Config, sandbox: bool) -> Self {
        Self {
            origins: config.origins.clone(),
            return_urls: config.return_urls.clone(),
            stand_in: None,
            this_machine: if sandbox { ThisMachine::of_sandbox(config) } else { ThisMachine::default() },
            environment: Environment::of(sandbox),
            remembered: Remembered::default(),
        }
    }

    /// Adds the page at which a sandbox shows what a person came back with, at this address of the API: a return address of
    /// the first-party front end, whatever the settings register for it. A live node has no such page.
    #[must_use]
    pub fn with_stand_in(self, api: &Url) -> Self {
        let stand_in = api.join(STAND_IN).ok().filter(|_| self.environment == Environment::Sandbox);
        Self { stand_in, ..self }
    }

    /// Finds a front end by id, as it is registered now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find(&self, db: &Db, id: &str) -> Result<Option<FrontEnd>> {
        if id == DEFAULT {
            return Ok(Some(FrontEnd::FirstParty));
        }
        let Ok(id) = ClientId::parse(id) else { return Ok(None) };
        let environment = self.environment;
        let client = db.read(move |c| store::find(c, environment, id.as_str())).await?;
        Ok(client.map(|client| FrontEnd::Registered(Box::new(client))))
    }

    /// Finds a first-party front end by id: those for which people log in to the service itself.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find_first_party(&self, db: &Db, id: &str) -> Result<Option<FrontEnd>> {
        Ok(self.find(db, id).await?.filter(FrontEnd::is_first_party))
    }

    /// Returns the kind of this installation.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// Returns the return addresses in the settings.
    #[must_use]
    pub fn return_urls(&self) -> &[RedirectUri] {
        &self.return_urls
    }

    /// Returns every address to which a log-in leads, with the id of its front end, as it was a moment ago.
    #[must_use]
    pub fn places(&self) -> Vec<(String, String)> {
        let own = self.return_urls.iter().map(|url| (DEFAULT.to_owned(), url.to_string()));
        let known = self.remembered.known();
        let others = known.iter().flat_map(|client| {
            let own = client.redirect_uris().filter(|_| client.first_party);
            let uris = client.initiate_login_uri.as_deref().into_iter().chain(own);
            uris.map(|uri| (client.id.clone(), uri.to_owned()))
        });
        own.chain(others).collect()
    }

    /// Returns the ids of the first-party front ends by which people log in, as they were a moment ago.
    pub async fn of_redirects(&self, db: &Db) -> Vec<String> {
        self.refresh(db).await;
        let known = self.remembered.known();
        let others =
            known.iter().filter(|client| client.first_party && client.redirect_uris().next().is_some());
        std::iter::once(DEFAULT).chain(others.map(|client| client.id.as_str())).map(str::to_owned).collect()
    }

    /// Returns whether a redirect of a first-party front end may go to this URL: it must equal a registered one. A prefix or a host is not enough,
    /// or an open redirect of a front end would leak codes.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn may_return_to(&self, db: &Db, url: &str) -> Result<bool> {
        if self.may_return(&FrontEnd::FirstParty, url) {
            return Ok(true);
        }
        let Ok(uri) = RedirectUri::parse(url) else { return Ok(false) };
        let environment = self.environment;
        db.read(move |c| store::is_first_party_redirect_uri(c, environment, uri.as_str())).await
    }

    /// Returns whether a redirect may go to this URL of this front end.
    #[must_use]
    pub fn may_return(&self, front_end: &FrontEnd, url: &str) -> bool {
        let is_registered = match front_end {
            FrontEnd::FirstParty => {
                let is_stand_in = self.stand_in.as_ref().is_some_and(|page| page.as_str() == url);
                is_stand_in || self.return_urls.iter().any(|known| known.as_str() == url)
            }
            FrontEnd::Registered(client) => {
                let is_native = client.kind == ClientKind::Native;
                client.redirect_uris().any(|known| matches(known, url, is_native))
            }
        };
        is_registered || self.is_taken(front_end, self.this_machine.return_urls, "return address", url)
    }

    /// Reads the origins of registered clients again, unless they were read a moment ago; call it before
    /// [`may_call`](Self::may_call).
    pub async fn refresh(&self, db: &Db) {
        self.remembered.refresh(db, self.environment).await;
    }

    /// Returns whether a page of this origin may call this path of the API. Where passwords are typed and sessions are opened, pages of
    /// first-party front ends alone may.
    #[must_use]
    pub fn may_call(&self, origin: &str, path: &str) -> bool {
        let begins_with = |own: &[&str]| own.iter().any(|own| path.starts_with(own));
        if begins_with(&OUR_PAGES) {
            return false;
        }
        let is_of_first_party = path != OF_CLIENTS && begins_with(&OF_FIRST_PARTY);
        let known = self.remembered.known();
        let is_clients = known
            .iter()
            .filter(|client| client.first_party || !is_of_first_party)
            .any(|client| client.origins().any(|own| own == origin));
        is_clients || self.is_page_of(&FrontEnd::FirstParty, origin)
    }

    /// Returns the id of the registered first-party client whose page has this origin, as it was a moment ago.
    #[must_use]
    pub fn of_page(&self, origin: &str) -> Option<String> {
        let known = self.remembered.known();
        let mut first_party = known.iter().filter(|client| client.first_party);
        first_party.find(|client| client.origins().any(|own| own == origin)).map(|client| client.id.clone())
    }

    /// Returns whether a page of this origin belongs to the front end.
    #[must_use]
    pub fn is_page_of(&self, front_end: &FrontEnd, origin: &str) -> bool {
        let is_registered = match front_end {
            FrontEnd::FirstParty => self.origins.iter().any(|known| known.as_str() == origin),
            FrontEnd::Registered(client) => client.origins().any(|known| known == origin),
        };
        is_registered || self.is_taken(front_end, self.this_machine.origins, "origin", origin)
    }

    /// Returns whether a sandbox takes an unregistered address of this machine, and says so in the log.
    fn is_taken(&self, front_end: &FrontEnd, is_lenient: bool, what: &str, url: &str) -> bool {
        let id = front_end.registered_id();
        let is_taken = (is_lenient || (self.this_machine.of_first_party && id.is_none())) && is_local(url);
        if is_taken {
            // Not the address itself, which can hold anything.
            let id = id.unwrap_or(DEFAULT);
            tell_leniency(format_args!("{id} has not registered this {what}, which is of this machine"));
        }
        is_taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Line;

    fn clients() -> Clients {
        Clients {
            origins: vec![Origin::parse("https://hub.example").unwrap()],
            return_urls: vec![RedirectUri::parse("https://hub.example/back").unwrap()],
            ..Clients::default()
        }
    }

    fn city() -> FrontEnd {
        let registration = Registration {
            id: ClientId::parse("city").unwrap(),
            name: Line::parse("City").unwrap(),
            contact: Line::parse("it@city.example").unwrap(),
            logo_text: None,
            kind: ClientKind::Web,
            first_party: true,
            origins: vec![Origin::parse("https://city.example").unwrap()],
            redirect_uris: vec![RedirectUri::parse("https://city.example/back").unwrap()],
            initiate_login_uri: None,
            mail_link_base: None,
            rate_class: RateClass::Standard,
            scopes: Vec::new(),
            environment: Environment::Live,
        };
        FrontEnd::Registered(Box::new(Client::of(&registration, chrono::Utc::now())))
    }

    #[test]
    fn only_exact_addresses_are_returned_to() {
        let clients = clients();
        assert!(clients.may_return(&FrontEnd::FirstParty, "https://hub.example/back"));
        for other in [
            "https://hub.example/back/",
            "https://hub.example/back?next=x",
            "https://hub.example.evil.example/back",
            "https://hub.example/back@evil.example",
            "http://hub.example/back",
            "http://localhost/back",
            "javascript:alert(1)",
        ] {
            assert!(!clients.may_return(&FrontEnd::FirstParty, other), "{other}");
        }
    }

    #[test]
    fn the_page_of_a_sandbox_is_returned_to_and_no_live_node_has_it() {
        let api = Url::parse("http://127.0.0.1:8080").unwrap();
        let page = "http://127.0.0.1:8080/sandbox/returned";
        let of = |environment| Clients { environment, ..clients() }.with_stand_in(&api);
        let sandbox = of(Environment::Sandbox);
        assert!(sandbox.may_return(&FrontEnd::FirstParty, page));
        for other in [&format!("{page}/"), &format!("{page}?x"), "http://localhost:8080/sandbox/returned"] {
            assert!(!sandbox.may_return(&FrontEnd::FirstParty, other), "{other}");
        }
        assert!(!sandbox.may_return(&city(), page));
        assert!(!of(Environment::Live).may_return(&FrontEnd::FirstParty, page));
    }

    #[test]
    fn a_front_end_has_its_own_addresses_and_no_others() {
        let (clients, city) = (clients(), city());
        assert!(clients.may_return(&city, "https://city.example/back"));
        assert!(!clients.may_return(&city, "https://hub.example/back"));
        assert!(!clients.may_return(&FrontEnd::FirstParty, "https://city.example/back"));
        assert!(clients.is_page_of(&city, "https://city.example"));
        assert!(!clients.is_page_of(&city, "https://hub.example"));
    }

    #[test]
    fn the_sandbox_takes_localhost_and_nothing_that_only_looks_like_it() {
        let this_machine = ThisMachine { of_first_party: true, ..ThisMachine::default() };
        let clients = Clients { this_machine, ..clients() };
        assert!(clients.may_return(&FrontEnd::FirstParty, "http://localhost:3000/done"));
        assert!(clients.may_call("http://127.0.0.1:5173", "/v1/sessions"));
        assert!(!clients.may_return(&city(), "http://localhost:3000/done"));
        assert!(!clients.is_page_of(&city(), "http://localhost:3000"));
        for other in ["http://localhost.evil.example/", "http://localhost@evil.example/", "ftp://localhost/"]
        {
            assert!(!clients.may_return(&FrontEnd::FirstParty, other), "{other}");
        }
    }
}
