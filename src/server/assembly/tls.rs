//! TLS of the node itself, from its settings.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::refusals::{Refusals, StartError};
use crate::config::Config;
use crate::connections::tls::{PairFiles, Tls};

const SETTINGS: &str = "CAZIER_TLS_CERTIFICATE, CAZIER_TLS_KEY";

/// Opens certificate and key, if they are set; records faults.
pub(super) fn of(config: &Config, now: DateTime<Utc>, refusals: &mut Refusals) -> Option<Option<Arc<Tls>>> {
    let unusable = |why: String| StartError::Unusable(SETTINGS, why);
    let opened = match (config.tls_certificate.clone(), config.tls_key.clone()) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => {
            let opened = Tls::open(PairFiles { certificate, key }, now);
            opened.map(|tls| Some(Arc::new(tls))).map_err(|fault| unusable(fault.to_string()))
        }
        _ => Err(unusable(String::from("set both, or none"))),
    };
    refusals.take(opened)
}
