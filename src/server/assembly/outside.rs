//! The outside world of a node, from its settings: its own URLs, front ends, providers, registers, trust anchors.

use url::Url;

use super::refusals::{Refusals, StartError};
use super::registers::Remotes;
use crate::clients::Clients;
use crate::config::{self, Config, Leniencies};
use crate::error::chain;
use crate::identity::{IdentityProvider, IdentityProviders};
use crate::state::Addresses;
use crate::time::Clock;
use crate::verify::signature::Judge;
use ades::Certificate;
use ades::is_development;

pub(super) struct Outside {
    pub(super) addresses: Addresses,
    pub(super) clients: Clients,
    pub(super) identity_providers: IdentityProviders,
    pub(super) remotes: Remotes,
    pub(super) judge: Judge,
}

impl Outside {
    /// Reads them; records faults.
    pub(super) fn of(
        config: &Config,
        identity_providers: Vec<config::IdentityProvider>,
        (clock, sandbox): (&Clock, bool),
        refusals: &mut Refusals,
    ) -> Option<Self> {
        let addresses = refusals.take(Addresses::of(config).map_err(unusable));
        let mut clients = Clients::of(config, sandbox);
        if let Some(addresses) = &addresses {
            clients = clients.with_stand_in(&addresses.api);
        }
        if !sandbox {
            refuse_laxity(config, &clients, refusals);
        }
        let identity_providers = addresses
            .as_ref()
            .and_then(|addresses| providers(identity_providers, &addresses.api, (clock, sandbox), refusals));
        let remotes = Remotes::of(config, clock, refusals);
        let judge = refusals.take(judge(config, sandbox));
        Some(Self {
            addresses: addresses?,
            clients,
            identity_providers: identity_providers?,
            remotes: remotes?,
            judge: judge?,
        })
    }

    /// Reads what a node that verifies alone needs of it: no providers, no registers; records faults.
    pub(super) fn of_verification(config: &Config, sandbox: bool, refusals: &mut Refusals) -> Option<Self> {
        let addresses = refusals.take(Addresses::of(config).map_err(unusable));
        let clients = Clients::of(config, sandbox);
        if !sandbox {
            refuse_laxity(config, &clients, refusals);
        }
        let judge = refusals.take(judge(config, sandbox));
        let identity_providers = IdentityProviders::new(Vec::new());
        Some(Self {
            addresses: addresses?,
            clients,
            identity_providers,
            remotes: Remotes::default(),
            judge: judge?,
        })
    }
}

fn unusable(error: url::ParseError) -> StartError {
    StartError::Unusable("CAZIER_PUBLIC_URL", error.to_string())
}

/// Requires TLS outside the sandbox for everything that carries cookies, codes and identities, and no leniency.
fn refuse_laxity(config: &Config, clients: &Clients, refusals: &mut Refusals) {
    if !config.sandbox_lenient.is_empty() {
        let why = "it is for a sandbox, and this node is live".to_owned();
        refusals.take::<()>(Err(StartError::Unusable("CAZIER_SANDBOX_LENIENT", why)));
    }
    refusals.needed(config.public_url.as_ref(), "CAZIER_PUBLIC_URL");
    for (url, name) in
        [(&config.public_url, "CAZIER_PUBLIC_URL"), (&config.front_end_url, "CAZIER_FRONT_END_URL")]
    {
        refusals.take(url.as_ref().map_or(Ok(()), |url| must_be_https(url.as_str(), name)));
    }
    for origin in &config.origins {
        refusals.take(must_be_https(origin.as_str(), "CAZIER_ORIGINS"));
    }
    for return_url in clients.return_urls() {
        refusals.take(must_be_https(return_url.as_str(), "CAZIER_RETURN_URLS"));
    }
}

fn must_be_https(url: &str, name: &'static str) -> Result<(), StartError> {
    if Url::parse(url).is_ok_and(|url| url.scheme() == "https") {
        Ok(())
    } else {
        Err(StartError::Unusable(name, format!("\"{url}\" must begin with https:// outside a sandbox")))
    }
}

/// Makes the clients of the identity providers.
fn providers(
    settings: Vec<config::IdentityProvider>,
    api: &Url,
    (clock, sandbox): (&Clock, bool),
    refusals: &mut Refusals,
) -> Option<IdentityProviders> {
    const SETTING: &str = "CAZIER_IDENTITY_PROVIDERS";
    let mut found = Vec::new();
    for settings in settings {
        if !sandbox {
            let origins = settings.endpoint_origins.iter().chain(&settings.handoff_origins);
            for url in std::iter::once(&settings.issuer).chain(origins) {
                refusals.take(must_be_https(url, SETTING));
            }
        }
        let name = settings.name.clone();
        let provider = IdentityProvider::new(settings, api, clock.clone());
        let named = |why: Box<dyn std::error::Error>| StartError::Unusable(SETTING, format!("{name}: {why}"));
        found.push(refusals.take(provider.map_err(named)));
    }
    found.into_iter().collect::<Option<_>>().map(IdentityProviders::new)
}

/// Returns what a sandbox is lenient in, and says it in the log.
pub(super) fn lenient(config: &Config, sandbox: bool) -> Leniencies {
    if !sandbox {
        return Leniencies::default();
    }
    let named: Vec<_> = config.sandbox_lenient.iter().map(|leniency| leniency.as_str()).collect();
    if !named.is_empty() {
        log::warn!("this sandbox is lenient in: {}", named.join(", "));
    }
    Leniencies::of_sandbox(&config.sandbox_lenient)
}

fn judge(config: &Config, sandbox: bool) -> Result<Judge, StartError> {
    Judge::new(timestamp_anchors(config, sandbox)?)
        .map_err(|error| StartError::Unusable("CAZIER_TSA_TRUST", chain(&error)))
}

/// Returns the anchors for time-stamps, if they differ from those of the signing keys.
pub(super) fn timestamp_anchors(
    config: &Config,
    sandbox: bool,
) -> Result<Option<Vec<Certificate>>, StartError> {
    const SETTING: &str = "CAZIER_TSA_TRUST";
    let Some(path) = &config.tsa_trust else { return Ok(None) };
    let text = StartError::read(SETTING, path)?;
    let unusable = |why: String| StartError::Unusable(SETTING, format!("{}: {why}", path.display()));
    let anchors = Certificate::all_from_pem(&text).map_err(|error| unusable(chain(&error)))?;
    if !sandbox && anchors.iter().any(is_development) {
        return Err(unusable("it is one for tests, and this node is live".into()));
    }
    Ok(Some(anchors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_need_tls_outside_the_sandbox() {
        assert!(must_be_https("https://api.hub.example", "CAZIER_PUBLIC_URL").is_ok());
        let error = must_be_https("http://api.hub.example", "CAZIER_PUBLIC_URL").unwrap_err();
        assert_eq!(
            error.to_string(),
            "CAZIER_PUBLIC_URL: \"http://api.hub.example\" must begin with https:// outside a sandbox"
        );
    }
}
