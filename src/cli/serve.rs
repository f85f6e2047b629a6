//! `cazier serve`: one stateless node. `cazier worker`: one that does background work alone.

use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;

use actix_web::dev::ServerHandle;
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::rt::task::JoinHandle;
use actix_web::rt::{self, System};

use super::{Failure, schema};
use crate::app::{self, Parts, gauges};
use crate::assembly::{self, Role};
use crate::certificates::levels;
use crate::config::Config;
use crate::jobs::Worker;
use crate::{seal, telemetry};

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(config: &Config, role: Role, wait_for_schema: bool) -> Result<(), Failure> {
    let parts = node(config, role, wait_for_schema)?;
    let (listener, metrics) = (bind(config.listen)?, bind(config.metrics_listen)?);
    log::info!("serving on {}, metrics on {}", listener.local_addr()?, metrics.local_addr()?);
    System::new().block_on(serve(config, parts, listener, metrics, role.works))
}

/// Works on jobs until SIGTERM or SIGINT.
pub(super) fn run_worker(config: &Config, role: Role, wait_for_schema: bool) -> Result<(), Failure> {
    let parts = node(config, role, wait_for_schema)?;
    let metrics = bind(config.metrics_listen)?;
    log::info!("working, metrics on {}", metrics.local_addr()?);
    System::new().block_on(async {
        let working = Working::begin(config, &parts)?;
        let stop_metrics = serve_operators(&parts, metrics)?;
        let telling = gauges::watch(config, &parts);
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        log::info!("stopping: finishing the jobs in hand");
        telling.iter().for_each(JoinHandle::abort);
        working.end().await?;
        stop_metrics.stop(false).await;
        Ok(())
    })
}

/// A node as its settings say, on a database whose schema it can work with.
fn node(config: &Config, role: Role, wait_for_schema: bool) -> Result<Parts, Failure> {
    telemetry::install()?;
    let prepared = assembly::prepare(config, role)?;
    schema::await_fit(config, wait_for_schema)?;
    Ok(assembly::open(config, prepared)?)
}

/// The API, its worker and its metrics, until a signal; what is begun is finished.
pub(super) async fn serve(
    config: &Config,
    parts: Parts,
    listener: TcpListener,
    metrics: TcpListener,
    works: bool,
) -> Result<(), Failure> {
    let working = if works { Some(Working::begin(config, &parts)?) } else { None };
    let stop_metrics = serve_operators(&parts, metrics)?;
    let watching = rt::spawn(seal::watch(parts.seals.clone(), parts.state.clone()));
    let telling = gauges::watch(config, &parts);
    app::run(parts, listener, config.workers, config.database_pool)?.await?;
    watching.abort();
    telling.iter().for_each(JoinHandle::abort);
    if let Some(working) = working {
        working.end().await?;
    }
    stop_metrics.stop(false).await;
    Ok(())
}

/// Metrics and probes.
fn serve_operators(parts: &Parts, listener: TcpListener) -> Result<ServerHandle, Failure> {
    let metrics = telemetry::install()?;
    rt::spawn(telemetry::keep_up(metrics.clone()));
    let server = app::run_for_operators(parts.clone(), metrics, listener)?;
    let handle = server.handle();
    rt::spawn(server);
    Ok(handle)
}

/// A worker and the waiting room, which run beside whatever else this thread does.
struct Working {
    worker: Rc<Worker>,
    task: JoinHandle<()>,
    waiting_room: JoinHandle<()>,
    raising: Option<JoinHandle<()>>,
}

impl Working {
    fn begin(config: &Config, parts: &Parts) -> Result<Self, Failure> {
        let worker = Rc::new(assembly::worker(config, parts)?);
        let task = rt::spawn({
            let worker = worker.clone();
            async move { worker.run().await }
        });
        let waiting_room = assembly::waiting_room(parts);
        let waiting_room = rt::spawn(async move { waiting_room.run().await });
        let raiser = assembly::raiser(config, parts)?;
        let raising = raiser.map(|raiser| rt::spawn(levels::run(parts.state.clone(), raiser)));
        Ok(Self { worker, task, waiting_room, raising })
    }

    /// Takes no more jobs, and waits for those in hand.
    async fn end(self) -> Result<(), Failure> {
        // What the waiting room writes becomes true as a whole or not at all: it can be cut off anywhere.
        self.waiting_room.abort();
        // A certificate that is being raised loses its lease, and is raised another time.
        if let Some(raising) = self.raising {
            raising.abort();
        }
        self.worker.stop();
        Ok(self.task.await?)
    }
}

/// Opens an address; says which one when it is taken.
pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| format!("{address}: {error}").into())
}
