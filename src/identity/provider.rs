//! Our side of OpenID Connect Core 1.0: discovery, the authorization request, the code exchange, the ID token.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IdTokenClaims, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::clock::Clock;
use crate::config;
use crate::person::{Cnp, PersonName, ProvedPerson};
use crate::text;

/// One call to the provider takes no longer.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long discovery and keys are believed.
const METADATA_LIVES: Duration = Duration::from_secs(600);
/// Clocks may differ by so much.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// The claims beyond OpenID's own.
#[derive(Clone, Serialize, Deserialize)]
struct PersonClaims {
    cnp: Option<String>,
}

impl AdditionalClaims for PersonClaims {}

impl std::fmt::Debug for PersonClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonClaims(…)")
    }
}

type Fields = IdTokenFields<
    PersonClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Client = openidconnect::Client<
    PersonClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why no person came out of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider cannot be reached, or answers nonsense.
    #[error("the identity provider does not answer")]
    Unavailable,
    /// The code or the ID token does not stand up to the checks.
    #[error("the identity provider's answer does not hold: {0}")]
    Refused(&'static str),
    /// The ID token is genuine and lacks what is needed, or contradicts itself.
    #[error("the identity provider's answer lacks a valid {0}")]
    Incomplete(&'static str),
}

/// What is kept between the redirect and the answer.
#[derive(Serialize, Deserialize)]
pub(super) struct Secrets {
    pub(super) nonce: String,
    pub(super) pkce_verifier: String,
}

/// A redirect to the provider.
pub(super) struct Redirect {
    pub(super) url: Url,
    pub(super) state: String,
    pub(super) secrets: Secrets,
}

/// An OpenID provider that proves persons.
pub struct IdentityProvider {
    settings: config::Ghiseul,
    redirect_url: RedirectUrl,
    http: reqwest::Client,
    clock: Clock,
    metadata: RwLock<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

impl IdentityProvider {
    /// Speaks to the provider of the settings; nothing is fetched before it is needed.
    ///
    /// # Errors
    /// When TLS cannot be set up or the callback address is no URL.
    pub fn new(
        settings: config::Ghiseul,
        api: &Url,
        clock: Clock,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let callback = api.join("/v1/identity-verifications/ghiseul/callback")?;
        let http = reqwest::Client::builder()
            .timeout(DEADLINE)
            // A redirect of the provider's own could lead a server-side request anywhere.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let redirect_url = RedirectUrl::from_url(callback);
        Ok(Self { settings, redirect_url, http, clock, metadata: RwLock::new(None) })
    }

    /// The issuer, as its metadata and tokens write it.
    pub(super) fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// A fresh authorization request: state, nonce and PKCE verifier of its own.
    pub(super) async fn begin(&self) -> Result<Redirect, ProviderError> {
        let client = self.client(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let request = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".into()))
            .add_scope(Scope::new("cnp".into()))
            .set_pkce_challenge(challenge)
            .add_auth_context_value(AuthenticationContextClass::new(self.settings.acr.clone()));
        let (url, state, nonce) = request.url();
        let secrets = Secrets { nonce: nonce.secret().clone(), pkce_verifier: verifier.secret().clone() };
        Ok(Redirect { url, state: state.secret().clone(), secrets })
    }

    /// Exchanges the code and reads the person out of the ID token, after every check of OpenID Connect Core 3.1.3.7.
    pub(super) async fn finish(&self, code: String, secrets: Secrets) -> Result<ProvedPerson, ProviderError> {
        let client = self.client(false).await?;
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| ProviderError::Unavailable)?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.pkce_verifier));
        let response = request.request_async(&self.http).await.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(_) => ProviderError::Refused("code"),
            _ => ProviderError::Unavailable,
        })?;
        let token = response.id_token().ok_or(ProviderError::Refused("no ID token"))?;
        let nonce = Nonce::new(secrets.nonce);
        match self.claims(&client, token, &nonce) {
            Ok(claims) => self.person(&claims),
            // The provider may have rotated its keys since they were read.
            Err(ProviderError::Refused("signature")) => {
                let client = self.client(true).await?;
                self.person(&self.claims(&client, token, &nonce)?)
            }
            Err(error) => Err(error),
        }
    }

    fn claims(
        &self,
        client: &Client,
        token: &openidconnect::IdToken<
            PersonClaims,
            CoreGenderClaim,
            CoreJweContentEncryptionAlgorithm,
            CoreJwsSigningAlgorithm,
        >,
        nonce: &Nonce,
    ) -> Result<IdTokenClaims<PersonClaims, CoreGenderClaim>, ProviderError> {
        use CoreJwsSigningAlgorithm::{
            EcdsaP256Sha256, EcdsaP384Sha384, RsaSsaPkcs1V15Sha256, RsaSsaPssSha256,
        };
        let now = self.clock.now();
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs([EcdsaP256Sha256, EcdsaP384Sha384, RsaSsaPkcs1V15Sha256, RsaSsaPssSha256])
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |iat| issued_in_time(iat, now))
            .set_auth_context_verifier_fn(|acr| self.has_required_acr(acr));
        let claims = token.claims(&verifier, nonce).map_err(|error| ProviderError::Refused(cause(&error)))?;
        match claims.authorized_party() {
            Some(azp) if azp.as_str() != self.settings.client_id => Err(ProviderError::Refused("azp")),
            _ => Ok(claims.clone()),
        }
    }

    fn has_required_acr(&self, acr: Option<&AuthenticationContextClass>) -> Result<(), String> {
        if acr.is_some_and(|acr| acr.as_str() == self.settings.acr) { Ok(()) } else { Err("acr".into()) }
    }

    fn person(
        &self,
        claims: &IdTokenClaims<PersonClaims, CoreGenderClaim>,
    ) -> Result<ProvedPerson, ProviderError> {
        let cnp = claims.additional_claims().cnp.as_deref().ok_or(ProviderError::Incomplete("cnp"))?;
        let cnp = Cnp::parse(cnp).map_err(|_| ProviderError::Incomplete("cnp"))?;
        let family = claims.family_name().and_then(|name| name.get(None)).map(|name| name.as_str());
        let given = claims.given_name().and_then(|name| name.get(None)).map(|name| name.as_str());
        let name = |told: Option<&str>, claim| {
            // Older systems write ş and ţ with a cedilla: that is their keyboard, not another name.
            let name = told.map(text::with_commas_below);
            name.and_then(|name| PersonName::parse(&name).ok()).ok_or(ProviderError::Incomplete(claim))
        };
        let birth_date =
            claims.birthdate().and_then(|date| NaiveDate::parse_from_str(date.as_str(), "%Y-%m-%d").ok());
        let birth_date = birth_date.ok_or(ProviderError::Incomplete("birthdate"))?;
        if cnp.birth_date().is_some_and(|coded| coded != birth_date) {
            return Err(ProviderError::Incomplete("birthdate"));
        }
        Ok(ProvedPerson {
            cnp,
            family_name: name(family, "family_name")?,
            given_name: name(given, "given_name")?,
            birth_date,
        })
    }

    async fn client(&self, refetch: bool) -> Result<Client, ProviderError> {
        let metadata = self.metadata(refetch).await?;
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = ClientSecret::new(self.settings.client_secret.clone());
        let client = openidconnect::Client::from_provider_metadata((*metadata).clone(), id, Some(secret));
        Ok(client.set_redirect_uri(self.redirect_url.clone()))
    }

    /// Discovery and keys of the provider, kept a while: a copy of its public word, so each node may have its own.
    async fn metadata(&self, refetch: bool) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        if !refetch && let Some(metadata) = self.kept_metadata() {
            return Ok(metadata);
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|_| ProviderError::Unavailable)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.http).await.map_err(|error| {
            log::warn!("identity provider: discovery failed: {}", discovery_cause(&error));
            ProviderError::Unavailable
        })?;
        let metadata = Arc::new(metadata);
        *self.metadata.write().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    fn kept_metadata(&self) -> Option<Arc<CoreProviderMetadata>> {
        let kept = self.metadata.read().unwrap_or_else(PoisonError::into_inner);
        let (read_at, metadata) = kept.as_ref()?;
        (read_at.elapsed() < METADATA_LIVES).then(|| metadata.clone())
    }
}

/// The library lets an ID token from the future pass; a provider's clock may be a minute ahead, not more.
fn issued_in_time(iat: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), String> {
    if iat > now + SKEW { Err("iat in the future".into()) } else { Ok(()) }
}

/// Which check failed; the library's own text can repeat claims.
fn cause(error: &openidconnect::ClaimsVerificationError) -> &'static str {
    use openidconnect::ClaimsVerificationError as E;
    match error {
        E::Expired(_) => "exp",
        E::InvalidAudience(_) => "aud",
        E::InvalidIssuer(_) => "iss",
        E::InvalidNonce(_) => "nonce",
        E::InvalidAuthContext(_) => "acr",
        E::SignatureVerification(_) => "signature",
        _ => "claims",
    }
}

fn discovery_cause<E: std::error::Error>(error: &openidconnect::DiscoveryError<E>) -> &'static str {
    match error {
        openidconnect::DiscoveryError::Request(_) => "no connection",
        openidconnect::DiscoveryError::Response(..) => "an HTTP error",
        openidconnect::DiscoveryError::Parse(_) => "not a discovery document",
        _ => "not a valid provider",
    }
}
