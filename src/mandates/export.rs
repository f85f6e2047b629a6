//! Mandates in the export.

use chrono::NaiveDate;
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::store;
use super::types::MandateResponse;
use crate::accounts::owner::Viewer;
use crate::error::Result;
use crate::http::page::Page;
use crate::person::Keyring;

/// Reads a page of the viewer's mandates, and the id after which the next page begins.
///
/// # Errors
/// Fails if the database fails, or a value cannot be decrypted.
pub(crate) fn mandates(
    c: &mut PgConnection,
    keyring: &Keyring,
    (viewer, today): (Viewer, NaiveDate),
    page: Page,
) -> Result<(Vec<MandateResponse>, Option<Uuid>)> {
    let (rows, next) = page.cut_at(store::list(c, viewer, &page.into())?, |row| row.id);
    let shown = rows.iter().map(|row| MandateResponse::of(keyring, row, today)).collect::<Result<_>>()?;
    Ok((shown, next))
}
