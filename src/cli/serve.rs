//! `cazier serve`: one stateless node.

use std::net::TcpListener;

use actix_web::rt::System;

use super::Failure;
use crate::app::{self, Parts};
use crate::assembly::{self, Circumstances, Secrets, StartError};
use crate::clock::Clock;
use crate::config::Config;

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(config: &Config, sandbox: bool) -> Result<(), Failure> {
    let circumstances = Circumstances {
        database_url: config.database_url.clone().ok_or(StartError::Missing("DATABASE_URL"))?,
        secrets: Secrets::of(config)?,
        ghiseul: config.ghiseul.clone().ok_or(StartError::Missing("CAZIER_GHISEUL_ISSUER"))?,
        clock: Clock::System,
        sandbox,
    };
    let parts = assembly::assemble(config, circumstances)?;
    let listener = TcpListener::bind(config.listen).map_err(|error| format!("{}: {error}", config.listen))?;
    log::info!("serving on {}", listener.local_addr()?);
    System::new().block_on(serve(config, parts, listener))
}

/// The API and its worker, until a signal; what is begun is finished.
pub(super) async fn serve(config: &Config, parts: Parts, listener: TcpListener) -> Result<(), Failure> {
    let worker = std::rc::Rc::new(assembly::worker(config, &parts)?);
    let server = app::run(parts, listener, config.workers, config.database_pool)?;
    let working = actix_web::rt::spawn({
        let worker = worker.clone();
        async move { worker.run().await }
    });
    server.await?;
    worker.stop();
    Ok(working.await?)
}
