//! The open ports of `cazier dev`.

use std::net::{SocketAddr, TcpListener};

use super::development_keys::DevelopmentKeys;
use super::{Failure, serve};
use crate::config::Config;

/// The open ports.
pub(super) struct Listeners {
    pub(super) api: TcpListener,
    pub(super) simulator: TcpListener,
    /// Where the simulated outside world was when the development certificates were made, if that is elsewhere.
    pub(super) former: Option<TcpListener>,
    pub(super) registers: TcpListener,
    pub(super) metrics: TcpListener,
}

impl Listeners {
    /// The API and Ghișeul are where the settings say or nowhere; the metrics step aside, for their usual port is
    /// that of Prometheus.
    pub(super) fn bind(config: &Config) -> Result<Self, Failure> {
        let api = serve::bind("CAZIER_LISTEN", config.listen)?;
        let simulator = serve::bind("CAZIER_SANDBOX_LISTEN", config.sandbox_listen)?;
        let metrics = serve::bind("CAZIER_METRICS_LISTEN", config.metrics_listen).or_else(|taken| {
            log::warn!("{taken}; using a free port");
            free_port()
        })?;
        // Only our own nodes go there, and they are told where it is.
        Ok(Self { api, simulator, former: None, registers: free_port()?, metrics })
    }

    /// Opens the address that the certificates of these keys name for revocation, when `CAZIER_SANDBOX_LISTEN` is another
    /// by now: what was signed can still be checked.
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
