//! The state of every handler: settings, clock, database, keys of the encrypted fields.

use std::sync::Arc;

use actix_web::web;
use chrono::TimeDelta;
use url::Url;

use crate::clients::Clients;
use crate::config::{Config, HelpDesk, Leniencies, RollOut};
use crate::connections::paces::Paces;
use crate::db::Db;
use crate::person::Keyring;
use crate::sender::TrustedProxies;
use crate::stopping::Stopping;
use crate::time::Clock;
use ades::Realm;

/// What a node serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    /// The whole API.
    Everything,
    /// Verification alone: it has no key that signs or decrypts, and no session to look at.
    Verification,
    /// Nothing: it works in the background.
    Nothing,
}

/// Shared by all threads of a node; holds nothing that another node must know.
#[derive(Debug, Clone)]
pub struct AppState {
    /// What this node serves.
    pub serves: Serves,
    /// Time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Encrypts personal data and computes its indexes.
    pub keyring: Arc<Keyring>,
    /// The public URLs of this installation.
    pub addresses: Addresses,
    /// The registered front ends.
    pub clients: Clients,
    /// The proxies that are believed who sends a request.
    pub trusted_proxies: TrustedProxies,
    /// How often accounts ask this node.
    pub paces: Paces,
    /// The longest life of a citizen's session.
    pub session_life: TimeDelta,
    /// How long a lost second factor waits before it is removed.
    pub second_factor_reset: TimeDelta,
    /// Contact data of the help desk.
    pub help_desk: HelpDesk,
    /// The dates of the roll-out.
    pub roll_out: RollOut,
    /// Whether this node is stopping.
    pub stopping: Stopping,
    /// Name of the issuing unit.
    pub issuing_unit: String,
    /// What a sandbox takes that a live node refuses.
    pub lenient: Leniencies,
    /// Whether this is a sandbox: test persons, simulated providers, a visible mailbox.
    pub sandbox: bool,
}

impl AppState {
    /// Returns the realm of accepted signing keys.
    #[must_use]
    pub fn realm(&self) -> Realm {
        Realm::of(self.sandbox)
    }
}

/// The state as a handler's argument.
pub type State = web::Data<AppState>;

/// The public URLs.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The API.
    pub api: Url,
    /// The front end, for the links in mails.
    pub front_end: Url,
    /// The verification page named in certificates.
    pub verification: Url,
}

impl Addresses {
    /// Returns the issuer's identifier as OpenID Connect has it: the address of the API, without a slash at its end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.api.as_str().trim_end_matches('/')
    }

    /// Reads the settings; the API's own URL is the default.
    ///
    /// # Errors
    /// Fails if the listening address makes no URL.
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
