//! The two sides of one registration: this provider in the Hub's settings, and the Hub as this provider's client.

use std::time::Duration;

use url::Url;

use super::claims::ACR_CARD_3DS;
use super::provider::Client;
use crate::clients::{Clients, STAND_IN};
use crate::config::{ClaimNames, ClientAuthentication, IdentityProvider, Title};

/// Returns the simulated Ghișeul as the Hub's settings would name it.
#[must_use]
pub fn provider_settings(issuer: &str, client_secret: &str) -> IdentityProvider {
    let title = || String::from("Ghișeul.ro");
    IdentityProvider {
        name: "ghiseul".into(),
        title: Title { ro: title(), en: title() },
        issuer: issuer.to_owned(),
        client_id: "cazier".into(),
        client_authentication: ClientAuthentication::ClientSecretBasic(client_secret.to_owned()),
        acr_values: vec![ACR_CARD_3DS.into()],
        scopes: vec!["profile".into(), "cnp".into()],
        claims: ClaimNames::default(),
        endpoint_origins: Vec::new(),
        // Developers may use either name of this machine.
        handoff_origins: vec![issuer.to_owned(), issuer.replace("127.0.0.1", "localhost")],
        timeout: Duration::from_secs(5),
    }
}

impl Client {
    /// Returns the Hub as this provider's client, with the front ends that persons can go to.
    ///
    /// # Errors
    /// Fails if the Hub's URL takes no path.
    pub fn of(settings: &IdentityProvider, api: &Url, front_ends: Clients) -> Result<Self, url::ParseError> {
        let at = |path: &str| api.join(&format!("/v1/identity-verifications/{}/{path}", settings.name));
        let client_secret = match &settings.client_authentication {
            ClientAuthentication::ClientSecretBasic(secret) => secret.clone(),
            ClientAuthentication::PrivateKeyJwt { .. } => String::new(),
        };
        Ok(Self {
            client_id: settings.client_id.clone(),
            client_secret,
            redirect_uris: vec![at("callback")?],
            handoff_url: at("handoff")?,
            front_ends,
            stand_in: api.join(STAND_IN)?,
            // Registered clients are anywhere, and change while it runs.
            onward_sources: vec!["http://localhost:*".into(), "http://127.0.0.1:*".into(), "https:".into()],
        })
    }
}
