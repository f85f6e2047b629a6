//! Grants in the export of everything about a person.

use diesel::pg::PgConnection;
use uuid::Uuid;

use super::grant_store;
use super::types::GrantResponse;
use crate::error::Result;
use crate::http::page::Page;

/// Reads a page of an account's grants, and the id after which the next page begins.
///
/// # Errors
/// Fails if the database fails.
pub(crate) fn grants(
    c: &mut PgConnection,
    account: Uuid,
    page: Page,
) -> Result<(Vec<GrantResponse>, Option<Uuid>)> {
    let (rows, next) = page.cut_at(grant_store::list_grants(c, account, page)?, |row| row.id);
    Ok((rows.into_iter().map(GrantResponse::of).collect(), next))
}
