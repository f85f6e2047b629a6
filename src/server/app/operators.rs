//! The listener for operators: `/metrics`, and the probes again.

use std::net::{SocketAddr, TcpListener};

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, Server, fn_service};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpResponse, web};
use metrics_exporter_prometheus::PrometheusHandle;
use utoipa_actix_web::AppExt;

use super::Parts;
use crate::connections::strict::Strict;
use crate::http::frame::frame;
use crate::http::operations::Operations;
use crate::http::security_headers::security_headers;
use crate::server::{health, openapi};
use crate::telemetry;

/// The largest number of operators' connections: they must not use up the descriptors.
const OPERATORS: usize = 64;

/// Serves what is not public until its handle stops it: `/metrics`, and the probes again, which answer here even if the
/// public listener is full. Reads requests as strictly as that one.
///
/// # Errors
/// Fails if the listener cannot be used.
pub fn run_for_operators(
    parts: Parts,
    metrics: PrometheusHandle,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let (metrics, contract) = (web::Data::new(metrics), openapi::contract());
    let service = move || {
        let app = App::new()
            .wrap(from_fn(frame))
            .wrap(from_fn(security_headers))
            .app_data(metrics.clone())
            .app_data(web::Data::new(Operations::of(&contract)))
            .app_data(web::Data::from(parts.state.clone()))
            .app_data(web::Data::new(parts.watched()))
            .into_utoipa_app()
            .configure(health::configure)
            .into_app()
            .route("/metrics", web::get().to(show_metrics))
            .into_factory();
        let app = app.map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::<_, _, BoxBody>::build().h1(map_config(app, |()| AppConfig::default()));
        fn_service(admit).and_then(http)
    };
    let server = Server::build().workers(1).worker_max_blocking_threads(2).disable_signals();
    Ok(server.max_concurrent_connections(OPERATORS).listen("operators", listener, service)?.run())
}

async fn admit(socket: TcpStream) -> Result<(Strict<TcpStream>, Option<SocketAddr>), DispatchError> {
    let sender = socket.peer_addr()?;
    Ok((Strict::new(socket), Some(sender)))
}

async fn show_metrics(metrics: web::Data<PrometheusHandle>) -> HttpResponse {
    let text = "text/plain; version=0.0.4; charset=utf-8";
    HttpResponse::Ok().content_type(text).body(telemetry::render(&metrics))
}
