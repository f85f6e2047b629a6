//! Requests as people see them, decrypted.

use uuid::Uuid;

use super::store::{SupportAnswer, SupportRequest};
use super::types::{SupportAnswerResponse, SupportCase, SupportQueueItem, SupportRequestResponse};
use crate::accounts::shown;
use crate::error::{Error, Result};
use crate::person::{Column, Keyring};

/// Builds a request's response with its own among these answers.
pub(super) fn request(
    keyring: &Keyring,
    row: &SupportRequest,
    answers: &[SupportAnswer],
) -> Result<SupportRequestResponse> {
    let to_it = answers.iter().filter(|answer| answer.support_request_id == row.id);
    let answers = to_it.map(|answer| {
        let text = decrypt(keyring, Column::SUPPORT_ANSWERS_TEXT, answer.id, &answer.text)?;
        Ok(SupportAnswerResponse { text, created_at: answer.created_at })
    });
    Ok(SupportRequestResponse {
        id: row.id,
        reference: row.reference.clone(),
        topic: row.topic,
        status: row.status,
        message: decrypt(keyring, Column::SUPPORT_REQUESTS_MESSAGE, row.id, &row.message)?,
        request_id: row.request_id.clone(),
        answers: answers.collect::<Result<_>>()?,
        created_at: row.created_at,
        closed_at: row.closed_at,
    })
}

/// Builds the officer's view of a request.
pub(super) fn case(
    keyring: &Keyring,
    row: &SupportRequest,
    answers: &[SupportAnswer],
) -> Result<SupportCase> {
    Ok(SupportCase {
        request: request(keyring, row, answers)?,
        email: shown(&email(keyring, row)?),
        locale: row.locale,
        account_id: row.account_id,
    })
}

/// Builds the queue entry, without the message.
pub(super) fn queue_item(row: &SupportRequest) -> SupportQueueItem {
    SupportQueueItem {
        id: row.id,
        reference: row.reference.clone(),
        topic: row.topic,
        status: row.status,
        has_account: row.account_id.is_some(),
        locale: row.locale,
        created_at: row.created_at,
        answered_at: row.answered_at,
    }
}

/// Decrypts the recipient's address.
pub(super) fn email(keyring: &Keyring, row: &SupportRequest) -> Result<String> {
    decrypt(keyring, Column::SUPPORT_REQUESTS_EMAIL, row.id, &row.email)
}

fn decrypt(keyring: &Keyring, column: Column, row: Uuid, encrypted: &[u8]) -> Result<String> {
    let bytes = keyring.decrypt(column.at(row), encrypted).map_err(Error::internal)?;
    String::from_utf8(bytes).map_err(Error::internal)
}
