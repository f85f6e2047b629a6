//! The simulator and a standard relying-party library, over TCP.

use std::future::Future;

use actix_web::{App, HttpServer, web};
use chrono::Utc;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge, RedirectUrl, Scope, StandardErrorResponse,
    StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::super::{ACR_CARD_3DS, Client, GhiseulSimulator, configure};
use super::CLIENT_SECRET;
use crate::clients::Clients;
use crate::sandbox::persons;

const CALLBACK: &str = "http://127.0.0.1:1/callback";

#[derive(Debug, Serialize, Deserialize)]
struct CnpClaim {
    cnp: String,
}

impl AdditionalClaims for CnpClaim {}

type Fields = IdTokenFields<
    CnpClaim,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type RelyingParty = openidconnect::Client<
    CnpClaim,
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

/// Adapts reqwest for the library, as its optional feature would.
fn http(client: &reqwest::Client) -> impl Fn(HttpRequest) -> HttpFuture + use<> {
    let client = client.clone();
    move |request| Box::pin(send(client.clone(), request))
}

type HttpFuture = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send>>;

async fn send(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let response = client.execute(request.try_into()?).await?;
    let mut answer = openidconnect::http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    Ok(answer.body(response.bytes().await?.to_vec()).unwrap())
}

/// Starts the simulator on a free port, and returns its issuer.
fn start() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let client = Client {
        client_id: "hub".to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        redirect_uris: vec![Url::parse(CALLBACK).unwrap()],
        handoff_url: Url::parse(CALLBACK).unwrap(),
        front_ends: Clients::default(),
        stand_in: Url::parse(CALLBACK).unwrap(),
        onward_sources: vec![],
    };
    let simulator = web::Data::new(GhiseulSimulator::new(issuer, vec![client], Utc::now).unwrap());
    let issuer = simulator.issuer().to_owned();
    let server = HttpServer::new(move || App::new().configure(configure(simulator.clone())));
    actix_web::rt::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
    issuer
}

async fn discover(issuer: String, http_client: &reqwest::Client) -> RelyingParty {
    let issuer = IssuerUrl::new(issuer).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, &http(http_client)).await.unwrap();
    RelyingParty::from_provider_metadata(
        metadata,
        ClientId::new("hub".to_owned()),
        Some(ClientSecret::new(CLIENT_SECRET.to_owned())),
    )
    .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap())
}

/// Runs discovery, authorization, exchange and verification; returns the CNP and the level, or the failed check.
async fn identify(outcome: &str) -> Result<(String, Option<String>), ClaimsVerificationError> {
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let party = discover(start(), &browser).await;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = party
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "cnp"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .add_extra_param("login_hint", format!("with-entries:{outcome}"))
        .url();
    let response = browser.get(url).send().await.unwrap();
    let back = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    let parameter = |name: &str| back.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    assert_eq!(&parameter("state"), state.secret());
    let tokens = party
        .exchange_code(AuthorizationCode::new(parameter("code")))
        .unwrap()
        .set_pkce_verifier(verifier)
        .request_async(&http(&browser))
        .await
        .unwrap();
    let id_token = tokens.extra_fields().id_token().unwrap();
    let claims = id_token.claims(&party.id_token_verifier(), &nonce)?;
    let level = claims.auth_context_ref().map(|level| level.as_str().to_owned());
    Ok((claims.additional_claims().cnp.clone(), level))
}

#[actix_web::test]
async fn a_standard_relying_party_identifies_a_person() {
    let (cnp, level) = identify("success").await.unwrap();
    assert_eq!(cnp, persons::by_id("with-entries").unwrap().cnp);
    assert_eq!(level.as_deref(), Some(ACR_CARD_3DS));
}

#[actix_web::test]
async fn a_standard_relying_party_notices_a_replay() {
    let error = identify("replay").await.unwrap_err();
    assert!(matches!(error, ClaimsVerificationError::InvalidNonce(_)), "{error}");
}

#[actix_web::test]
async fn a_standard_relying_party_notices_an_expired_token() {
    let error = identify("expired").await.unwrap_err();
    assert!(matches!(error, ClaimsVerificationError::Expired(_)), "{error}");
}
