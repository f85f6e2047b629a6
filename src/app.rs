//! The application as one thing: made by one function that the program and the tests share.

pub mod gauges;

use std::net::TcpListener;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;

use actix_cors::Cors;
use actix_web::dev::Server;
use actix_web::error::PathError;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

use crate::accounts::authenticate;
use crate::clients::Clients;
use crate::error::{Code, Error};
use crate::http::fallback::{KnownPaths, no_route};
use crate::http::frame::frame;
use crate::http::json;
use crate::http::operations::Operations;
use crate::identity::IdentityProviders;
use crate::registry::Registers;
use crate::seal::Seals;
use crate::state::AppState;
use crate::verify;
use crate::verify::signature::Judge;
use crate::{health, openapi, telemetry};

/// Everything that requests work with. Cheap to clone.
#[derive(Clone)]
pub struct Parts {
    /// Settings, time, database, keys.
    pub state: Arc<AppState>,
    /// The registers that are asked.
    pub registers: Arc<Registers>,
    /// The keys that sign.
    pub seals: Arc<Seals>,
    /// Judges signatures that somebody was handed.
    pub judge: Arc<Judge>,
    /// The providers that prove identities.
    pub identity_providers: Arc<IdentityProviders>,
    /// More routes: those of the sandbox.
    pub sandbox: fn(&mut web::ServiceConfig),
}

/// How long requests that are in hand may take when the server stops.
const LONGEST_FINISH_SECONDS: u64 = 30;

/// Serves requests on this listener until it is stopped by its handle.
///
/// # Errors
/// When the listener cannot be used.
pub fn run(
    parts: Parts,
    listener: TcpListener,
    workers: NonZeroUsize,
    database_pool: NonZeroU32,
) -> std::io::Result<Server> {
    parts.state.streams.follow_sessions(&parts.state.db);
    let contract = openapi::contract();
    let known = web::Data::new(KnownPaths::of(&contract));
    let operations = web::Data::new(Operations::of(&contract));
    // As many blocking threads as connections: one more would only wait for a connection.
    let threads = usize::try_from(database_pool.get()).unwrap_or(1).div_ceil(workers.get()).max(2);
    let server = HttpServer::new(move || {
        let docs = SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", contract.clone());
        App::new()
            .wrap(from_fn(authenticate))
            .wrap(from_fn(frame))
            // Outermost, so that a page can read problems too.
            .wrap(cors(&parts.state.clients))
            .app_data(web::Data::from(parts.state.clone()))
            .app_data(web::Data::from(parts.registers.clone()))
            .app_data(web::Data::from(parts.seals.clone()))
            .app_data(web::Data::from(parts.judge.clone()))
            .app_data(web::Data::from(parts.identity_providers.clone()))
            .app_data(known.clone())
            .app_data(operations.clone())
            .app_data(web::PayloadConfig::new(json::MAX_BYTES))
            .app_data(web::PathConfig::default().error_handler(bad_path))
            .into_utoipa_app()
            .configure(openapi::configure)
            .into_app()
            .configure(verify::page::configure)
            .configure(parts.sandbox)
            .service(docs)
            .route("/docs", web::get().to(to_docs))
            .default_service(web::to(no_route))
    });
    let server = server.workers(workers.get()).worker_max_blocking_threads(threads);
    Ok(server.shutdown_timeout(LONGEST_FINISH_SECONDS).disable_signals().listen(listener)?.run())
}

/// Serves what is not for the public until it is stopped by its handle: `/metrics`, and the probes once more, which answer
/// here when the public listener is full.
///
/// # Errors
/// When the listener cannot be used.
pub fn run_for_operators(
    parts: Parts,
    metrics: PrometheusHandle,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let metrics = web::Data::new(metrics);
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(frame))
            .app_data(metrics.clone())
            .app_data(web::Data::from(parts.state.clone()))
            .app_data(web::Data::from(parts.registers.clone()))
            .app_data(web::Data::from(parts.seals.clone()))
            .into_utoipa_app()
            .configure(health::configure)
            .into_app()
            .route("/metrics", web::get().to(show_metrics))
    });
    let server = server.workers(1).worker_max_blocking_threads(2);
    Ok(server.disable_signals().listen(listener)?.run())
}

async fn show_metrics(metrics: web::Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(telemetry::render(&metrics))
}

async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// An id that is no UUID names nothing.
fn bad_path(_: PathError, _: &HttpRequest) -> actix_web::Error {
    Error::from(Code::NotFound).into()
}

/// Which pages may call from a browser. Credentials are allowed for the cookies of redirects.
fn cors(clients: &Clients) -> Cors {
    let clients = clients.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, _| origin.to_str().is_ok_and(|origin| clients.may_call(origin)))
        .allowed_methods(["GET", "POST", "PATCH", "DELETE"])
        .allowed_headers([
            "accept-language",
            "authorization",
            "content-type",
            "idempotency-key",
            "if-none-match",
            "traceparent",
            "tracestate",
            "x-request-id",
        ])
        .expose_headers([
            "allow",
            "content-disposition",
            "content-language",
            "etag",
            "idempotency-replayed",
            "location",
            "retry-after",
            "www-authenticate",
            "x-request-id",
        ])
        .supports_credentials()
        .block_on_origin_mismatch(false)
        .max_age(600)
}
