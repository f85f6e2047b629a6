//! A house as the test wants it: each method adds what other houses have not.

use std::cell::Cell;
use std::net::TcpListener;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use ades::RsaScheme;
use ades::development_pki::DevelopmentPki;
use cazier::certificates::levels;
use cazier::config::{Config, IdentityProvider};
use cazier::connections::Limits;
use cazier::db::roles::DbRole;
use cazier::http::streams::Streams;
use cazier::jobs::Worker;
use cazier::sandbox::ghiseul::provider_settings;
use cazier::sandbox::registers::SandboxCertificates;
use cazier::sandbox::trust_services::{REVOCATION, TIMESTAMPS};
use cazier::server::app::Parts;
use cazier::server::assembly::{self, Circumstances, Secrets};
use cazier::signature::{Held, Seals, Source, Where};
use cazier::time::Clock;
use reqwest::redirect::Policy;
use reqwest_middleware::ClientWithMiddleware;
use url::Url;

use super::House;
use super::servers::{TrustServices, serve_api, serve_outside, serve_registers};
use crate::support::contract::conforming;
use crate::support::database::{Database, KEYS};
use crate::support::gate::Gate;
use crate::support::midnight::pass_midnight;
use crate::support::moods::Moods;
use crate::support::wire::Wire;

/// Makes the providers for the address of the API out of the simulated Ghișeul's settings.
type Providers<'a> = Box<dyn FnOnce(&Url, IdentityProvider) -> Vec<IdentityProvider> + 'a>;

/// A house that is not started yet; without more, one on a database of its own as `cazier dev` starts it.
#[derive(Default)]
pub struct HouseBuilder<'a> {
    database: Option<Rc<Database>>,
    database_url: Option<String>,
    clock: Clock,
    settings: Vec<(String, String)>,
    sealing_keys: Option<String>,
    index_keys: Option<String>,
    seal_keys: Option<Vec<Held>>,
    trust_services: Option<TrustServices>,
    gate: Option<Gate>,
    moods: Option<Moods>,
    limits: Option<Limits>,
    providers: Option<Providers<'a>>,
    streams: Streams,
}

impl<'a> HouseBuilder<'a> {
    /// Tells the time by this clock.
    pub fn clock(self, clock: &Clock) -> Self {
        Self { clock: clock.clone(), ..self }
    }

    /// Stands on this database, which may have a house already.
    pub fn on(self, database: &Rc<Database>) -> Self {
        Self { database: Some(Rc::clone(database)), ..self }
    }

    /// Believes its database to be at this address.
    pub fn database_url(self, url: &str) -> Self {
        Self { database_url: Some(url.to_owned()), ..self }
    }

    /// Has one connection to its database, over this wire.
    pub fn over(self, wire: &Wire) -> Self {
        self.database_url(wire.url()).setting("CAZIER_DATABASE_POOL", "1")
    }

    /// Has this setting.
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Is in the second phase: certificates with entries are issued.
    pub fn entries(self) -> Self {
        self.setting("CAZIER_PERSONS_WITH_ENTRIES_FROM", "2023-06-01")
    }

    /// Gives certificates to legal persons too.
    pub fn legal_persons(self) -> Self {
        self.setting("CAZIER_LEGAL_PERSONS_FROM", "2023-09-01")
    }

    /// Reads the local registers, whose content counts for 48 hours.
    pub fn local_registers(self) -> Self {
        self.setting("CAZIER_CRIMINAL_RECORDS_URL", "")
            .setting("CAZIER_CIVIL_STATUS_URL", "")
            .setting("CAZIER_COMPANIES_URL", "")
            .setting("CAZIER_REGISTER_MAX_AGE", "48")
    }

    /// Encrypts with the first of these keys, instead of those of all houses.
    pub fn sealing_keys(self, keys: &str) -> Self {
        Self { sealing_keys: Some(keys.to_owned()), ..self }
    }

    /// Finds rows by these keys, instead of that of all houses.
    pub fn index_keys(self, keys: &str) -> Self {
        Self { index_keys: Some(keys.to_owned()), ..self }
    }

    /// Holds these keys instead of those of its database's hierarchy.
    pub fn seal_keys(self, held: Vec<Held>) -> Self {
        Self { seal_keys: Some(held), ..self }
    }

    /// Has certificates that say where revocation is published, and signatures with time-stamps.
    pub fn trust_services(self, services: TrustServices) -> Self {
        Self { trust_services: Some(services), ..self }
    }

    /// Gets answers of the registers of persons when this gate is open.
    pub fn gate(self, gate: &Gate) -> Self {
        Self { gate: Some(gate.clone()), ..self }
    }

    /// Asks a criminal-record register of these moods.
    pub fn moods(self, moods: &Moods) -> Self {
        Self { moods: Some(moods.clone()), ..self }
    }

    /// Bounds its clients so.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits: Some(limits), ..self }
    }

    /// Has streams that look at nothing by themselves, as long as any test lasts: they wait until they are told.
    pub fn streams_wait(self) -> Self {
        Self { streams: Streams::default().polling_every(Duration::from_secs(3600)), ..self }
    }

    /// Knows the providers that are made for the address of its API out of the simulated Ghișeul's settings.
    pub fn providers(
        self,
        providers: impl FnOnce(&Url, IdentityProvider) -> Vec<IdentityProvider> + 'a,
    ) -> Self {
        Self { providers: Some(Box::new(providers)), ..self }
    }

    /// Starts it on free ports.
    pub async fn start(mut self) -> House {
        if matches!(self.clock, Clock::System) {
            pass_midnight().await;
        }
        let database = self.database.take().unwrap_or_else(|| Rc::new(Database::from_template()));
        let places = Places::free();
        let ghiseul = provider_settings(&places.issuer(), "only-for-tests");
        if self.trust_services.is_some() {
            database.pki_publishing(self.clock.now(), &format!("{}{REVOCATION}", places.issuer()));
            self = self.setting("CAZIER_TSA_URL", &format!("{}{TIMESTAMPS}", places.issuer()));
        }
        let certificates = SandboxCertificates::create().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = config(&places, &certificates, folder.path(), std::mem::take(&mut self.settings));
        let (limits, clock, trust) = (self.limits.take(), self.clock.clone(), self.trust_services);
        let parts = self.parts(&config, &database, &places.api(), &ghiseul);
        let services = trust.and_then(|trust| trust.services(database.pki(clock.now()), &clock));
        let worker = Rc::new(assembly::worker(&config, &parts).unwrap());
        House {
            api: places.api(),
            ghiseul: places.issuer(),
            http: client(),
            database,
            working: Cell::new(Some(spawn_worker(&worker))),
            worker,
            waiting_room: spawn_waiting_room(&parts),
            raising: spawn_raiser(&config, &parts),
            registers: (places.registers(), certificates.client()),
            clock: clock.clone(),
            servers: vec![
                serve_api(&parts, places.api, limits),
                serve_outside(&parts, &ghiseul, services, places.simulator, &clock),
                serve_registers(&parts, &certificates, places.registers),
            ],
        }
    }

    /// What the application is made of, as `cazier dev` assembles it, with what this house has instead.
    fn parts(self, config: &Config, database: &Database, api: &Url, ghiseul: &IdentityProvider) -> Parts {
        let providers = self.providers.unwrap_or_else(|| Box::new(|_, ghiseul| vec![ghiseul]));
        let circumstances = Circumstances {
            worker_database_url: self.database_url.is_none().then(|| database.url_as(DbRole::Worker)),
            database_url: self.database_url.unwrap_or_else(|| database.url_as(DbRole::Serve)),
            secrets: Secrets {
                sealing_keys: self.sealing_keys.unwrap_or_else(|| KEYS.0.clone()),
                index_keys: self.index_keys.unwrap_or_else(|| KEYS.1.clone()),
                ..secrets(database.pki(self.clock.now()))
            },
            identity_providers: providers(api, ghiseul.clone()),
            clock: self.clock,
            stand_ins: Some(cazier::sandbox::STAND_INS),
        };
        let mut parts = assembly::assemble(config, circumstances).unwrap();
        parts.streams = self.streams;
        if let Some(held) = self.seal_keys {
            parts.seals = Arc::new(Seals::new(held));
        }
        if let Some(gate) = self.gate {
            parts.registers = Arc::new(gate.before(Arc::into_inner(parts.registers).unwrap()));
        }
        if let Some(moods) = self.moods {
            parts.registers = Arc::new(moods.before(Arc::into_inner(parts.registers).unwrap()));
        }
        parts
    }
}

/// A client that trusts no connection that rested for a while: the house may have ended it while the test did something
/// else.
fn client() -> ClientWithMiddleware {
    let resting = Duration::from_secs(1);
    let client = reqwest::Client::builder().redirect(Policy::none()).pool_idle_timeout(resting).build();
    conforming(client.unwrap())
}

/// Free ports for everything that a house serves.
struct Places {
    api: TcpListener,
    simulator: TcpListener,
    registers: TcpListener,
}

impl Places {
    fn free() -> Self {
        let bind = || TcpListener::bind("127.0.0.1:0").unwrap();
        Self { api: bind(), simulator: bind(), registers: bind() }
    }

    fn api(&self) -> Url {
        Url::parse(&format!("http://{}", self.api.local_addr().unwrap())).unwrap()
    }

    /// Of the simulated Ghișeul.
    fn issuer(&self) -> String {
        format!("http://{}", self.simulator.local_addr().unwrap())
    }

    fn registers(&self) -> Url {
        Url::parse(&format!("https://{}", self.registers.local_addr().unwrap())).unwrap()
    }
}

fn spawn_worker(worker: &Rc<Worker>) -> JoinHandle<()> {
    let worker = Rc::clone(worker);
    actix_web::rt::spawn(async move { worker.run().await })
}

fn spawn_waiting_room(parts: &Parts) -> JoinHandle<()> {
    let waiting_room = assembly::waiting_room(parts);
    actix_web::rt::spawn(async move { waiting_room.run().await })
}

fn spawn_raiser(config: &Config, parts: &Parts) -> Option<JoinHandle<()>> {
    let raiser = assembly::raiser(config, parts).unwrap()?;
    Some(actix_web::rt::spawn(levels::run(parts.background.clone(), raiser)))
}

/// As `cazier dev` sets it: the registers are asked over the wire.
fn config(
    places: &Places,
    certificates: &SandboxCertificates,
    folder: &Path,
    more: Vec<(String, String)>,
) -> Config {
    let (authority, identity) = (folder.join("authority.pem"), folder.join("identity.pem"));
    let client = certificates.client();
    std::fs::write(&authority, client.authority).unwrap();
    std::fs::write(&identity, client.identity).unwrap();
    let registers = format!("https://{}", places.registers.local_addr().unwrap());
    let settings = [
        ("CAZIER_LISTEN", places.api.local_addr().unwrap().to_string()),
        ("CAZIER_SUPPORT_PHONE", "+40 21 303 7080".to_owned()),
        ("CAZIER_SUPPORT_HOURS_RO", "L–V 8–16".to_owned()),
        ("CAZIER_SUPPORT_HOURS_EN", "Mon–Fri 8–16".to_owned()),
        ("CAZIER_CRIMINAL_RECORDS_URL", registers.clone()),
        ("CAZIER_CIVIL_STATUS_URL", registers.clone()),
        ("CAZIER_COMPANIES_URL", registers),
        ("CAZIER_REGISTER_AUTHORITY", authority.display().to_string()),
        ("CAZIER_REGISTER_IDENTITY", identity.display().to_string()),
    ];
    let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
    Config::of(settings.chain(more).collect()).unwrap()
}

/// The secrets of a house whose seal is of this hierarchy.
pub fn secrets(pki: &DevelopmentPki) -> Secrets {
    Secrets {
        sealing_keys: KEYS.0.clone(),
        index_keys: KEYS.1.clone(),
        seal_keys: vec![Source {
            chain_pem: format!("{}{}", pki.seal_chain_pem, pki.root_pem),
            key: Where::File {
                pem: pki.seal_key_pem.clone().into(),
                passphrase: None,
                rsa: RsaScheme::default(),
            },
        }],
    }
}
