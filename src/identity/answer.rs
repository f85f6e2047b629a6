//! Evaluates a provider's answer: a person, or the reason why there is none.

use uuid::Uuid;

use super::provider::{IdentityProvider, ProviderError, Secrets};
use super::types::CallbackQuery;
use crate::error::{Error, Result};
use crate::person::{Column, ProvedPerson};
use crate::state::AppState;

/// A stable code for front ends.
pub(super) type Reason = &'static str;

/// The encrypted secrets of a redirect, and their place.
pub(super) struct EncryptedSecrets<'a> {
    pub(super) column: Column,
    pub(super) row: Uuid,
    pub(super) secrets: Option<&'a [u8]>,
}

impl EncryptedSecrets<'_> {
    fn decrypt(&self, state: &AppState) -> Result<Secrets> {
        let cell = self.column.at(self.row);
        let secrets =
            state.keyring.decrypt(cell, self.secrets.unwrap_or_default()).map_err(Error::internal)?;
        serde_json::from_slice(&secrets).map_err(Error::internal)
    }
}

/// Encrypts the secrets of a redirect.
pub(super) fn encrypt(state: &AppState, column: Column, row: Uuid, secrets: &Secrets) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(secrets).map_err(Error::internal)?;
    state.keyring.encrypt(column.at(row), &json).map_err(Error::internal)
}

/// Returns the person that the answer proves, or the reason why it proves nobody.
pub(super) async fn person(
    state: &AppState,
    provider: &IdentityProvider,
    encrypted: &EncryptedSecrets<'_>,
    query: CallbackQuery,
) -> Result<Result<ProvedPerson, Reason>> {
    let secrets = encrypted.decrypt(state)?;
    if provider.is_of_another(query.iss.as_deref(), &secrets) {
        return Ok(Err("answer_refused"));
    }
    let Some(code) = query.code.filter(|_| query.error.is_none()) else {
        return Ok(Err(reason_of(query.error.as_deref(), query.error_description.as_deref())));
    };
    Ok(provider.finish(code, secrets).await.map_err(|error| {
        log::warn!("redirect {} by {}: {error}", encrypted.row, provider.name());
        match error {
            ProviderError::Unavailable => "provider_unavailable",
            ProviderError::Refused(_) => "answer_refused",
            ProviderError::Incomplete(_) => "identity_incomplete",
        }
    }))
}

/// Maps the provider's error to our reason; its own text is dropped.
fn reason_of(error: Option<&str>, description: Option<&str>) -> Reason {
    match (error, description) {
        (Some("access_denied"), Some("card_refused")) => "card_refused",
        (Some("access_denied"), Some("three_d_secure_failed")) => "three_d_secure_failed",
        (Some("access_denied"), _) => "abandoned",
        (Some("temporarily_unavailable" | "server_error"), _) => "provider_unavailable",
        _ => "answer_refused",
    }
}
