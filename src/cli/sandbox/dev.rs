//! `cazier dev`: the whole service on one machine, with all other parties simulated.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::rt::System;
use actix_web::{App, HttpServer, web};
use chrono::NaiveDate;
use url::Url;

use super::super::{Failure, serve};
use super::keys::DevelopmentKeys;
use super::listeners::Listeners;
use super::places::Places;
use crate::config::{ClientAuthentication, Config, IdentityProvider};
use crate::db::roles::{self, DbRole, Missing};
use crate::db::{Installation, migrate, primary};
use crate::http::favicon;
use crate::registry::LocalRegister;
use crate::sandbox;
use crate::sandbox::ghiseul::{Client, GhiseulSimulator};
use crate::sandbox::postgres::{DATABASE, Options, PrivatePostgres};
use crate::sandbox::registers::{self, SandboxCertificates, SimulatedRegisters};
use crate::sandbox::trust_services::{self, TrustServices};
use crate::server::app::Parts;
use crate::server::assembly::{self, Circumstances};
use crate::telemetry;
use crate::time::Clock;

/// Runs until SIGTERM or SIGINT.
pub(super) fn run(config: &Config, ready_file: Option<&Path>) -> Result<(), Failure> {
    telemetry::install()?;
    let mut config = config.clone();
    std::fs::create_dir_all(&config.data_dir)?;
    config.data_dir = std::fs::canonicalize(&config.data_dir)?;
    config.log_memory.get_or_insert_with(|| config.data_dir.join("log"));
    // No load balancer stands before a sandbox.
    config.drain = Duration::ZERO;
    let mut listeners = Listeners::bind(&config)?;
    // Before the keys: a data folder without keys is also new to the database.
    let (database, postgres) = database(&config)?;
    let sandbox_address = format!("http://{}", listeners.simulator.local_addr()?);
    let keys =
        DevelopmentKeys::at(&config.data_dir, &format!("{sandbox_address}{}", trust_services::REVOCATION))?;
    let clock = Clock::movable();
    let trust = keys.trust_services(&clock)?;
    listeners.open_former(&keys)?;
    if trust.is_some() && config.tsa_url.is_none() {
        config.tsa_url = Some(format!("{sandbox_address}{}", trust_services::TIMESTAMPS));
        config.tsa_trust = Some(keys.path("root.pem"));
    }
    let installation = assembly::installation(&keys.secrets()?.keyring()?, true);
    installation.look(&mut primary::establish(&database.owner)?)?;
    for version in migrate::run(&database.owner)? {
        log::info!("migrated: {version}");
    }
    if postgres.is_some() {
        roles::apply(&mut primary::establish(&database.owner)?, Missing::Create)?;
    }
    config.listen = listeners.api.local_addr()?;
    let ghiseul = ghiseul_settings(listeners.simulator.local_addr()?)?;
    let others = config.identity_providers.iter().filter(|other| other.name != ghiseul.name);
    let identity_providers = std::iter::once(&ghiseul).chain(others).cloned().collect();
    let certificates = SandboxCertificates::create()?;
    use_registers(&mut config, &keys, &certificates, listeners.registers.local_addr()?)?;
    // A sandbox shows every phase, unless the settings give other dates.
    let first = |set: Option<NaiveDate>, month| set.or(NaiveDate::from_ymd_opt(2023, month, 1));
    config.persons_with_entries_from = first(config.persons_with_entries_from, 6);
    config.legal_persons_from = first(config.legal_persons_from, 9);
    let circumstances = Circumstances {
        database_url: database.serve.clone(),
        worker_database_url: database.worker.clone(),
        secrets: keys.secrets()?,
        identity_providers,
        clock,
        stand_ins: Some(sandbox::STAND_INS),
    };
    let parts = assembly::assemble(&config, circumstances)?;
    let mut connection = primary::establish(&database.owner)?;
    // What is written here is found by the index keys, too.
    Installation::recognize_if_claimed(&mut connection, &parts.state.keyring)?;
    sandbox::import_persons(&mut connection, &parts.state.keyring, parts.state.clock.now())?;
    sandbox::import_companies(&mut connection, &parts.state.keyring, parts.state.clock.now())?;
    sandbox::appoint_staff(&mut connection, &parts.state.keyring, parts.state.clock.now())?;
    sandbox::register_front_end(&mut connection, &parts.state.addresses.api, parts.state.clock.now())?;
    drop(connection);
    let places = Places::of(&config, &parts, (&ghiseul, postgres.as_ref()), &listeners)?;
    write_serve_settings(&config, &keys, &database, &ghiseul)?;
    System::new().block_on(everything(
        &config,
        parts,
        listeners,
        (&ghiseul, trust, certificates),
        &places,
        ready_file,
    ))
}

/// Points the node at the simulated registers, with the same settings as a live node.
fn use_registers(
    config: &mut Config,
    keys: &DevelopmentKeys,
    certificates: &SandboxCertificates,
    address: SocketAddr,
) -> Result<(), Failure> {
    let (url, client) = (Url::parse(&format!("https://{address}"))?, certificates.client());
    keys.write("register-authority.pem", &String::from_utf8(client.authority)?)?;
    keys.write("register-identity.pem", &String::from_utf8(client.identity)?)?;
    config.criminal_records_url = Some(url.clone());
    config.civil_status_url = Some(url.clone());
    config.companies_url = Some(url);
    config.register_authority = Some(keys.path("register-authority.pem"));
    config.register_identity = Some(keys.path("register-identity.pem"));
    Ok(())
}

/// URLs of the database, for the roles of a sandbox.
struct Database {
    /// Migrates, and fills the registers.
    owner: String,
    /// The API.
    serve: String,
    /// Background work, if it has a role of its own.
    worker: Option<String>,
}

/// Returns the server of `DATABASE_URL`, whose one role does everything, or a private one with the roles of a live
/// installation that lives as long as the second value.
fn database(config: &Config) -> Result<(Database, Option<PrivatePostgres>), Failure> {
    if let Some(url) = &config.database_url {
        let worker = config.worker_database_url.clone();
        return Ok((Database { owner: url.clone(), serve: url.clone(), worker }, None));
    }
    log::info!("DATABASE_URL is not set: starting a private PostgreSQL in {}", config.data_dir.display());
    let postgres = PrivatePostgres::start(Options { data_dir: config.data_dir.clone(), durable: true })?;
    let of = |role| postgres.url_as(role, DATABASE);
    let database =
        Database { owner: postgres.url(), serve: of(DbRole::Serve), worker: Some(of(DbRole::Worker)) };
    Ok((database, Some(postgres)))
}

/// Returns the settings of the simulated Ghișeul, with a secret made at this start.
fn ghiseul_settings(address: SocketAddr) -> Result<IdentityProvider, Failure> {
    let secret = crate::accounts::Token::generate("sandbox_")?;
    Ok(sandbox::ghiseul::provider_settings(&format!("http://{address}"), secret.reveal()))
}

async fn everything(
    config: &Config,
    parts: Parts,
    listeners: Listeners,
    (ghiseul, trust, certificates): (&IdentityProvider, Option<Arc<TrustServices>>, SandboxCertificates),
    places: &Places,
    ready_file: Option<&Path>,
) -> Result<(), Failure> {
    let simulators = [
        simulated_outside(&parts, ghiseul, trust, (listeners.simulator, listeners.former))?,
        registers::serve(simulated_registers(&parts), &certificates, listeners.registers)?,
    ];
    let stop: Vec<ServerHandle> = simulators.iter().map(Server::handle).collect();
    let simulating = simulators.map(actix_web::rt::spawn);
    // The listeners are open: clients that connect now are answered as soon as the workers run.
    places.announce()?;
    if let Some(path) = ready_file {
        std::fs::write(path, places.json())?;
    }
    let served = serve::serve(config, parts, listeners.api, listeners.metrics, true).await;
    for simulator in stop {
        simulator.stop(false).await;
    }
    for simulator in simulating {
        simulator.await??;
    }
    served
}

/// Makes the simulated registers, with the records of the local ones.
fn simulated_registers(parts: &Parts) -> SimulatedRegisters {
    let state = &parts.state;
    let local = LocalRegister::new(state.db.clone(), state.keyring.clone(), state.clock.clone(), None);
    SimulatedRegisters::new(local, state.keyring.clone(), state.db.clone(), state.clock.clone())
}

/// Serves the simulated Ghișeul, with us as its client, and the trust services, on a separate port.
fn simulated_outside(
    parts: &Parts,
    ghiseul: &IdentityProvider,
    trust: Option<Arc<TrustServices>>,
    (listener, former): (TcpListener, Option<TcpListener>),
) -> Result<Server, Failure> {
    let api = &parts.state.addresses.api;
    let client = Client::of(ghiseul, api, parts.state.clients.clone())?;
    let clock = parts.state.clock.clone();
    let now = move || clock.now();
    let simulator = GhiseulSimulator::new(Url::parse(&ghiseul.issuer)?, vec![client], now)?;
    let simulator = web::Data::new(simulator);
    let state = web::Data::from(parts.state.clone());
    let server = HttpServer::new(move || {
        let ghiseul = sandbox::ghiseul::configure(simulator.clone());
        let app = App::new().wrap(from_fn(sandbox::write_problems)).app_data(state.clone());
        let app = app.configure(ghiseul).configure(sandbox::configure);
        let app = app.configure(favicon::configure);
        let trust = trust.clone().map(trust_services::configure);
        app.configure(|config| trust.into_iter().for_each(|configure| configure(config)))
    });
    let server = former.into_iter().try_fold(server.listen(listener)?, HttpServer::listen)?;
    Ok(server.workers(1).disable_signals().run())
}

/// Writes the settings for a second node: `CAZIER_CONFIG=<this file> CAZIER_LISTEN=… cazier serve --sandbox`. Its
/// metrics use a free port, which its log names: ours have the usual one.
fn write_serve_settings(
    config: &Config,
    keys: &DevelopmentKeys,
    database: &Database,
    ghiseul: &IdentityProvider,
) -> Result<(), Failure> {
    let secrets = keys.secrets()?;
    if let ClientAuthentication::ClientSecretBasic(secret) = &ghiseul.client_authentication {
        keys.write("ghiseul-client-secret", secret)?;
    }
    keys.write("identity-providers.toml", &providers_file(ghiseul))?;
    let lenient: Vec<_> = config.sandbox_lenient.iter().map(|leniency| leniency.as_str()).collect();
    let text = |url: Option<&Url>| url.map(Url::to_string).unwrap_or_default();
    let day = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let lines = [
        ("DATABASE_URL", database.serve.clone()),
        ("CAZIER_WORKER_DATABASE_URL", database.worker.clone().unwrap_or_default()),
        ("CAZIER_METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("CAZIER_PUBLIC_URL", format!("http://{}", config.listen)),
        ("CAZIER_SEALING_KEYS", secrets.sealing_keys),
        ("CAZIER_INDEX_KEYS", secrets.index_keys),
        ("CAZIER_SEAL_CHAIN", keys.path("seal-chain.pem").display().to_string()),
        ("CAZIER_SEAL_KEY", keys.path("seal-key.pem").display().to_string()),
        ("CAZIER_TSA_URL", config.tsa_url.clone().unwrap_or_default()),
        ("CAZIER_TSA_TRUST", keys.path("root.pem").display().to_string()),
        ("CAZIER_IDENTITY_PROVIDERS", keys.path("identity-providers.toml").display().to_string()),
        ("CAZIER_CRIMINAL_RECORDS_URL", text(config.criminal_records_url.as_ref())),
        ("CAZIER_CIVIL_STATUS_URL", text(config.civil_status_url.as_ref())),
        ("CAZIER_COMPANIES_URL", text(config.companies_url.as_ref())),
        ("CAZIER_REGISTER_AUTHORITY", keys.path("register-authority.pem").display().to_string()),
        ("CAZIER_REGISTER_IDENTITY", keys.path("register-identity.pem").display().to_string()),
        ("CAZIER_PERSONS_WITH_ENTRIES_FROM", day(config.persons_with_entries_from)),
        ("CAZIER_LEGAL_PERSONS_FROM", day(config.legal_persons_from)),
        ("CAZIER_SANDBOX_LENIENT", lenient.join(",")),
    ];
    let text: String = lines.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
    keys.write("serve.env", &text)
}

/// Formats the simulated Ghișeul as an entry of `CAZIER_IDENTITY_PROVIDERS`.
fn providers_file(ghiseul: &IdentityProvider) -> String {
    let IdentityProvider { name, title, issuer, client_id, acr_values, scopes, handoff_origins, .. } =
        ghiseul;
    format!(
        "[[providers]]\nname = {name:?}\ntitle = {{ ro = {:?}, en = {:?} }}\nissuer = {issuer:?}\n\
         client_id = {client_id:?}\nclient_secret_file = \"ghiseul-client-secret\"\n\
         acr_values = {acr_values:?}\nscopes = {scopes:?}\nhandoff_origins = {handoff_origins:?}\n",
        title.ro, title.en
    )
}
