//! Officers' work on applications: the queue, the claim that keeps two officers apart, the decision.
//!
//! What an officer sees of a person is asked from the registers at that moment and kept nowhere. A decision needs a
//! second factor that was shown a short while ago, and nobody decides about themselves.

mod claim;
mod decision;
mod queue;
mod store;
mod types;

use utoipa_actix_web::service_config::ServiceConfig;

use self::store::Case;
use crate::accounts::Officer;
use crate::error::{Code, Result};

/// The routes of officers.
pub(super) fn configure(routes: &mut ServiceConfig<'_>) {
    routes.service(queue::list_reviews).service(claim::claim_review).service(decision::decide_review);
}

/// Nobody decides about themselves: not about the account's own application, nor about the officer's own person.
fn not_ones_own(officer: &Officer, case: &Case) -> Result<()> {
    let account = &officer.caller.account;
    let own_person = account.staff_person_index.as_deref() == Some(case.application.person_index.as_slice())
        || account.person_index.as_deref() == Some(case.application.person_index.as_slice());
    if account.id == case.application.account_id || own_person {
        return Err(Code::OwnApplication.into());
    }
    Ok(())
}
