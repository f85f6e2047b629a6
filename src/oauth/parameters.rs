//! The parameters of an authorization request, checked to the letter, whether a browser brings them or a client pushes them.

use super::fields::{Fields, is_plain};
use super::pkce;
use super::refusal::Refusal;
use crate::clients::{Client, FrontEnd, Scope};
use crate::http::Locale;
use crate::state::AppState;

const CHALLENGE_MISSING: Refusal = Refusal::request("code_challenge is missing: PKCE with S256 is required");

/// Returns the first of our languages in a list of tags.
pub(super) fn language(tags: &str) -> Option<Locale> {
    tags.split(' ').find_map(|tag| Locale::parse(tag.split('-').next().unwrap_or_default()).ok())
}

/// Returns the address of a request, if it is one of the client's.
pub(super) fn redirect_uri<'a>(state: &AppState, client: &Client, fields: &'a Fields) -> Option<&'a str> {
    let front_end = FrontEnd::Registered(Box::new(client.clone()));
    fields.get("redirect_uri").filter(|uri| state.clients.may_return(&front_end, uri))
}

/// Checks everything but client and redirect URI; returns the scopes. Unknown ones are ignored, and those that the client may not ask for
/// (RFC 6749, section 3.3).
pub(super) fn check(client: &Client, fields: &Fields) -> Result<Vec<Scope>, Refusal> {
    match fields.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(Refusal::new("unsupported_response_type", "response_type is code")),
        None => return Err(Refusal::request("response_type is missing")),
    }
    if fields.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Refusal::request("response_mode is query"));
    }
    if fields.get("request").is_some() {
        return Err(Refusal::new("request_not_supported", "request objects are not supported"));
    }
    if fields.get("request_uri").is_some() {
        return Err(Refusal::new("request_uri_not_supported", "request_uri is what /oauth/par answered"));
    }
    // Whom the hint names we do not know, and nobody else's ID token may answer it (OpenID Connect Core, section 3.1.2.2).
    if fields.get("id_token_hint").is_some() {
        return Err(Refusal::request("id_token_hint is not supported: the person logs in each time"));
    }
    let challenge = fields.get("code_challenge").ok_or(CHALLENGE_MISSING)?;
    if fields.get("code_challenge_method") != Some("S256") {
        return Err(Refusal::request("code_challenge_method is S256"));
    }
    if !pkce::is_challenge(challenge) {
        return Err(Refusal::request("code_challenge is base64url of 32 octets"));
    }
    if !["state", "nonce"].into_iter().filter_map(|name| fields.get(name)).all(is_plain) {
        return Err(Refusal::request("state and nonce are at most 500 visible ASCII characters"));
    }
    if fields.get("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "none")) {
        return Err(Refusal::new("login_required", "the person logs in each time"));
    }
    let wanted = fields.get("scope").unwrap_or_default();
    let mut scopes = client.scopes();
    scopes.retain(|scope| wanted.split(' ').any(|word| word == scope.as_str()));
    if scopes.is_empty() {
        Err(Refusal::new("invalid_scope", "no scope is asked for that we know and the client may ask for"))
    } else {
        Ok(scopes)
    }
}
