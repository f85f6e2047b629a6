//! Requests to the help desk in the export.

use diesel::pg::PgConnection;
use uuid::Uuid;

use super::store;
use super::types::SupportRequestResponse;
use super::view;
use crate::error::Result;
use crate::http::page::Page;
use crate::person::Keyring;

/// Reads a page of an account's requests with their answers, and the id after which the next page begins.
///
/// # Errors
/// Fails if the database fails, or a value cannot be decrypted.
pub(crate) fn requests(
    c: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    page: Page,
) -> Result<(Vec<SupportRequestResponse>, Option<Uuid>)> {
    let (rows, next) = page.cut_at(store::list(c, Some(account), &page.into())?, |row| row.id);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let answers = store::answers(c, &ids)?;
    let shown = rows.iter().map(|row| view::request(keyring, row, &answers)).collect::<Result<_>>()?;
    Ok((shown, next))
}
