//! Assembles a node from its settings, and refuses if they do not fit together.
//!
//! First it prepares everything that needs no database, and reports all faults together; then it opens the database.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `refusals` | the faults |
//! | `verification` | a node that verifies alone |
//! | `keys` `started` | the secrets of a node; its start in the audit log |
//! | `tls` | TLS of the node itself |
//! | `background` | its background work |
//! | `outside` `registers` | the outside world: addresses, front ends, providers, registers |

mod background;
mod keys;
mod outside;
mod refusals;
mod registers;
mod started;
mod tls;
mod verification;

use std::sync::Arc;

use self::background::{mail_server, worker_database};
pub use self::background::{raiser, waiting_room, worker};
pub use self::keys::{Secrets, seal_key};
use self::outside::Outside;
use self::refusals::Refusals;
pub use self::refusals::{StartError, StartErrors};
use self::started::Loaded;
use crate::applications::IssueWriter;
use crate::certificates::bind_existing;
use crate::config::{self, Config};
use crate::connections::paces::Paces;
use crate::connections::tls::Tls;
use crate::db::transport::{self, UNENCRYPTED};
use crate::db::{self, Installation};
use crate::error::Context;
use crate::http::streams::Streams;
use crate::log::{LogKeys, Memory};
use crate::person::Keyring;
use crate::sender::TrustedProxies;
use crate::server::app::{Parts, StandIns};
use crate::signature::{self, Held, OpenError, Seals, Source};
use crate::state::{AppState, Serves};
use crate::stopping::Stopping;
use crate::time::Clock;
use crate::verify::Checks;
use ades::Realm;
use url::Url;

/// Returns what a node expects of its database.
#[must_use]
pub fn installation(keyring: &Keyring, sandbox: bool) -> Installation {
    Installation::of(keyring, sandbox)
}

/// What a node is given besides its settings.
pub struct Circumstances {
    /// The URL of its database.
    pub database_url: String,
    /// The same with the role of background work, if that has its own.
    pub worker_database_url: Option<String>,
    /// Its secrets.
    pub secrets: Secrets,
    /// Its identity providers.
    pub identity_providers: Vec<config::IdentityProvider>,
    /// Its clock.
    pub clock: Clock,
    /// Stand-ins for the outside world; a node with them is for tests, and so must be its key.
    pub stand_ins: Option<StandIns>,
}

/// A node's role, from its command line.
#[derive(Debug, Clone, Copy)]
pub struct Role {
    /// What it serves.
    pub serves: Serves,
    /// Stand-ins for the outside world; a node with them belongs to a sandbox.
    pub stand_ins: Option<StandIns>,
    /// Whether it does background work, and so sends mails.
    pub works: bool,
}

/// A node whose database is not open yet.
pub struct Prepared {
    serves: Serves,
    database_url: String,
    worker_database_url: Option<String>,
    works: bool,
    keyring: Arc<Keyring>,
    /// Of a node that verifies alone; others have those of their settings.
    log_keys: Option<LogKeys>,
    held: Vec<Held>,
    outside: Outside,
    tls: Option<Arc<Tls>>,
    clock: Clock,
    stand_ins: Option<StandIns>,
}

impl Prepared {
    /// Returns what it expects of its database.
    #[must_use]
    pub fn installation(&self) -> Installation {
        installation(&self.keyring, self.stand_ins.is_some())
    }
}

/// Assembles a node.
///
/// # Errors
/// All unusable settings.
pub fn assemble(config: &Config, circumstances: Circumstances) -> Result<Parts, StartErrors> {
    let Circumstances { database_url, worker_database_url, secrets, identity_providers, clock, stand_ins } =
        circumstances;
    let sandbox = stand_ins.is_some();
    let mut refusals = Refusals::default();
    let keyring = refusals.take(secrets.keyring()).map(Arc::new);
    let held = refusals.take(open_seal(config, &secrets.seal_keys, (&clock, sandbox)));
    let outside = Outside::of(config, identity_providers, (&clock, sandbox), &mut refusals);
    let tls = tls::of(config, clock.now(), &mut refusals);
    let prepared = match (keyring, held, outside, tls) {
        (Some(keyring), Some(held), Some(outside), Some(tls)) => {
            let works = true;
            Some(Prepared {
                serves: Serves::Everything,
                database_url,
                worker_database_url,
                works,
                keyring,
                log_keys: None,
                held,
                outside,
                tls,
                clock,
                stand_ins,
            })
        }
        _ => None,
    };
    Ok(open(config, refusals.settle(prepared)?)?)
}

/// Prepares a node from its settings alone: opens its keys, but no database.
///
/// # Errors
/// All unusable settings.
pub fn prepare(config: &Config, role: Role) -> Result<Prepared, StartErrors> {
    if role.serves == Serves::Verification {
        return verification::prepare(config, role);
    }
    let stand_ins = role.stand_ins;
    let clock = stand_ins.map_or(Clock::System, |stand_ins| (stand_ins.clock)());
    let sandbox = stand_ins.is_some();
    let mut refusals = Refusals::default();
    let database_url = refusals.needed(config.database_url.as_ref(), "DATABASE_URL");
    if !sandbox {
        refuse_unencrypted(config, &mut refusals);
        refusals.needed(config.log_memory.as_ref(), "CAZIER_LOG_MEMORY");
    }
    verification::refuse_its_settings(config, &mut refusals);
    let keyring = keys::keyring(config, &mut refusals).map(Arc::new);
    let sources = keys::seal_keys(config, &mut refusals);
    let held = sources.and_then(|sources| refusals.take(open_seal(config, &sources, (&clock, sandbox))));
    // Without a provider, nobody could prove their identity.
    refusals.needed(config.identity_providers.first(), "CAZIER_IDENTITY_PROVIDERS");
    let providers = config.identity_providers.clone();
    let outside = Outside::of(config, providers, (&clock, sandbox), &mut refusals);
    if role.works {
        refusals.take(mail_server(config, sandbox));
    }
    let tls = match role.serves {
        Serves::Everything | Serves::Verification => tls::of(config, clock.now(), &mut refusals),
        Serves::Nothing => Some(None),
    };
    let prepared = match (database_url, keyring, held, outside, tls) {
        (Some(database_url), Some(keyring), Some(held), Some(outside), Some(tls)) => {
            let worker_database_url = config.worker_database_url.clone();
            let works = role.works;
            Some(Prepared {
                serves: role.serves,
                database_url,
                worker_database_url,
                works,
                keyring,
                log_keys: None,
                held,
                outside,
                tls,
                clock,
                stand_ins,
            })
        }
        _ => None,
    };
    refusals.settle(prepared)
}

/// Refuses servers on other machines without TLS.
fn refuse_unencrypted(config: &Config, refusals: &mut Refusals) {
    for (name, url) in [
        ("DATABASE_URL", &config.database_url),
        ("CAZIER_WORKER_DATABASE_URL", &config.worker_database_url),
        ("CAZIER_REGISTER_DATABASE_URL", &config.register_database_url),
    ] {
        if url.as_ref().is_some_and(|url| !transport::is_private(url)) {
            refusals.take::<()>(Err(StartError::Unusable(name, UNENCRYPTED.into())));
        }
    }
}

fn open_seal(
    config: &Config,
    sources: &[Source],
    (clock, sandbox): (&Clock, bool),
) -> Result<Vec<Held>, OpenError> {
    signature::open(sources, Realm::of(sandbox), config.seal_kind, clock.now())
}

/// Opens the database of a prepared node.
///
/// # Errors
/// Fails if the database belongs to another installation.
pub fn open(config: &Config, prepared: Prepared) -> Result<Parts, StartError> {
    let installation = prepared.installation();
    let connect = match prepared.serves {
        Serves::Verification => db::connect_to_verify,
        Serves::Everything | Serves::Nothing => db::connect,
    };
    let db = connect(&prepared.database_url, config.database_pool.get(), installation.clone());
    let worker_db = worker_database(config, &db, &prepared)?;
    let Prepared { serves, keyring, log_keys, held, outside, tls, clock, stand_ins, .. } = prepared;
    if let Some(StandIns { catch_up, .. }) = stand_ins {
        db.at_start(|c| catch_up(c, &clock).context("reading the clock")).map_err(StartError::Foreign)?;
    }
    let seals = Seals::new(held);
    db.at_start(|c| seals.begin(c, clock.now()).context("reading the keys of the seal"))
        .map_err(StartError::Foreign)?;
    if keyring.decrypts() {
        db.at_start(|c| bind_existing::run(c, &keyring).context("binding older rows"))
            .map_err(StartError::Foreign)?;
    }
    let Outside { addresses, clients, identity_providers, remotes, judge } = outside;
    let registers = remotes.with_local(config, (&db, &installation), &keyring, &clock);
    let log_keys = match log_keys {
        Some(keys) => keys,
        None => log_keys_of(config, &keyring, &addresses.api)?,
    };
    let loaded = Loaded { seals: &seals, keyring: &keyring, log_keys: &log_keys };
    db.at_start(|c| started::record(c, config, &loaded, &clock).context("recording the start"))
        .map_err(StartError::Foreign)?;
    let log_keys = log_keys.remembering_in(log_memory(config)?);
    let mut help_desk = config.help_desk();
    help_desk.web = help_desk.web.or_else(|| addresses.front_end.join("/support").ok());
    let state = AppState {
        serves,
        help_desk,
        clock,
        db,
        keyring,
        addresses,
        clients,
        trusted_proxies: TrustedProxies::new(config.trusted_proxies.clone()),
        paces: Paces::new(config.requests_per_account),
        session_life: config.session_life,
        second_factor_reset: config.second_factor_reset,
        roll_out: config.roll_out(),
        stopping: Stopping::default(),
        issuing_unit: config.issuing_unit.as_str().to_owned(),
        lenient: outside::lenient(config, stand_ins.is_some()),
        sandbox: stand_ins.is_some(),
    };
    let state = Arc::new(state);
    let (issue_writer, checks) = (IssueWriter::new(&state.db), Checks::new(&state.db));
    let background = match worker_db {
        Some(db) => Arc::new(AppState { db, ..AppState::clone(&state) }),
        None => state.clone(),
    };
    Ok(Parts {
        state,
        background,
        registers: Arc::new(registers),
        streams: Streams::default(),
        seals: Arc::new(seals),
        log_keys: Arc::new(log_keys),
        issue_writer: Arc::new(issue_writer),
        judge: Arc::new(judge),
        checks: Arc::new(checks),
        identity_providers: Arc::new(identity_providers),
        tls,
        stand_ins,
    })
}

/// Opens the memory of the log; without a folder, which only a sandbox may lack, it lasts as long as the process.
fn log_memory(config: &Config) -> Result<Memory, StartError> {
    let Some(folder) = &config.log_memory else { return Ok(Memory::default()) };
    Memory::open(folder)
        .map_err(|why| StartError::Unusable("CAZIER_LOG_MEMORY", format!("{}: {why}", folder.display())))
}

/// Makes the keys of the log from the settings.
fn log_keys_of(config: &Config, keyring: &Keyring, api: &Url) -> Result<LogKeys, StartError> {
    let (list, origin) = (config.log_keys.as_deref(), config.log_origin.as_deref());
    let unusable =
        || StartError::Unusable("CAZIER_LOG_KEYS, CAZIER_LOG_ORIGIN", "no log can have these".into());
    LogKeys::of(list, origin, keyring, api).ok_or_else(unusable)
}
