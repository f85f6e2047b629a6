//! ID tokens (OpenID Connect Core, section 2): who logged in, when, how, for which client. Nothing more of the person is in them:
//! clients ask `userinfo`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::authentication::Authentication;
use super::keys::IdTokenKey;
use super::metadata::issuer;
use crate::error::{Error, Result};
use crate::state::AppState;

/// How long an ID token is valid: a client reads it when it gets it.
const LIVES: TimeDelta = TimeDelta::minutes(5);

/// What an ID token says.
pub(super) struct Claims<'a> {
    pub(super) account: Uuid,
    pub(super) client_id: &'a str,
    pub(super) nonce: Option<&'a str>,
    pub(super) logged_in_at: DateTime<Utc>,
    pub(super) authentication: Option<Authentication>,
    /// The session that was opened with it.
    pub(super) session: Uuid,
}

/// Signs an ID token.
pub(super) fn id_token(state: &AppState, claims: &Claims<'_>) -> Result<String> {
    let now = state.clock.now();
    let mut body = json!({
        "iss": issuer(state),
        "sub": claims.account.to_string(),
        "aud": claims.client_id,
        "iat": now.timestamp(),
        "exp": (now + LIVES).timestamp(),
        "auth_time": claims.logged_in_at.timestamp(),
        // Names the session when the person logs out (OpenID Connect Front-Channel Logout 1.0, section 3).
        "sid": claims.session.to_string(),
    });
    if let (Some(nonce), Some(body)) = (claims.nonce, body.as_object_mut()) {
        body.insert("nonce".to_owned(), nonce.into());
    }
    if let (Some(how), Some(body)) = (&claims.authentication, body.as_object_mut()) {
        body.insert("acr".to_owned(), how.acr(issuer(state)).into());
        body.insert("amr".to_owned(), how.amr().into());
    }
    let keys = IdTokenKey::all(&state.keyring)?;
    let key = keys.first().ok_or_else(|| Error::internal("no key signs ID tokens"))?;
    Ok(key.sign(&body))
}
