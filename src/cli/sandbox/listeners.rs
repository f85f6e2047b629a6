//! The open ports of `cazier dev`.

use std::net::{SocketAddr, TcpListener};

use super::super::{Failure, serve};
use super::keys::DevelopmentKeys;
use crate::config::Config;

/// The open ports.
pub(super) struct Listeners {
    pub(super) api: TcpListener,
    pub(super) simulator: TcpListener,
    /// The earlier address of the simulated services, if the development certificates name another than today's.
    pub(super) former: Option<TcpListener>,
    pub(super) registers: TcpListener,
    pub(super) metrics: TcpListener,
}

impl Listeners {
    /// Binds the API and Ghișeul exactly where the settings say; the metrics may move to a free port, because
    /// Prometheus often has their usual one.
    pub(super) fn bind(config: &Config) -> Result<Self, Failure> {
        let api = serve::bind("CAZIER_LISTEN", config.listen)?;
        let simulator = serve::bind("CAZIER_SANDBOX_LISTEN", config.sandbox_listen)?;
        let metrics = serve::bind("CAZIER_METRICS_LISTEN", config.metrics_listen).or_else(|taken| {
            log::warn!("{taken}; using a free port");
            free_port()
        })?;
        // Only our own nodes connect here, and they are given the port.
        Ok(Self { api, simulator, former: None, registers: free_port()?, metrics })
    }

    /// Also binds the address that these certificates name for revocation, if `CAZIER_SANDBOX_LISTEN` has changed
    /// since, so that existing signatures can still be checked.
    pub(super) fn open_former(&mut self, keys: &DevelopmentKeys) -> Result<(), Failure> {
        let now = self.simulator.local_addr()?;
        let Some(former) = keys.published_at()?.filter(|former| *former != now) else { return Ok(()) };
        match TcpListener::bind(former) {
            Ok(listener) => {
                log::info!(
                    "revocation is also published at {former}, which the development certificates name"
                );
                self.former = Some(listener);
            }
            Err(error) => log::warn!(
                "the development certificates name {former} for revocation, which cannot be opened ({error}): unless \
                 another `cazier dev` with the same data has it, signatures cannot be checked. Start with \
                 CAZIER_SANDBOX_LISTEN={former}, or delete the data folder to begin anew"
            ),
        }
        Ok(())
    }
}

fn free_port() -> Result<TcpListener, Failure> {
    Ok(TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?)
}
