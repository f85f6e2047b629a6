//! `cazier serve`: one stateless node.

use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;

use actix_web::rt::System;

use super::Failure;
use crate::app::{self, Parts};
use crate::assembly::{self, Circumstances, Secrets, StartError};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::{housekeeping, seal, telemetry};

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(config: &Config, sandbox: bool) -> Result<(), Failure> {
    let circumstances = Circumstances {
        database_url: config.database_url.clone().ok_or(StartError::Missing("DATABASE_URL"))?,
        secrets: Secrets::of(config)?,
        identity_providers: identity_providers(config)?,
        clock: Clock::System,
        sandbox,
    };
    let parts = assembly::assemble(config, circumstances)?;
    let (listener, metrics) = (bind(config.listen)?, bind(config.metrics_listen)?);
    log::info!("serving on {}, metrics on {}", listener.local_addr()?, metrics.local_addr()?);
    System::new().block_on(serve(config, parts, listener, metrics))
}

/// Those of the settings; without one nobody could prove who they are.
fn identity_providers(config: &Config) -> Result<Vec<config::IdentityProvider>, StartError> {
    match config.identity_providers.as_slice() {
        [] => Err(StartError::Missing("CAZIER_IDENTITY_PROVIDERS")),
        providers => Ok(providers.to_vec()),
    }
}

/// The API, its worker and its metrics, until a signal; what is begun is finished.
pub(super) async fn serve(
    config: &Config,
    parts: Parts,
    listener: TcpListener,
    metrics: TcpListener,
) -> Result<(), Failure> {
    let worker = Rc::new(assembly::worker(config, &parts)?);
    let metrics = telemetry::serve(telemetry::install()?, metrics)?;
    let stop_metrics = metrics.handle();
    actix_web::rt::spawn(metrics);
    let cleaning = housekeeping::run(parts.state.db.clone(), parts.state.clock.clone());
    let watching = actix_web::rt::spawn(seal::watch(parts.seals.clone(), parts.state.clone()));
    let server = app::run(parts, listener, config.workers, config.database_pool)?;
    let working = actix_web::rt::spawn({
        let worker = worker.clone();
        async move { worker.run().await }
    });
    let cleaning = actix_web::rt::spawn(cleaning);
    server.await?;
    cleaning.abort();
    watching.abort();
    worker.stop();
    stop_metrics.stop(false).await;
    Ok(working.await?)
}

/// Opens an address; says which one when it is taken.
pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| format!("{address}: {error}").into())
}
