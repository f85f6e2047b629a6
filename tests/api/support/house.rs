//! A running house: the application as `cazier dev` starts it, in this process, on free ports.

use std::cell::Cell;
use std::net::{SocketAddr, TcpListener};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::rt::task::JoinHandle;
use actix_web::{App, HttpServer, web};
use ades::development_pki::{DevelopmentPki, Revoked};
use ades::{Certificate, RsaScheme, Verifier};
use cazier::app::{self, Capacity, Parts};
use cazier::assembly::{self, Circumstances, Secrets};
use cazier::certificates::levels;
use cazier::config::{Config, IdentityProvider};
use cazier::connections::Limits;
use cazier::jobs::Worker;
use cazier::registry::{LocalRegister, Mutual};
use cazier::sandbox::ghiseul::{Client, GhiseulSimulator, provider_settings};
use cazier::sandbox::registers::{self, SandboxCertificates, SimulatedRegisters};
use cazier::sandbox::trust_services::{self, REVOCATION, TIMESTAMPS, TrustServices as SandboxTrustServices};
use cazier::signature::{Held, Seals, Source, Where};
use cazier::time::Clock;
use chrono::TimeDelta;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::database::{Database, KEYS};
use super::gate::Gate;
use super::moods::Moods;
use super::wire::Wire;

pub struct House {
    pub api: Url,
    /// Origin of the simulated Ghișeul.
    pub ghiseul: String,
    pub http: reqwest::Client,
    pub database: Rc<Database>,
    worker: Rc<Worker>,
    working: Cell<Option<JoinHandle<()>>>,
    waiting_room: JoinHandle<()>,
    raising: Option<JoinHandle<()>>,
    /// Where the simulated registers are, and what a node shows there.
    pub registers: (Url, Mutual),
    servers: Vec<ServerHandle>,
}

/// What a house has that others have not.
#[derive(Default)]
struct Changes {
    held: Option<Vec<Held>>,
    trust: Option<TrustServices>,
    gate: Option<Gate>,
    moods: Option<Moods>,
    limits: Option<Limits>,
}

impl House {
    /// A house on a database of its own.
    pub async fn start() -> Self {
        Self::start_on(Rc::new(Database::from_template()), Clock::System).await
    }

    /// A house whose time stands still where the test puts it.
    pub async fn start_at(clock: Clock) -> Self {
        Self::start_on(Rc::new(Database::from_template()), clock).await
    }

    /// Another house on a database that may have one already.
    pub async fn start_on(database: Rc<Database>, clock: Clock) -> Self {
        let url = database.url();
        Self::start_with(database, &url, clock).await
    }

    /// A house of the second phase: certificates with entries are issued.
    pub async fn start_with_entries() -> Self {
        let database = Rc::new(Database::from_template());
        let url = database.url();
        let phase = [("CAZIER_PERSONS_WITH_ENTRIES_FROM", "2023-06-01")];
        Self::build(database, &url, Clock::System, Changes::default(), &phase, |_, ghiseul| vec![ghiseul])
            .await
    }

    /// A house where legal persons get certificates; `more` settings go with it.
    pub async fn start_with_legal_persons(clock: Clock, more: &[(&str, &str)]) -> Self {
        let database = Rc::new(Database::from_template());
        let url = database.url();
        let mut settings = vec![("CAZIER_LEGAL_PERSONS_FROM", "2023-09-01")];
        settings.extend(more);
        Self::build(database, &url, clock, Changes::default(), &settings, |_, ghiseul| vec![ghiseul]).await
    }

    /// A house that reads the local registers, which count for 48 hours.
    pub async fn start_local() -> Self {
        let database = Rc::new(Database::from_template());
        let url = database.url();
        let local = [
            ("CAZIER_CRIMINAL_RECORDS_URL", ""),
            ("CAZIER_CIVIL_STATUS_URL", ""),
            ("CAZIER_COMPANIES_URL", ""),
            ("CAZIER_REGISTER_MAX_AGE", "48"),
        ];
        Self::build(database, &url, Clock::System, Changes::default(), &local, |_, ghiseul| vec![ghiseul])
            .await
    }

    /// A house of both services whose only connection to its database goes over this wire.
    pub async fn start_on_wire(database: Rc<Database>, wire: &Wire) -> Self {
        let settings = [("CAZIER_LEGAL_PERSONS_FROM", "2023-09-01"), ("CAZIER_DATABASE_POOL", "1")];
        let changes = Changes::default();
        Self::build(database, wire.url(), Clock::System, changes, &settings, |_, ghiseul| vec![ghiseul]).await
    }

    /// A house that is told another address for its database.
    pub async fn start_with(database: Rc<Database>, database_url: &str, clock: Clock) -> Self {
        Self::build(database, database_url, clock, Changes::default(), &[], |_, ghiseul| vec![ghiseul]).await
    }

    /// A house that holds other keys than those of its database's hierarchy.
    pub async fn start_holding(database: Rc<Database>, clock: Clock, held: Vec<Held>) -> Self {
        let url = database.url();
        Self::build(
            database,
            &url,
            clock,
            Changes { held: Some(held), ..Changes::default() },
            &[],
            |_, ghiseul| vec![ghiseul],
        )
        .await
    }

    /// A house whose certificates say that revocation is published, and whose signatures get time-stamps.
    pub async fn start_trusting(trust: TrustServices) -> Self {
        let database = Rc::new(Database::from_template());
        let url = database.url();
        Self::build(
            database,
            &url,
            Clock::System,
            Changes { trust: Some(trust), ..Changes::default() },
            &[],
            |_, ghiseul| vec![ghiseul],
        )
        .await
    }

    /// A house of both services whose registers of persons answer when the gate is open.
    pub async fn start_behind(gate: &Gate) -> Self {
        let database = Rc::new(Database::from_template());
        let url = database.url();
        let changes = Changes { gate: Some(gate.clone()), ..Changes::default() };
        let settings = [("CAZIER_LEGAL_PERSONS_FROM", "2023-09-01")];
        Self::build(database, &url, Clock::System, changes, &settings, |_, ghiseul| vec![ghiseul]).await
    }

    /// A house of both services whose criminal-record register has these moods.
    pub async fn start_moody(moods: &Moods, clock: Clock) -> Self {
        let database = Rc::new(Database::from_template());
        let url = database.url();
        let changes = Changes { moods: Some(moods.clone()), ..Changes::default() };
        let settings = [("CAZIER_LEGAL_PERSONS_FROM", "2023-09-01")];
        Self::build(database, &url, clock, changes, &settings, |_, ghiseul| vec![ghiseul]).await
    }

    /// The same on a database that may have one already, in the second phase: certificates with entries are issued.
    pub async fn start_moody_on(database: &Rc<Database>, moods: &Moods, clock: Clock) -> Self {
        let url = database.url();
        let changes = Changes { moods: Some(moods.clone()), ..Changes::default() };
        let settings = [("CAZIER_PERSONS_WITH_ENTRIES_FROM", "2023-06-01")];
        Self::build(database.clone(), &url, clock, changes, &settings, |_, ghiseul| vec![ghiseul]).await
    }

    /// A house that bounds its clients so.
    pub async fn start_bounded(limits: Limits) -> Self {
        let database = Rc::new(Database::from_template());
        let url = database.url();
        let changes = Changes { limits: Some(limits), ..Changes::default() };
        Self::build(database, &url, Clock::System, changes, &[], |_, ghiseul| vec![ghiseul]).await
    }

    /// A house with the providers that are made for its address out of the simulated Ghișeul's settings.
    pub async fn start_among(
        providers: impl FnOnce(&Url, IdentityProvider) -> Vec<IdentityProvider>,
    ) -> Self {
        let database = Rc::new(Database::from_template());
        let url = database.url();
        Self::build(database, &url, Clock::System, Changes::default(), &[], providers).await
    }

    async fn build(
        database: Rc<Database>,
        database_url: &str,
        clock: Clock,
        Changes { held, trust, gate, moods, limits }: Changes,
        more: &[(&str, &str)],
        providers: impl FnOnce(&Url, IdentityProvider) -> Vec<IdentityProvider>,
    ) -> Self {
        let (listener, simulator, registers) = (bind(), bind(), bind());
        let issuer = format!("http://{}", simulator.local_addr().unwrap());
        if trust.is_some() {
            database.pki_publishing(clock.now(), &format!("{issuer}{REVOCATION}"));
        }
        let ghiseul = provider_settings(&issuer, "only-for-tests");
        let address = listener.local_addr().unwrap();
        let api = Url::parse(&format!("http://{address}")).unwrap();
        let certificates = SandboxCertificates::create().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let registers_at = registers.local_addr().unwrap();
        let stamps = format!("{issuer}{TIMESTAMPS}");
        let mut more = more.to_vec();
        if trust.is_some() {
            more.push(("CAZIER_TSA_URL", stamps.as_str()));
        }
        let config = config(address, registers_at, &certificates, folder.path(), &more);
        let circumstances = Circumstances {
            database_url: database_url.to_owned(),
            secrets: secrets(database.pki(clock.now())),
            identity_providers: providers(&api, ghiseul.clone()),
            clock: clock.clone(),
            sandbox: true,
        };
        let mut parts = assembly::assemble(&config, circumstances).unwrap();
        if let Some(held) = held {
            parts.seals = Arc::new(Seals::new(held));
        }
        if let Some(gate) = gate {
            let registers = Arc::into_inner(parts.registers).unwrap();
            parts.registers = Arc::new(gate.before(registers));
        }
        if let Some(moods) = moods {
            let registers = Arc::into_inner(parts.registers).unwrap();
            parts.registers = Arc::new(moods.before(registers));
        }
        let worker = Rc::new(assembly::worker(&config, &parts).unwrap());
        let services = trust.and_then(|trust| trust.services(database.pki(clock.now()), &clock));
        let servers = vec![
            serve_api(&parts, listener, limits),
            serve_outside(&parts, &ghiseul, services, simulator, &clock),
            serve_registers(&parts, &certificates, registers),
        ];
        let raiser = assembly::raiser(&config, &parts).unwrap();
        let raising = raiser.map(|raiser| actix_web::rt::spawn(levels::run(parts.state.clone(), raiser)));
        let working = actix_web::rt::spawn({
            let worker = worker.clone();
            async move { worker.run().await }
        });
        let working = Cell::new(Some(working));
        let waiting_room = assembly::waiting_room(&parts);
        let waiting_room = actix_web::rt::spawn(async move { waiting_room.run().await });
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let registers = (Url::parse(&format!("https://{registers_at}")).unwrap(), certificates.client());
        Self {
            api,
            ghiseul: issuer,
            http,
            database,
            worker,
            working,
            waiting_room,
            raising,
            registers,
            servers,
        }
    }

    /// Stops what works by itself: from now on the house does what it is asked for, and nothing else.
    pub async fn rest(&self) {
        self.worker.stop();
        self.waiting_room.abort();
        if let Some(working) = self.working.take() {
            working.await.unwrap();
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.api.join(path).unwrap())
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Trusts that root, and nothing else.
    pub fn verifier(&self) -> Verifier {
        Verifier::new(Certificate::all_from_pem(self.root_pem()).unwrap(), Vec::new())
    }

    /// The root of the house's hierarchy, for OpenSSL.
    pub fn root_pem(&self) -> &str {
        &self.database.pki(chrono::Utc::now()).root_pem
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.worker.stop();
        self.waiting_room.abort();
        if let Some(raising) = &self.raising {
            raising.abort();
        }
        for server in &self.servers {
            // Sends the command; nobody waits for it.
            drop(server.stop(false));
        }
    }
}

fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

/// As `cazier dev` sets it: the registers are asked over the wire.
fn config(
    api: SocketAddr,
    registers: SocketAddr,
    certificates: &SandboxCertificates,
    folder: &Path,
    more: &[(&str, &str)],
) -> Config {
    let (authority, identity) = (folder.join("authority.pem"), folder.join("identity.pem"));
    let client = certificates.client();
    std::fs::write(&authority, client.authority).unwrap();
    std::fs::write(&identity, client.identity).unwrap();
    let url = format!("https://{registers}");
    let settings = [
        ("CAZIER_LISTEN", api.to_string()),
        ("CAZIER_SUPPORT_PHONE", "+40 21 303 7080".to_owned()),
        ("CAZIER_SUPPORT_HOURS_RO", "L–V 8–16".to_owned()),
        ("CAZIER_SUPPORT_HOURS_EN", "Mon–Fri 8–16".to_owned()),
        ("CAZIER_CRIMINAL_RECORDS_URL", url.clone()),
        ("CAZIER_CIVIL_STATUS_URL", url.clone()),
        ("CAZIER_COMPANIES_URL", url),
        ("CAZIER_REGISTER_AUTHORITY", authority.display().to_string()),
        ("CAZIER_REGISTER_IDENTITY", identity.display().to_string()),
    ];
    let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
    Config::of(settings.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value)).collect())
        .unwrap()
}

fn serve_registers(parts: &Parts, certificates: &SandboxCertificates, listener: TcpListener) -> ServerHandle {
    let state = &parts.state;
    let local = LocalRegister::new(state.db.clone(), state.keyring.clone(), state.clock.clone(), None);
    let simulated = SimulatedRegisters::new(local, state.db.clone(), state.clock.clone());
    let server = registers::serve(simulated, certificates, listener).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    handle
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

fn serve_api(parts: &Parts, listener: TcpListener, limits: Option<Limits>) -> ServerHandle {
    let capacity = Capacity {
        workers: NonZeroUsize::MIN,
        database_pool: NonZeroU32::new(4).unwrap(),
        limits: limits.unwrap_or_default(),
    };
    let server = app::run(parts.clone(), listener, capacity).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    handle
}

/// The trust services beside a house.
#[derive(Debug, Clone, Copy)]
pub enum TrustServices {
    /// They know nothing bad.
    Good,
    /// They say that the seal was revoked an hour ago.
    SealRevoked,
    /// They do not answer.
    Away,
}

impl TrustServices {
    fn services(self, pki: &DevelopmentPki, clock: &Clock) -> Option<Arc<SandboxTrustServices>> {
        let seal = Certificate::all_from_pem(&pki.seal_chain_pem).unwrap().remove(0);
        let serial = seal.fields().serial_number().as_bytes().to_vec();
        let revoked = match self {
            Self::Good => Vec::new(),
            Self::SealRevoked => vec![Revoked { serial, at: clock.now() - TimeDelta::hours(1) }],
            Self::Away => return None,
        };
        Some(Arc::new(SandboxTrustServices::new(pki, clock.clone(), revoked).unwrap()))
    }
}

fn serve_outside(
    parts: &Parts,
    settings: &IdentityProvider,
    services: Option<Arc<SandboxTrustServices>>,
    listener: TcpListener,
    clock: &Clock,
) -> ServerHandle {
    let client = Client::of(settings, &parts.state.addresses.api, parts.state.clients.clone()).unwrap();
    let clock = clock.clone();
    let now = move || clock.now();
    let simulator = GhiseulSimulator::new(Url::parse(&settings.issuer).unwrap(), vec![client], now).unwrap();
    let simulator = web::Data::new(simulator);
    let server = HttpServer::new(move || {
        let trust = services.clone().map(trust_services::configure);
        App::new()
            .configure(cazier::sandbox::ghiseul::configure(simulator.clone()))
            .configure(|config| trust.into_iter().for_each(|configure| configure(config)))
    });
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    handle
}

/// The JSON of an answer that must have this status.
pub async fn json_of(response: Response, status: u16) -> Value {
    let got = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(got, StatusCode::from_u16(status).unwrap(), "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The problem of a refusal that must have this status and code; its form is checked too.
pub async fn refused(response: Response, status: u16, code: &str) -> Value {
    let headers = response.headers().clone();
    let problem = json_of(response, status).await;
    assert_eq!(headers["content-type"], "application/problem+json", "{problem}");
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], format!("/problems/{code}"));
    assert_eq!(headers["x-request-id"], problem["instance"].as_str().unwrap());
    problem
}
