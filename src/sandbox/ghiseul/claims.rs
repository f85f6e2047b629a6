//! The claims of an ID token (OpenID Connect Core 1.0, section 2).

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use super::TOKEN_LIFETIME;
use super::error::SimulatorError;
use super::provider::{GhiseulSimulator, Grant};
use super::random;

/// This provider's level of assurance: the person's bank card, confirmed by 3-D Secure.
pub const ACR_CARD_3DS: &str = "https://ghiseul.example/loa/card-3ds";

/// RFC 8176: a password, a code by SMS, and so more than one factor.
pub(super) const AMR: [&str; 3] = ["pwd", "sms", "mfa"];

/// The claims; those of a person only as far as the scope allows.
#[derive(Serialize)]
pub(super) struct IdTokenClaims<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    azp: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    nonce: &'a str,
    jti: String,
    acr: &'static str,
    amr: [&'static str; 3],
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthdate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnp: Option<&'static str>,
}

impl<'a> IdTokenClaims<'a> {
    /// Builds the claims of a grant, as of now.
    pub(super) fn new(simulator: &'a GhiseulSimulator, grant: &'a Grant) -> Result<Self, SimulatorError> {
        let Grant { request, person, auth_time, .. } = grant;
        let issued = simulator.now();
        let profile = request.scope.profile.then_some(person);
        Ok(Self {
            iss: simulator.issuer(),
            sub: subject(person.id),
            aud: &request.client_id,
            azp: &request.client_id,
            exp: (issued + TOKEN_LIFETIME).timestamp(),
            iat: issued.timestamp(),
            auth_time: auth_time.timestamp(),
            nonce: &request.nonce,
            jti: random::token()?,
            acr: ACR_CARD_3DS,
            amr: AMR,
            given_name: profile.map(|person| person.given_name),
            family_name: profile.map(|person| person.family_name),
            birthdate: profile.map(|person| person.birth_date.to_string()),
            cnp: request.scope.cnp.then_some(person.cnp),
        })
    }
}

/// Returns the person's stable identifier at this provider, which reveals nothing about them.
pub(super) fn subject(person_id: &str) -> String {
    let digest = digest(&SHA256, format!("ghiseul-simulator/{person_id}").as_bytes());
    BASE64URL_NOPAD.encode(digest.as_ref())
}
