//! What belongs to somebody else: registers with a database of their own, Ghișeul, time-stamps and revocation.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;

use actix_web::{App, HttpServer, web};
use ades::development_pki::DevelopmentPki;
use cazier::clients::Clients;
use cazier::config::{Config, IdentityProvider};
use cazier::db::migrate;
use cazier::person::Keyring;
use cazier::registry::{LocalRegister, Mutual, Register};
use cazier::sandbox::ghiseul::{self, Client, GhiseulSimulator};
use cazier::sandbox::registers::{self, SandboxCertificates, SimulatedRegisters};
use cazier::sandbox::trust_services::{self, TrustServices};
use cazier::server::assembly;
use cazier::time::Clock;
use chrono::Utc;
use diesel::{Connection, PgConnection};
use url::Url;

use super::database::Database;

/// Where everything is, and what a node shows there.
pub struct Outside {
    pub registers: SocketAddr,
    /// The same with certificates of another authority.
    pub impostor: SocketAddr,
    pub mutual: Mutual,
    pub ghiseul: SocketAddr,
    pub trust: SocketAddr,
}

/// What the outside is told of the house.
pub struct Neighbour<'a> {
    pub keyring: &'a Arc<Keyring>,
    pub pki: &'a DevelopmentPki,
    /// The address of the API.
    pub api: &'a Url,
    /// Ghișeul as the nodes know it.
    pub provider: &'a IdentityProvider,
}

/// Fills the registers' own database.
pub fn fill(database: &Database, keyring: &Keyring) {
    let url = database.url("cazier", "cazier");
    migrate::run(&url).unwrap();
    let mut connection = PgConnection::establish(&url).unwrap();
    let now = Utc::now();
    cazier::sandbox::import_persons(&mut connection, keyring, now).unwrap();
    cazier::sandbox::import_companies(&mut connection, keyring, now).unwrap();
    cazier::registry::mark_filled(&mut connection, keyring, &Register::ALL, now).unwrap();
}

impl Outside {
    /// Serves on a thread of its own for as long as the process lives.
    pub fn start(database: &Database, neighbour: &Neighbour<'_>) -> Self {
        let bind = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (registers, impostor, ghiseul, trust) = (bind(), bind(), bind(), bind());
        let (certificates, foreign) =
            (SandboxCertificates::create().unwrap(), SandboxCertificates::create().unwrap());
        let at = |listener: &TcpListener| listener.local_addr().unwrap();
        let outside = Self {
            registers: at(&registers),
            impostor: at(&impostor),
            mutual: certificates.client(),
            ghiseul: at(&ghiseul),
            trust: at(&trust),
        };
        let keyring = neighbour.keyring.clone();
        let db =
            cazier::db::connect(&database.url("cazier", "cazier"), 4, assembly::installation(&keyring, true));
        let local = LocalRegister::new(db.clone(), keyring.clone(), Clock::System, None);
        let simulated = SimulatedRegisters::new(local, keyring, db, Clock::System);
        let simulator = simulator(neighbour);
        let services = TrustServices::new(neighbour.pki, Clock::System, Vec::new()).unwrap();
        let services = Arc::new(services);
        let (ready, is_ready) = channel();
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let one = registers::serve(simulated.clone(), &certificates, registers).unwrap();
                let other = registers::serve(simulated, &foreign, impostor).unwrap();
                let ghiseul = serve(ghiseul, move |config| {
                    config.configure(ghiseul::configure(simulator.clone()));
                });
                let trust = serve(trust, move |config| {
                    config.configure(trust_services::configure(services.clone()));
                });
                let servers = [one, other, ghiseul, trust].map(actix_web::rt::spawn);
                ready.send(()).unwrap();
                for server in servers {
                    server.await.unwrap().unwrap();
                }
            });
        });
        is_ready.recv().unwrap();
        outside
    }
}

fn simulator(neighbour: &Neighbour<'_>) -> web::Data<GhiseulSimulator> {
    let clients = Clients::of(&Config::of(Default::default()).unwrap(), true);
    let client = Client::of(neighbour.provider, neighbour.api, clients).unwrap();
    let issuer = Url::parse(&neighbour.provider.issuer).unwrap();
    web::Data::new(GhiseulSimulator::new(issuer, vec![client], Utc::now).unwrap())
}

fn serve(
    listener: TcpListener,
    routes: impl Fn(&mut web::ServiceConfig) + Send + Clone + 'static,
) -> actix_web::dev::Server {
    let server = HttpServer::new(move || App::new().configure(|config| routes(config)));
    server.workers(1).disable_signals().listen(listener).unwrap().run()
}
