//! Evaluates a provider's answer: a person, or the reason why there is none.

use uuid::Uuid;

use super::provider::{IdentityProvider, ProviderError, Secrets};
use super::status::VerificationReason;
use super::types::CallbackQuery;
use crate::error::{Error, Result};
use crate::person::{Column, ProvedPerson};
use crate::state::AppState;

/// Why an answer proves nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unproved {
    /// The person gave up.
    Abandoned,
    /// The bank refused the card.
    CardRefused,
    /// The person failed the bank's check (3-D Secure).
    ThreeDSecureFailed,
    /// The provider did not answer.
    ProviderUnavailable,
    /// The answer is not valid.
    AnswerRefused,
    /// The answer does not say who the person is.
    IdentityIncomplete,
}

impl From<Unproved> for VerificationReason {
    fn from(unproved: Unproved) -> Self {
        match unproved {
            Unproved::Abandoned => Self::Abandoned,
            Unproved::CardRefused => Self::CardRefused,
            Unproved::ThreeDSecureFailed => Self::ThreeDSecureFailed,
            Unproved::ProviderUnavailable => Self::ProviderUnavailable,
            Unproved::AnswerRefused => Self::AnswerRefused,
            Unproved::IdentityIncomplete => Self::IdentityIncomplete,
        }
    }
}

impl From<ProviderError> for Unproved {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unavailable => Self::ProviderUnavailable,
            ProviderError::Refused(_) => Self::AnswerRefused,
            ProviderError::Incomplete(_) => Self::IdentityIncomplete,
        }
    }
}

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
) -> Result<Result<ProvedPerson, Unproved>> {
    let secrets = encrypted.decrypt(state)?;
    if provider.is_of_another(query.iss.as_deref(), &secrets) {
        return Ok(Err(Unproved::AnswerRefused));
    }
    let Some(code) = query.code.filter(|_| query.error.is_none()) else {
        return Ok(Err(reason_of(query.error.as_deref(), query.error_description.as_deref())));
    };
    Ok(provider.finish(code, secrets).await.map_err(|error| {
        log::warn!("redirect {} by {}: {error}", encrypted.row, provider.name());
        Unproved::from(error)
    }))
}

/// Maps the provider's error to our reason; its own text is dropped.
fn reason_of(error: Option<&str>, description: Option<&str>) -> Unproved {
    match (error, description) {
        (Some("access_denied"), Some("card_refused")) => Unproved::CardRefused,
        (Some("access_denied"), Some("three_d_secure_failed")) => Unproved::ThreeDSecureFailed,
        (Some("access_denied"), _) => Unproved::Abandoned,
        (Some("temporarily_unavailable" | "server_error"), _) => Unproved::ProviderUnavailable,
        _ => Unproved::AnswerRefused,
    }
}
