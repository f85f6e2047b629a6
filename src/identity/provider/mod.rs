//! Our client of one OpenID Connect Core 1.0 provider: the authorization request, the code exchange, the person; and
//! the handoff that begins at the provider.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `transport` | calls over HTTP, behind a circuit breaker |
//! | `discovery` | the provider's URLs and keys |
//! | `client_key` | our own key at the provider |
//! | `token` | the checks of ID tokens and assertions |
//! | `claims` | the person in them |

mod claims;
mod client_key;
mod discovery;
mod token;
mod transport;

#[cfg(test)]
pub(crate) use claims::doors as provider_doors;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use openidconnect::core::{CoreClient, CoreResponseType, CoreTokenResponse};
use openidconnect::{
    AuthenticationContextClass, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use url::Url;

use self::claims::Claims;
use self::client_key::ClientKey;
use self::discovery::{Discovery, Metadata};
use self::token::TokenError;
use self::transport::Transport;
use crate::config::{self, ClientAuthentication};
use crate::http::Locale;
use crate::person::{Email, ProvedPerson};
use crate::time::Clock;
use crate::time::civil_date;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why an answer proved nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider is unreachable, too slow, or answers nonsense.
    #[error("the identity provider does not answer")]
    Unavailable,
    /// The code or the token failed a check.
    #[error("the identity provider's answer failed a check: {0}")]
    Refused(&'static str),
    /// The token is genuine, but incomplete or contradictory.
    #[error("the identity provider's answer lacks a valid {0}")]
    Incomplete(&'static str),
}

/// What is stored between the redirect and the answer.
#[derive(Serialize, Deserialize)]
pub(super) struct Secrets {
    nonce: String,
    pkce_verifier: String,
    /// Whether the provider promises to name itself in the answer (RFC 9207).
    names_issuer: bool,
}

/// A redirect to the provider.
pub(super) struct Redirect {
    pub(super) url: Url,
    pub(super) state: String,
    pub(super) secrets: Secrets,
}

/// A genuine assertion of a handoff.
pub(super) struct Assertion {
    pub(super) person: ProvedPerson,
    /// The provider's e-mail address of the person, unconfirmed.
    pub(super) email: Option<Email>,
    /// The id that makes it usable once.
    pub(super) jti: String,
    /// The front end that it is for.
    pub(super) client_id: String,
    pub(super) expires_at: DateTime<Utc>,
}

/// An OpenID provider that proves persons' identities.
pub struct IdentityProvider {
    settings: config::IdentityProvider,
    redirect_url: RedirectUrl,
    handoff_url: Url,
    discovery: Discovery,
    client_key: Option<ClientKey>,
    clock: Clock,
}

impl IdentityProvider {
    /// Makes a client of the configured provider; nothing is fetched before it is needed.
    ///
    /// # Errors
    /// Fails if TLS cannot be set up, or a URL or the client's key cannot be used.
    pub fn new(
        settings: config::IdentityProvider,
        api: &Url,
        clock: Clock,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let at = |path: &str| api.join(&format!("/v1/identity-verifications/{}/{path}", settings.name));
        let (redirect_url, handoff_url) = (RedirectUrl::from_url(at("callback")?), at("handoff")?);
        let client_key = match &settings.client_authentication {
            ClientAuthentication::ClientSecretBasic(_) => None,
            ClientAuthentication::PrivateKeyJwt { key_pem, key_id } => {
                Some(ClientKey::from_pem(key_pem, key_id.clone())?)
            }
        };
        let issuer = IssuerUrl::new(settings.issuer.clone())?;
        let origins = std::iter::once(&settings.issuer).chain(&settings.endpoint_origins);
        let origins = origins.map(|url| Url::parse(url).map(|url| url.origin())).collect::<Result<_, _>>()?;
        let transport = Transport::new(&settings.name, settings.timeout, origins)?;
        let discovery = Discovery::new(issuer, transport, clock.clone());
        Ok(Self { settings, redirect_url, handoff_url, discovery, client_key, clock })
    }

    /// Returns its name in paths and as a method.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Returns its name for people.
    pub(crate) fn title(&self, locale: Locale) -> &str {
        locale.pick(&self.settings.title.ro, &self.settings.title.en)
    }

    /// Returns its settings.
    pub(super) const fn settings(&self) -> &config::IdentityProvider {
        &self.settings
    }

    /// Returns whether its pages may start a handoff.
    pub(super) const fn hands_over(&self) -> bool {
        !self.settings.handoff_origins.is_empty()
    }

    /// Returns whether an answer names another issuer, or none although the provider promises to (RFC 9207): it is then
    /// not an answer to us.
    pub(super) fn is_of_another(&self, iss: Option<&str>, secrets: &Secrets) -> bool {
        iss.map_or(secrets.names_issuer, |iss| iss != self.settings.issuer)
    }

    /// Makes an authorization request with its own state, nonce and PKCE verifier.
    pub(super) async fn begin(&self) -> Result<Redirect, ProviderError> {
        let metadata = self.discovery.metadata().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let client = self.client(&metadata);
        let mut request = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        for acr in &self.settings.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        let (url, state, nonce) = request.url();
        let secrets = Secrets {
            nonce: nonce.secret().clone(),
            pkce_verifier: verifier.secret().clone(),
            names_issuer: discovery::answers_name_issuer(&metadata),
        };
        Ok(Redirect { url, state: state.secret().clone(), secrets })
    }

    /// Exchanges the code and reads the person from the ID token.
    pub(super) async fn finish(&self, code: String, secrets: Secrets) -> Result<ProvedPerson, ProviderError> {
        let metadata = self.discovery.metadata().await?;
        let response = self.exchange(&metadata, code, secrets.pkce_verifier).await?;
        let token = response.id_token().ok_or(ProviderError::Refused("no ID token"))?;
        let nonce = Nonce::new(secrets.nonce);
        let check = |metadata: &Metadata| self.id_token_claims(metadata, token, &nonce);
        self.believed(metadata, check).await?.person(&self.settings.claims, self.today())
    }

    fn today(&self) -> NaiveDate {
        civil_date::today(self.clock.now())
    }

    /// Checks an assertion of a handoff.
    pub(super) async fn assertion(&self, text: &str) -> Result<Assertion, ProviderError> {
        let metadata = self.discovery.metadata().await?;
        let check = |metadata: &Metadata| self.assertion_claims(metadata, text);
        let claims = self.believed(metadata, check).await?;
        let needed = |name| claims.text(name).filter(|text| (1..=255).contains(&text.len()));
        let expires_at = claims.time("exp").and_then(|exp| DateTime::from_timestamp(exp, 0));
        Ok(Assertion {
            person: claims.person(&self.settings.claims, self.today())?,
            email: claims.email(&self.settings.claims),
            jti: needed("jti").ok_or(ProviderError::Refused("jti"))?.to_owned(),
            client_id: needed("client_id").ok_or(ProviderError::Refused("client_id"))?.to_owned(),
            expires_at: expires_at.ok_or(ProviderError::Refused("exp"))?,
        })
    }

    /// Checks a token with the cached keys; if its key is unknown, with newer ones.
    async fn believed(
        &self,
        metadata: Arc<Metadata>,
        check: impl Fn(&Metadata) -> Result<Claims, TokenError>,
    ) -> Result<Claims, ProviderError> {
        let outcome = match check(&metadata) {
            Err(TokenError::UnknownKey) => check(&*self.discovery.newer_than(&metadata).await?),
            outcome => outcome,
        };
        outcome.map_err(|error| match error {
            TokenError::UnknownKey => ProviderError::Refused("unknown key"),
            TokenError::Refused(error) => error,
        })
    }

    async fn exchange(
        &self,
        metadata: &Metadata,
        code: String,
        pkce_verifier: String,
    ) -> Result<CoreTokenResponse, ProviderError> {
        let client = self.client(metadata);
        let mut request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| ProviderError::Unavailable)?
            .set_pkce_verifier(PkceCodeVerifier::new(pkce_verifier));
        if let Some(key) = &self.client_key {
            let (client_id, audience) = (&self.settings.client_id, &self.settings.issuer);
            request = request
                .add_extra_param("client_assertion_type", client_key::ASSERTION_TYPE)
                .add_extra_param("client_assertion", key.assertion(client_id, audience, self.clock.now())?);
        }
        let send = |request| self.discovery.transport().send(request);
        request.request_async(&send).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => {
                log::warn!("identity provider {}: the code was refused: {}", self.name(), answer.error());
                ProviderError::Refused("code")
            }
            RequestTokenError::Request(_) => ProviderError::Unavailable,
            _ => ProviderError::Refused("token response"),
        })
    }

    fn client(&self, metadata: &Metadata) -> Client {
        let secret = match &self.settings.client_authentication {
            ClientAuthentication::ClientSecretBasic(secret) => Some(ClientSecret::new(secret.clone())),
            ClientAuthentication::PrivateKeyJwt { .. } => None,
        };
        let id = ClientId::new(self.settings.client_id.clone());
        CoreClient::from_provider_metadata(metadata.clone(), id, secret)
            .set_redirect_uri(self.redirect_url.clone())
    }
}

/// The providers of this installation, in the order of the settings.
pub struct IdentityProviders(Vec<IdentityProvider>);

impl IdentityProviders {
    /// Wraps the providers.
    #[must_use]
    pub const fn new(providers: Vec<IdentityProvider>) -> Self {
        Self(providers)
    }

    /// Returns the name and the issuer of each.
    pub fn issuers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|provider| (provider.name(), provider.settings().issuer.as_str()))
    }

    /// Finds a provider by name.
    pub(crate) fn find(&self, name: &str) -> Option<&IdentityProvider> {
        self.0.iter().find(|provider| provider.name() == name)
    }

    pub(crate) fn all(&self) -> &[IdentityProvider] {
        &self.0
    }
}
