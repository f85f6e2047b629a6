//! Checks a provider's tokens: the ID token (OpenID Connect Core 1.0, section 3.1.3.7) and the assertion of a handoff.
//! The library checks signature, algorithm, issuer, audience and expiry; the rest is here.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm};
use openidconnect::{
    AuthenticationContextClass, ClaimsVerificationError, ClientId, JsonWebTokenType, Nonce, NonceVerifier,
    SignatureVerificationError,
};
use serde_json::Value;

use super::claims::Claims;
use super::discovery::Metadata;
use super::{IdentityProvider, ProviderError};

/// The `typ` of a handoff assertion: no other token of the provider can pass for one.
const HANDOFF_TYPE: &str = "handoff+jwt";
/// The accepted difference between clocks.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// The longest lifetime of an assertion.
const ASSERTION_LIVES: TimeDelta = TimeDelta::minutes(5);

/// Why a token was refused.
pub(super) enum TokenError {
    /// Its key is not in the metadata, which may be outdated.
    UnknownKey,
    /// A check failed.
    Refused(ProviderError),
}

impl IdentityProvider {
    /// Returns the claims of an ID token for us with this nonce.
    pub(super) fn id_token_claims(
        &self,
        metadata: &Metadata,
        token: &CoreIdToken,
        nonce: &Nonce,
    ) -> Result<Claims, TokenError> {
        let text = token.to_string();
        let verifier = self.verifier(metadata, &self.settings.client_id);
        let claims = verify(token, &text, &verifier, nonce, self.clock.now())?;
        match claims.text("azp") {
            Some(azp) if azp != self.settings.client_id => {
                Err(TokenError::Refused(ProviderError::Refused("azp")))
            }
            _ => Ok(claims),
        }
    }

    /// Returns the claims of an assertion for our handoff endpoint.
    pub(super) fn assertion_claims(&self, metadata: &Metadata, text: &str) -> Result<Claims, TokenError> {
        let refused = |why| TokenError::Refused(ProviderError::Refused(why));
        if type_of(text).as_deref() != Some(HANDOFF_TYPE) {
            return Err(refused("typ"));
        }
        let token = CoreIdToken::from_str(text).map_err(|_| refused("form"))?;
        let verifier = self.verifier(metadata, self.handoff_url.as_str());
        let handoff = JsonWebTokenType::new(HANDOFF_TYPE.to_owned());
        let handoff = handoff.normalize().map_err(|_| refused("typ"))?;
        let claims =
            verify(&token, text, &verifier.set_allowed_jose_types([handoff]), no_nonce, self.clock.now())?;
        let lives = claims.time("exp").zip(claims.time("iat")).map(|(exp, iat)| exp.saturating_sub(iat));
        match lives {
            Some(lives) if (1..=ASSERTION_LIVES.num_seconds()).contains(&lives) => Ok(claims),
            _ => Err(refused("lifetime")),
        }
    }

    fn verifier<'a>(&'a self, metadata: &Metadata, audience: &str) -> CoreIdTokenVerifier<'a> {
        use CoreJwsSigningAlgorithm::{
            EcdsaP256Sha256, EcdsaP384Sha384, RsaSsaPkcs1V15Sha256, RsaSsaPssSha256,
        };
        let now = self.clock.now();
        let (audience, issuer) = (ClientId::new(audience.to_owned()), self.discovery.issuer().clone());
        CoreIdTokenVerifier::new_public_client(audience, issuer, metadata.jwks().clone())
            .set_allowed_algs([EcdsaP256Sha256, EcdsaP384Sha384, RsaSsaPkcs1V15Sha256, RsaSsaPssSha256])
            .set_time_fn(move || now)
            .set_auth_context_verifier_fn(|acr| self.has_required_acr(acr))
    }

    fn has_required_acr(&self, acr: Option<&AuthenticationContextClass>) -> Result<(), String> {
        let required = |acr: &AuthenticationContextClass| self.settings.acr_values.contains(acr);
        if acr.is_some_and(required) { Ok(()) } else { Err("acr".into()) }
    }
}

fn verify(
    token: &CoreIdToken,
    text: &str,
    verifier: &CoreIdTokenVerifier<'_>,
    nonce: impl NonceVerifier,
    now: DateTime<Utc>,
) -> Result<Claims, TokenError> {
    token.claims(verifier, nonce).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            TokenError::UnknownKey
        }
        error => TokenError::Refused(ProviderError::Refused(cause(&error))),
    })?;
    let claims = Claims::of_verified(text).map_err(TokenError::Refused)?;
    // The library accepts tokens from the future; a provider's clock may be a minute ahead, not more.
    let has_come = |name| claims.time(name).is_some_and(|time| time <= (now + SKEW).timestamp());
    if !has_come("iat") {
        return Err(TokenError::Refused(ProviderError::Refused("iat")));
    }
    if claims.has("nbf") && !has_come("nbf") {
        return Err(TokenError::Refused(ProviderError::Refused("nbf")));
    }
    Ok(claims)
}

/// Accepts no nonce: an assertion answers no request. Its `jti` works once instead.
fn no_nonce(_: Option<&Nonce>) -> Result<(), String> {
    Ok(())
}

/// Returns the `typ` of a compact JWT, before its signature is checked.
fn type_of(token: &str) -> Option<String> {
    let header = BASE64URL_NOPAD.decode(token.split('.').next()?.as_bytes()).ok()?;
    let header: Value = serde_json::from_slice(&header).ok()?;
    header.get("typ")?.as_str().map(str::to_owned)
}

/// Names the check that failed; the library's own text can repeat claims.
fn cause(error: &ClaimsVerificationError) -> &'static str {
    use ClaimsVerificationError as E;
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

#[cfg(test)]
mod tests {
    use super::type_of;

    #[test]
    fn a_type_is_read_from_one_text() {
        // {"typ":"a"}
        assert_eq!(type_of("eyJ0eXAiOiJhIn0.e30.").as_deref(), Some("a"));
        for other in ["eyJ0eXAiOiJhIn0=.e30.", "eyJ0eXAiOiJhIn1.e30.", "eyJ0eXAiOiJhIn0\n.e30.", ".e30."] {
            assert_eq!(type_of(other), None, "{other}");
        }
    }
}
