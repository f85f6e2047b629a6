//! The state of the signing key: for `/health/ready`, for the metrics, and for the log.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::WARN_DAYS;
use super::held::{Held, Seals};
use super::waiting::wait_for;
use crate::error::{Result, chain};
use crate::state::AppState;
use crate::telemetry;

/// The pause between two checks.
const PAUSE: Duration = Duration::from_secs(30);

/// The findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// A key of this node made a signature that does not verify; it is stopped until the node restarts.
    pub stopped: bool,
    /// Why nothing can be signed now.
    pub failure: Option<String>,
    /// When the certificate in force expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// Days until then, if they are few.
    pub warning_days: Option<i64>,
}

impl Seals {
    /// Checks the key that this node would sign with now; pings a device.
    ///
    /// # Errors
    /// Fails if the keys' states cannot be read.
    pub async fn health(&self, state: &AppState) -> Result<Health> {
        let now = state.clock.now();
        let stopped = self.held().iter().any(|held| held.sealer.key().is_stopped());
        let Some(active) = self.choose(&self.known(state).await?, now).cloned() else {
            let failure = Some("no key of this node is active".to_owned());
            return Ok(Health { stopped, failure, expires_at: None, warning_days: None });
        };
        let expires_at = active.sealer.key().leaf().not_after();
        let days = (expires_at - now).num_days();
        Ok(Health {
            stopped,
            failure: failure(&active, now).await,
            expires_at: Some(expires_at),
            warning_days: (days < WARN_DAYS).then_some(days),
        })
    }
}

async fn failure(active: &Held, now: DateTime<Utc>) -> Option<String> {
    if !active.sealer.key().leaf().is_valid_at(now) {
        return Some("the certificate is not in its validity period".to_owned());
    }
    let sealer = Arc::clone(&active.sealer);
    let ping = move || sealer.key().ping().map_err(|why| chain(&why));
    if !active.sealer.key().is_remote() {
        return ping().err();
    }
    wait_for(ping).await.unwrap_or_else(|| Err("too many requests wait for the device".to_owned())).err()
}

/// Watches the key for as long as it is polled: sets its metrics, and logs what an operator must know.
pub async fn watch(seals: Arc<Seals>, state: Arc<AppState>) {
    let mut last = None;
    loop {
        match seals.health(&state).await {
            Ok(health) => {
                let valid_for = health.expires_at.map(|at| (at - state.clock.now()).num_seconds());
                telemetry::seal_health(health.failure.is_none() && !health.stopped, valid_for);
                if last.as_ref() != Some(&health) {
                    tell(&health);
                }
                last = Some(health);
            }
            Err(error) => log::warn!("seal: its state cannot be read: {error}"),
        }
        actix_web::rt::time::sleep(PAUSE).await;
    }
}

fn tell(health: &Health) {
    match &health.failure {
        Some(why) => log::error!("seal: nothing can be signed: {why}"),
        None => log::info!("seal: ready"),
    }
    if let Some(days) = health.warning_days {
        log::warn!(
            "seal: the certificate expires in {days} days: `cazier keys rotate` brings in the next one"
        );
    }
}
