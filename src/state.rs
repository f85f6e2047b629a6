//! What every handler can reach: settings, time, the database, the keys of the encrypted fields.

use std::sync::Arc;

use actix_web::web;
use url::Url;

use crate::clients::Clients;
use crate::config::{Config, HelpDesk, RollOut};
use crate::db::Db;
use crate::person::Keyring;
use crate::stopping::Stopping;
use crate::time::Clock;
use ades::Realm;

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
    pub clients: Clients,
    /// Where people ask for help.
    pub help_desk: HelpDesk,
    /// From which days on more is on offer.
    pub roll_out: RollOut,
    /// Whether this node is about to stop.
    pub stopping: Stopping,
    /// Name of the unit that issues.
    pub issuing_unit: String,
    /// Whether this is `cazier dev`: test persons, simulated providers, a visible mailbox.
    pub sandbox: bool,
}

impl AppState {
    /// Which seals count here.
    #[must_use]
    pub fn realm(&self) -> Realm {
        Realm::of(self.sandbox)
    }
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
