//! Puts the parts of a node together from its settings, and refuses to when they do not fit.

mod registers;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;
use zeroize::Zeroizing;

use crate::accounts;
use crate::app::Parts;
use crate::applications::services::Phases;
use crate::applications::{Streams, WaitingRoom};
use crate::certificates::bind_existing;
use crate::certificates::levels::Raiser;
use crate::certificates::reminders::{self, RemindHolders};
use crate::clients::Clients;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::db::{self, Installation};
use crate::housekeeping::{self, Housekeeping};
use crate::identity::{IdentityProvider, IdentityProviders};
use crate::jobs::{Handler, Worker};
use crate::notify::{Delivery, MailJob, Smtp, smtp};
use crate::person::Keyring;
use crate::sandbox;
use crate::seal::{self, OpenError, Seals, Source, Where};
use crate::signature::development_pki::is_development;
use crate::signature::{Certificate, Pkcs11Uri, Realm};
use crate::state::{Addresses, AppState};
use crate::statistics::{self, CountDays};
use crate::verify::signature::Judge;

/// Why a node does not start; told to the operator, without secrets.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting that is needed.
    #[error("{0} is not set; `cazier serve --help` lists the settings")]
    Missing(&'static str),
    /// A setting whose value does not work.
    #[error("{0}: {1}")]
    Unusable(&'static str, String),
    /// The seal is not one that this node may use.
    #[error(transparent)]
    Seal(#[from] OpenError),
    /// The database belongs to another installation.
    #[error("{0}")]
    Foreign(&'static str),
}

/// The secrets of a node.
pub struct Secrets {
    /// AES-256 keys of the sealed fields, `id:base64`, the active one first.
    pub sealing_keys: String,
    /// HMAC keys of the keyed indexes, likewise.
    pub index_keys: String,
    /// The seal's keys.
    pub seal_keys: Vec<Source>,
}

impl Secrets {
    /// As the settings name them.
    ///
    /// # Errors
    /// Names the first that is missing or cannot be read.
    pub fn of(config: &Config) -> Result<Self, StartError> {
        let needed = |value: &Option<String>, name| value.clone().ok_or(StartError::Missing(name));
        Ok(Self {
            sealing_keys: needed(&config.sealing_keys, "CAZIER_SEALING_KEYS")?,
            index_keys: needed(&config.index_keys, "CAZIER_INDEX_KEYS")?,
            seal_keys: seal_keys(config)?,
        })
    }

    /// What seals personal data and makes it findable.
    ///
    /// # Errors
    /// When a key is malformed.
    pub fn keyring(&self) -> Result<Keyring, StartError> {
        Keyring::parse(&self.sealing_keys, &self.index_keys).map_err(|error| {
            StartError::Unusable("CAZIER_SEALING_KEYS, CAZIER_INDEX_KEYS", error.to_string())
        })
    }
}

/// What a node takes its database for.
#[must_use]
pub fn installation(keyring: &Keyring, sandbox: bool) -> Installation {
    Installation { sandbox, index_key_digest: keyring.index("installation", b"index key") }
}

/// The keys of the seal, each with its chain.
fn seal_keys(config: &Config) -> Result<Vec<Source>, StartError> {
    let missing = |empty, name| if empty { Err(StartError::Missing(name)) } else { Ok(()) };
    missing(config.seal_chain.is_empty(), "CAZIER_SEAL_CHAIN")?;
    missing(config.seal_key.is_empty(), "CAZIER_SEAL_KEY")?;
    if config.seal_chain.len() != config.seal_key.len() {
        let why = "there must be as many keys as chains".to_owned();
        return Err(StartError::Unusable("CAZIER_SEAL_KEY, CAZIER_SEAL_CHAIN", why));
    }
    let source = |(chain, key): (&PathBuf, &String)| {
        let chain_pem = read(chain.as_ref(), "CAZIER_SEAL_CHAIN")?;
        Ok(Source { chain_pem, key: seal_key(config, key)? })
    };
    config.seal_chain.iter().zip(&config.seal_key).map(source).collect()
}

/// Where one key is: a file, or a device.
///
/// # Errors
/// When the file cannot be read, or the URI does not name a key.
pub fn seal_key(config: &Config, key: &str) -> Result<Where, StartError> {
    if !Pkcs11Uri::is_one(key) {
        let pem = Zeroizing::new(read(key.as_ref(), "CAZIER_SEAL_KEY")?);
        return Ok(Where::File { pem, passphrase: config.seal_key_passphrase.clone(), rsa: config.seal_rsa });
    }
    let uri = Pkcs11Uri::parse(key).map_err(|e| StartError::Unusable("CAZIER_SEAL_KEY", e.to_string()))?;
    let pin = config.seal_pin.clone().ok_or(StartError::Missing("CAZIER_SEAL_PIN"))?;
    Ok(Where::Token { uri, pin, rsa: config.seal_rsa, deadline: config.seal_deadline })
}

fn read(path: &Path, name: &'static str) -> Result<String, StartError> {
    std::fs::read_to_string(path)
        .map_err(|error| StartError::Unusable(name, format!("{}: {error}", path.display())))
}

/// What a node is told beyond its settings.
pub struct Circumstances {
    /// Where its database is.
    pub database_url: String,
    /// Its secrets.
    pub secrets: Secrets,
    /// Its identity providers.
    pub identity_providers: Vec<config::IdentityProvider>,
    /// Its time.
    pub clock: Clock,
    /// Whether it is part of a sandbox. Decides nothing alone: the seal must be of the same kind.
    pub sandbox: bool,
}

/// Puts a node together.
///
/// # Errors
/// Says which setting stands in the way.
pub fn assemble(config: &Config, circumstances: Circumstances) -> Result<Parts, StartError> {
    let Circumstances { database_url, secrets, identity_providers, clock, sandbox } = circumstances;
    if secrets.index_keys.contains(',') {
        let why = "values are found by one key; a second cannot be used yet";
        return Err(StartError::Unusable("CAZIER_INDEX_KEYS", why.into()));
    }
    let keyring = secrets.keyring()?;
    let keyring = Arc::new(keyring);
    let seals =
        Seals::new(seal::open(&secrets.seal_keys, Realm::of(sandbox), config.seal_kind, clock.now())?);
    let installation = Installation { sandbox, index_key_digest: Installation::index_key_digest(&keyring) };
    let db = db::connect(&database_url, config.database_pool.get(), installation.clone());
    db.at_start(|c| seals.begin(c, clock.now())).map_err(StartError::Foreign)?;
    db.at_start(|c| bind_existing::run(c, &keyring)).map_err(StartError::Foreign)?;
    let addresses =
        Addresses::of(config).map_err(|e| StartError::Unusable("CAZIER_PUBLIC_URL", e.to_string()))?;
    let clients = Clients::of(config, sandbox);
    if !sandbox {
        refuse_plain_http(&addresses.api, "CAZIER_PUBLIC_URL")?;
        for (_, return_url) in clients.places() {
            refuse_plain_http_text(return_url, "CAZIER_RETURN_URLS, CAZIER_CLIENTS")?;
        }
    }
    let identity_providers = providers(identity_providers, &addresses.api, &clock, sandbox)?;
    let registers = registers::of(config, (&db, &installation), &keyring, &clock)?;
    let judge = Judge::new(timestamp_anchors(config, sandbox)?)
        .map_err(|error| StartError::Unusable("CAZIER_TSA_TRUST", error.to_string()))?;
    let mut help_desk = config.help_desk.clone();
    help_desk.web = help_desk.web.or_else(|| addresses.front_end.join("/support").ok());
    let state = AppState {
        help_desk,
        clock,
        db,
        keyring,
        addresses,
        clients,
        phases: Phases {
            persons_with_entries: config.persons_with_entries_from,
            legal_persons: config.legal_persons_from,
        },
        streams: Streams::default(),
        issuing_unit: config.issuing_unit.as_str().to_owned(),
        sandbox,
    };
    Ok(Parts {
        state: Arc::new(state),
        registers: Arc::new(registers),
        seals: Arc::new(seals),
        judge: Arc::new(judge),
        identity_providers: Arc::new(identity_providers),
        sandbox: if sandbox { sandbox::configure } else { |_| () },
    })
}

/// Outside the sandbox, cookies and identities travel by TLS alone.
fn refuse_plain_http(url: &Url, name: &'static str) -> Result<(), StartError> {
    if url.scheme() == "https" {
        Ok(())
    } else {
        Err(StartError::Unusable(name, "must begin with https://".into()))
    }
}

fn refuse_plain_http_text(text: &str, name: &'static str) -> Result<(), StartError> {
    let url = Url::parse(text).map_err(|error| StartError::Unusable(name, error.to_string()))?;
    refuse_plain_http(&url, name)
}

/// Our side of each identity provider.
fn providers(
    settings: Vec<config::IdentityProvider>,
    api: &Url,
    clock: &Clock,
    sandbox: bool,
) -> Result<IdentityProviders, StartError> {
    const SETTING: &str = "CAZIER_IDENTITY_PROVIDERS";
    let provider = |settings: config::IdentityProvider| {
        if !sandbox {
            let addresses = std::iter::once(&settings.issuer).chain(&settings.handoff_origins);
            addresses.map(String::as_str).try_for_each(|url| refuse_plain_http_text(url, SETTING))?;
        }
        let name = settings.name.clone();
        IdentityProvider::new(settings, api, clock.clone())
            .map_err(|error| StartError::Unusable(SETTING, format!("{name}: {error}")))
    };
    settings.into_iter().map(provider).collect::<Result<_, _>>().map(IdentityProviders::new)
}

/// What goes on with the applications that await a register, for a node.
#[must_use]
pub fn waiting_room(parts: &Parts) -> WaitingRoom {
    WaitingRoom::new(parts.state.clone(), parts.registers.clone(), parts.seals.clone())
}

/// Whom to trust for time-stamps, if that is not who vouches for the seals.
fn timestamp_anchors(config: &Config, sandbox: bool) -> Result<Option<Vec<Certificate>>, StartError> {
    let Some(path) = &config.tsa_trust else { return Ok(None) };
    let unusable = |why: String| StartError::Unusable("CAZIER_TSA_TRUST", why);
    let text = std::fs::read_to_string(path).map_err(|error| unusable(error.to_string()))?;
    let anchors = Certificate::all_from_pem(&text).map_err(|error| unusable(error.to_string()))?;
    if !sandbox && anchors.iter().any(is_development) {
        return Err(unusable("it is one for tests, and this node is live".into()));
    }
    Ok(Some(anchors))
}

/// What raises signatures, where there is a time-stamp authority.
///
/// # Errors
/// Says which setting stands in the way.
pub fn raiser(config: &Config, parts: &Parts) -> Result<Option<Arc<Raiser>>, StartError> {
    let Some(url) = &config.tsa_url else { return Ok(None) };
    let roots = parts.seals.held().iter().filter_map(|held| held.sealer.key().path().last().cloned());
    let anchors = timestamp_anchors(config, parts.state.sandbox)?.unwrap_or_else(|| roots.collect());
    let raiser = Raiser::new(url, anchors);
    let raiser = raiser.map_err(|error| StartError::Unusable("CAZIER_TSA_URL", error.to_string()))?;
    Ok(Some(Arc::new(raiser)))
}

/// The worker of a node, for all kinds of jobs.
///
/// # Errors
/// When mails cannot be delivered: they would pile up in silence.
pub fn worker(config: &Config, parts: &Parts) -> Result<Worker, StartError> {
    let state = &parts.state;
    let (db, keyring, clock) = (state.db.clone(), state.keyring.clone(), state.clock.clone());
    let handlers: Vec<Box<dyn Handler>> = vec![
        Box::new(MailJob(delivery(config, state)?)),
        Box::new(accounts::passwords::ResetJob {
            db: db.clone(),
            keyring: keyring.clone(),
            front_end: state.addresses.front_end.clone(),
            clock: clock.clone(),
        }),
        Box::new(Housekeeping { db: db.in_background(), clock: clock.clone() }),
        Box::new(CountDays { db: db.in_background(), clock: clock.clone() }),
        Box::new(RemindHolders {
            db: db.in_background(),
            keyring: keyring.clone(),
            clock: clock.clone(),
            front_end: state.addresses.front_end.clone(),
        }),
    ];
    let schedules = vec![housekeeping::SCHEDULE, statistics::SCHEDULE, reminders::SCHEDULE];
    Ok(Worker::new(db, keyring, clock, handlers).with_schedules(schedules))
}

/// By SMTP where it is configured, else, in the sandbox, into the mailbox.
fn delivery(config: &Config, state: &AppState) -> Result<Box<dyn Delivery>, StartError> {
    let Some(url) = &config.smtp_url else {
        if state.sandbox {
            return Ok(Box::new(sandbox::Mailbox::new(state.db.clone(), state.keyring.clone())));
        }
        return Err(StartError::Missing("CAZIER_SMTP_URL"));
    };
    if !state.sandbox && !smtp::is_private(url) {
        let why = "mails hold links that open accounts: begin with smtps://, or end with ?tls=required";
        return Err(StartError::Unusable("CAZIER_SMTP_URL", why.into()));
    }
    let smtp = Smtp::new(url, &config.mail_from).map_err(|why| StartError::Unusable("mail", why.into()))?;
    Ok(Box::new(smtp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_the_sandbox_addresses_are_of_tls() {
        let url = |text| Url::parse(text).unwrap();
        assert!(refuse_plain_http(&url("https://api.hub.example"), "CAZIER_PUBLIC_URL").is_ok());
        let error = refuse_plain_http(&url("http://api.hub.example"), "CAZIER_PUBLIC_URL").unwrap_err();
        assert!(error.to_string().contains("CAZIER_PUBLIC_URL"), "{error}");
    }
}
