//! `cazier serve`: one stateless node. `cazier worker`: one for background work only.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt::task::JoinHandle;
use actix_web::rt::{self, System};

use super::signals::{Asked, Signals};
use super::{Failure, schema};
use crate::certificates::levels;
use crate::config::Config;
use crate::connections::{descriptors, tls};
use crate::jobs::Worker;
use crate::server::app::{self, Capacity, Parts, gauges};
use crate::server::assembly::{self, Role};
use crate::state::Serves;
use crate::{signature, telemetry};

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(config: &Config, role: Role, wait_for_schema: bool) -> Result<(), Failure> {
    let parts = node(config, role, wait_for_schema)?;
    let (listener, metrics) =
        (bind("CAZIER_LISTEN", config.listen)?, bind("CAZIER_METRICS_LISTEN", config.metrics_listen)?);
    log::info!("serving on {}, metrics on {}", listener.local_addr()?, metrics.local_addr()?);
    if parts.tls.is_some() {
        log::info!("tls: the API is served by TLS alone");
    }
    System::new().block_on(serve(config, parts, listener, metrics, role.works))
}

/// Runs jobs until SIGTERM or SIGINT.
pub(super) fn run_worker(config: &Config, role: Role, wait_for_schema: bool) -> Result<(), Failure> {
    let parts = node(config, role, wait_for_schema)?;
    let metrics = bind("CAZIER_METRICS_LISTEN", config.metrics_listen)?;
    raise_descriptors();
    log::info!("working, metrics on {}", metrics.local_addr()?);
    System::new().block_on(async {
        let mut signals = Signals::listen()?;
        follow_clock(&parts);
        let working = Working::begin(config, &parts)?;
        let stop_metrics = serve_operators(&parts, metrics)?;
        let telling = gauges::watch(config, &parts);
        let asked = signals.next().await;
        parts.state.stopping.begin();
        signals.exit_at_the_next();
        if asked == Asked::Finish {
            log::info!("stopping: finishing the running jobs");
            working.end().await?;
        }
        telling.iter().for_each(JoinHandle::abort);
        stop_metrics.stop(false).await;
        Ok(())
    })
}

/// Assembles a node from its settings, once its schema fits.
fn node(config: &Config, role: Role, wait_for_schema: bool) -> Result<Parts, Failure> {
    telemetry::install()?;
    let prepared = assembly::prepare(config, role)?;
    schema::await_fit(config, wait_for_schema)?;
    Ok(assembly::open(config, prepared)?)
}

/// Runs the API, its worker and its metrics until a signal; SIGTERM lets running requests finish.
pub(super) async fn serve(
    config: &Config,
    parts: Parts,
    listener: TcpListener,
    metrics: TcpListener,
    works: bool,
) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    follow_clock(&parts);
    let working = if works { Some(Working::begin(config, &parts)?) } else { None };
    let stop_metrics = serve_operators(&parts, metrics)?;
    let issues = parts.state.serves != Serves::Verification;
    let watching = issues.then(|| rt::spawn(signature::watch(parts.seals.clone(), parts.state.clone())));
    let telling = gauges::watch(config, &parts);
    let renewing = parts.tls.clone().map(|tls| rt::spawn(tls::watch(tls, parts.state.clock.clone())));
    let stopping = parts.state.stopping.clone();
    let server = app::run(parts, listener, Capacity::of(config, raise_descriptors()))?;
    let (server, mut serving) = (server.handle(), rt::spawn(server));
    let asked = tokio::select! {
        asked = signals.next() => asked,
        ended = &mut serving => return Ok(ended??),
    };
    stopping.begin();
    signals.exit_at_the_next();
    let finishing = working.map(|working| rt::spawn(working.end()));
    close(&server, asked, config.drain).await;
    serving.await??;
    watching.iter().for_each(JoinHandle::abort);
    renewing.iter().for_each(JoinHandle::abort);
    telling.iter().for_each(JoinHandle::abort);
    match (finishing, asked) {
        (Some(finishing), Asked::Finish) => finishing.await??,
        (Some(finishing), Asked::EndNow) => finishing.abort(),
        (None, _) => {}
    }
    stop_metrics.stop(false).await;
    Ok(())
}

/// Follows the clock of a sandbox, which testers move.
fn follow_clock(parts: &Parts) {
    if let Some(stand_ins) = parts.stand_ins {
        (stand_ins.follow)(parts.state.clone());
    }
}

/// Closes the listener after the load balancer has had time to notice, and finishes running requests.
async fn close(server: &ServerHandle, asked: Asked, drain: Duration) {
    match asked {
        Asked::Finish => {
            log::info!("stopping: the listener closes in {} s", drain.as_secs());
            rt::time::sleep(drain).await;
            server.stop(true).await;
        }
        Asked::EndNow => server.stop(false).await,
    }
}

/// Raises the limit on file descriptors, which limits the connections.
fn raise_descriptors() -> u64 {
    let descriptors = descriptors::raise();
    log::info!("descriptors: {descriptors}");
    descriptors
}

/// Serves metrics and probes.
fn serve_operators(parts: &Parts, listener: TcpListener) -> Result<ServerHandle, Failure> {
    let metrics = telemetry::install()?;
    rt::spawn(telemetry::keep_up(metrics.clone()));
    let server = app::run_for_operators(parts.clone(), metrics, listener)?;
    let handle = server.handle();
    rt::spawn(server);
    Ok(handle)
}

/// A worker and the waiting room, which run beside other tasks of this thread.
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
        let raising = raiser.map(|raiser| rt::spawn(levels::run(parts.background.clone(), raiser)));
        Ok(Self { worker, task, waiting_room, raising })
    }

    /// Stops taking jobs, and waits for the running ones.
    async fn end(self) -> Result<(), Failure> {
        // The waiting room writes in transactions: it can be cut off anywhere.
        self.waiting_room.abort();
        // A certificate that is being raised loses its lease, and is raised later.
        if let Some(raising) = self.raising {
            raising.abort();
        }
        self.worker.stop();
        Ok(self.task.await?)
    }
}

/// Opens the address of a setting.
///
/// # Errors
/// Names the setting, so that another address can be given when this one is taken.
pub(super) fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => "; stop the program that has it, or set another address",
            _ => "",
        };
        format!("cannot listen on {setting}={address}: {error}{advice}").into()
    })
}
