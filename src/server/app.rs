//! The application, built by one function that the program and the tests share.

mod document;
mod entry;
pub mod gauges;
mod operators;
mod pages;
mod witness;

pub use operators::run_for_operators;
pub use witness::{Answering, Witness};

use std::net::TcpListener;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
use actix_web::body::BoxBody;
use actix_web::dev::{
    AppConfig, Extensions, Server, ServiceFactory, ServiceRequest, ServiceResponse, fn_service,
};
use actix_web::error::PathError;
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, HttpRequest, web};
use diesel::pg::PgConnection;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;

use self::document::Document;
use self::entry::Entry;
use self::witness::attended;
use super::health::{Issues, Watched};
use super::{docs, openapi};
use crate::accounts::authenticate;
use crate::applications::IssueWriter;
use crate::audit::marks::mark_refusals;
use crate::config::Config;
use crate::connections::places::Places;
use crate::connections::stream::Stream;
use crate::connections::strict::Strict;
use crate::connections::tls::Tls;
use crate::connections::{Limits, Pace, descriptors, in_hand};
use crate::error::{Code, Error, Result};
use crate::http::fallback::{KnownPaths, no_route};
use crate::http::frame::frame;
use crate::http::operations::Operations;
use crate::http::security_headers::security_headers;
use crate::http::streams::Streams;
use crate::http::{favicon, json};
use crate::identity::IdentityProviders;
use crate::log::LogKeys;
use crate::notify::Delivery;
use crate::oauth;
use crate::registry::Registers;
use crate::signature::Seals;
use crate::state::{AppState, Serves};
use crate::time::Clock;
use crate::verify::signature::Judge;
use crate::verify::{self, Checks};

/// The services that handlers use. Cheap to clone.
#[derive(Clone)]
pub struct Parts {
    /// Settings, time, database, keys.
    pub state: Arc<AppState>,
    /// The same for background work, whose role in the database may do other things.
    pub background: Arc<AppState>,
    /// The registers.
    pub registers: Arc<Registers>,
    /// The keys that sign; none on a node that verifies alone.
    pub seals: Arc<Seals>,
    /// The keys of the tamper-evident log.
    pub log_keys: Arc<LogKeys>,
    /// Issues certificates.
    pub issue_writer: Arc<IssueWriter>,
    /// Judges uploaded signatures.
    pub judge: Arc<Judge>,
    /// Looks numbers up, and logs the checks.
    pub checks: Arc<Checks>,
    /// The identity providers.
    pub identity_providers: Arc<IdentityProviders>,
    /// The open streams of this node.
    pub streams: Streams,
    /// TLS on the listener of the API; none where a proxy on the same machine, or nobody, is in front.
    pub tls: Option<Arc<Tls>>,
    /// Stand-ins for the outside world; none on a live node.
    pub stand_ins: Option<StandIns>,
}

impl Parts {
    /// Returns what readiness looks at.
    #[must_use]
    pub fn watched(&self) -> Watched {
        let issues = (self.state.serves != Serves::Verification)
            .then(|| Issues { seals: self.seals.clone(), registers: self.registers.clone() });
        let (state, tls, log_keys) = (self.state.clone(), self.tls.clone(), self.log_keys.clone());
        Watched { state, issues, tls, log_keys }
    }
}

/// Stand-ins for the outside world on a test node. Only the sandbox makes them, so a build without it runs only live
/// nodes.
#[derive(Debug, Clone, Copy)]
pub struct StandIns {
    /// More routes.
    pub routes: fn(&mut web::ServiceConfig),
    /// Makes who sees each request of a node.
    pub witness: fn() -> Arc<dyn Witness>,
    /// Delivers mails if there is no mail server.
    pub delivery: fn(&AppState) -> Box<dyn Delivery>,
    /// Makes the node's clock.
    pub clock: fn() -> Clock,
    /// Sets the clock before its first use.
    pub catch_up: fn(&mut PgConnection, &Clock) -> Result<()>,
    /// Keeps the clock of a running node at the time of the others.
    pub follow: fn(Arc<AppState>),
}

/// How long running requests may take when the server stops.
const LONGEST_FINISH_SECONDS: u64 = 30;

/// How long a client may go on sending after its request was answered.
const LINGER: Duration = Duration::from_secs(1);

/// The capacity of a node.
#[derive(Debug, Clone, Copy)]
pub struct Capacity {
    /// Threads that serve requests.
    pub workers: NonZeroUsize,
    /// Connections to Postgres.
    pub database_pool: NonZeroU32,
    /// Connections of clients.
    pub limits: Limits,
}

impl Capacity {
    /// Reads the settings, limited by the file descriptors.
    #[must_use]
    pub fn of(config: &Config, descriptors: u64) -> Self {
        let limits = Limits {
            connections: descriptors::connections(config.connections, descriptors),
            per_sender: config.connections_per_sender,
            pace: Pace::default(),
        };
        Self { workers: config.workers, database_pool: config.database_pool, limits }
    }
}

/// Serves requests on this listener until its handle stops it.
///
/// # Errors
/// Fails if the listener cannot be used.
pub fn run(parts: Parts, listener: TcpListener, capacity: Capacity) -> std::io::Result<Server> {
    let Capacity { workers, database_pool, limits } = capacity;
    if parts.state.serves == Serves::Everything {
        parts.streams.follow_sessions(&parts.state.db);
    }
    let contract = openapi::contract_of(parts.state.serves);
    let document = web::Data::new(Document::of(&contract));
    // As many blocking threads as connections: more would only wait for a connection.
    let threads = usize::try_from(database_pool.get()).unwrap_or(1).div_ceil(workers.get()).max(2);
    let server = Server::build().workers(workers.get()).worker_max_blocking_threads(threads);
    let server = server.shutdown_timeout(LONGEST_FINISH_SECONDS).disable_signals();
    let closing = server.graceful_shutdown_signal();
    let places = Places::new(limits.connections.get(), Some(limits.per_sender.get()));
    let proxies = parts.state.trusted_proxies.clone();
    let witness = stand_ins(&parts).map(|stand_ins| (stand_ins.witness)());
    let entry = Entry { places, proxies, pace: limits.pace, tls: parts.tls.clone() };
    // Like `HttpServer`, but with our own connections.
    let service = move || {
        let app = application(&parts, &contract, &document, witness.as_ref()).into_factory();
        let app = app.map_err(|error: actix_web::Error| error.error_response());
        let (closing, entry) = (closing.clone(), entry.clone());
        let http = HttpService::<_, _, BoxBody>::build()
            .graceful_shutdown_signal(move || {
                let closing = closing.clone();
                async move { closing.notified().await }
            })
            .client_disconnect_timeout(LINGER)
            .on_connect_ext(|stream: &Strict<Stream>, data: &mut Extensions| {
                data.insert(stream.inner().activity());
            })
            .h1(map_config(app, |()| AppConfig::default()));
        fn_service(move |socket| entry.clone().admit(socket)).and_then(http)
    };
    Ok(server.listen("api", listener, service)?.run())
}

/// Returns the stand-ins of a node that serves everything.
fn stand_ins(parts: &Parts) -> Option<StandIns> {
    parts.stand_ins.filter(|_| parts.state.serves == Serves::Everything)
}

/// Builds routes and layers, for one thread.
fn application(
    parts: &Parts,
    contract: &OpenApi,
    document: &web::Data<Document>,
    witness: Option<&Arc<dyn Witness>>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let (attending, provided) = (witness.cloned(), witness.cloned());
    App::new()
        .wrap(from_fn(authenticate))
        .wrap(from_fn(mark_refusals))
        .wrap(from_fn(frame))
        .wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
            attended(attending.clone(), request, next)
        }))
        // Outside the frame, so that pages can read problems too.
        .wrap(pages::cors(&parts.state.clients))
        .wrap(from_fn(pages::refresh))
        .wrap(from_fn(security_headers))
        .wrap(from_fn(in_hand::follow))
        .app_data(web::Data::from(parts.state.clone()))
        .app_data(web::Data::new(parts.watched()))
        .app_data(web::Data::from(parts.registers.clone()))
        .app_data(web::Data::new(parts.streams.clone()))
        .app_data(web::Data::from(parts.seals.clone()))
        .app_data(web::Data::from(parts.issue_writer.clone()))
        .app_data(web::Data::from(parts.log_keys.clone()))
        .app_data(web::Data::from(parts.judge.clone()))
        .app_data(web::Data::new(parts.judge.places()))
        .app_data(web::Data::from(parts.checks.clone()))
        .app_data(web::Data::from(parts.identity_providers.clone()))
        .app_data(web::Data::new(known_paths(contract, parts.state.serves)))
        .app_data(web::Data::new(Operations::of(contract)))
        .app_data(document.clone())
        .app_data(web::PayloadConfig::new(json::MAX_BYTES))
        .app_data(web::PathConfig::default().error_handler(bad_path))
        .into_utoipa_app()
        .configure(|routes| openapi::configure(routes, parts.state.serves))
        .into_app()
        .configure(verify::page::configure)
        .configure(|routes| {
            if parts.state.serves == Serves::Everything {
                oauth::configure_standard(routes);
            }
        })
        .configure(favicon::configure)
        .configure(document::configure)
        .configure(docs::configure)
        .configure(|routes| {
            stand_ins(parts).iter().for_each(|stand_ins| (stand_ins.routes)(routes));
            provided.into_iter().for_each(|witness| witness.provide(routes));
        })
        .default_service(web::to(no_route))
}

/// Returns the paths of the contract, and those that standards describe.
fn known_paths(contract: &OpenApi, serves: Serves) -> KnownPaths {
    let standard = if serves == Serves::Everything { oauth::STANDARD_PATHS } else { &[] };
    KnownPaths::of(contract).and(standard)
}

/// Answers "not found" for a path with an invalid id.
fn bad_path(_: PathError, _: &HttpRequest) -> actix_web::Error {
    Error::from(Code::NotFound).into()
}
