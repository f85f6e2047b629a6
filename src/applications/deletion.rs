//! What stands against the deletion of an account: applications that are still open.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::life::ApplicationStatus;
use crate::db::schema::applications;
use crate::error::Result;

/// Returns a person's open applications, oldest first. The account is locked, so none begins meanwhile.
pub(crate) fn open(connection: &mut PgConnection, person_index: &[u8]) -> Result<Vec<Uuid>> {
    let closed: Vec<_> = ApplicationStatus::ALL.into_iter().filter(|status| status.is_final()).collect();
    let open = applications::table
        .filter(applications::owner_index.eq(person_index))
        .filter(applications::status.ne_all(closed));
    Ok(open.order(applications::id).select(applications::id).load(connection)?)
}
