//! What a house consists of: its API, and everybody whom it asks.

use std::net::TcpListener;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use ades::Certificate;
use ades::development_pki::{DevelopmentPki, Revoked};
use cazier::config::IdentityProvider;
use cazier::connections::Limits;
use cazier::registry::LocalRegister;
use cazier::sandbox::ghiseul::{Client, GhiseulSimulator};
use cazier::sandbox::registers::{self, SandboxCertificates, SimulatedRegisters};
use cazier::sandbox::trust_services::{self, TrustServices as SandboxTrustServices};
use cazier::server::app::{self, Capacity, Parts};
use cazier::time::Clock;
use chrono::TimeDelta;
use url::Url;

pub fn serve_api(parts: &Parts, listener: TcpListener, limits: Option<Limits>) -> ServerHandle {
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

pub fn serve_registers(
    parts: &Parts,
    certificates: &SandboxCertificates,
    listener: TcpListener,
) -> ServerHandle {
    let state = &parts.state;
    let local = LocalRegister::new(state.db.clone(), state.keyring.clone(), state.clock.clone(), None);
    let simulated =
        SimulatedRegisters::new(local, state.keyring.clone(), state.db.clone(), state.clock.clone());
    let server = registers::serve(simulated, certificates, listener).unwrap();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    handle
}

/// Ghișeul and the trust services.
pub fn serve_outside(
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
    let state = web::Data::from(parts.state.clone());
    let server = HttpServer::new(move || {
        let trust = services.clone().map(trust_services::configure);
        App::new()
            .wrap(from_fn(cazier::sandbox::write_problems))
            .app_data(state.clone())
            .configure(cazier::sandbox::configure)
            .configure(cazier::sandbox::ghiseul::configure(simulator.clone()))
            .configure(|config| trust.into_iter().for_each(|configure| configure(config)))
    });
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
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
    pub fn services(self, pki: &DevelopmentPki, clock: &Clock) -> Option<Arc<SandboxTrustServices>> {
        let seal = Certificate::all_from_pem(&pki.seal_chain_pem).unwrap().remove(0);
        let serial = seal.serial_bytes().to_vec();
        let revoked = match self {
            Self::Good => Vec::new(),
            Self::SealRevoked => vec![Revoked { serial, at: clock.now() - TimeDelta::hours(1) }],
            Self::Away => return None,
        };
        Some(Arc::new(SandboxTrustServices::new(pki, clock.clone(), revoked).unwrap()))
    }
}
