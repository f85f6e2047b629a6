//! The claim: an officer takes an application up, and sees whom it is about.

use actix_web::{HttpResponse, post, web};
use diesel::Connection;
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::store::{self, Note};
use super::types::{Applicant, Correction, ReviewCase};
use super::{not_ones_own, queue};
use crate::accounts::Officer;
use crate::applications::ask;
use crate::applications::life::{self, Status, Step};
use crate::applications::matter::Matter;
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::http::problem::ProblemDocument;
use crate::person::{Cnp, ProvedPerson};
use crate::registry::Registers;
use crate::state::State;

/// Claim an application
///
/// For officers. Shows what the registers say now. An application that another officer has claimed changes hands.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The application's id")),
    responses(
        (status = 200, description = "Claimed; what there is to decide", body = ReviewCase),
        (status = 409, description = "It has moved on", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
#[post("/v1/review/applications/{id}/claim")]
pub(crate) async fn claim_review(
    state: State,
    registers: web::Data<Registers>,
    officer: Officer,
    path: web::Path<Uuid>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (id, me, office) = (path.into_inner(), officer.caller.account_id(), officer.office_id);
    let case = state.db.read(move |c| store::find(c, id)).await?;
    not_ones_own(&officer, &case)?;
    let sealed = case.account.person.as_deref().ok_or(Code::NotFound)?;
    let applicant = ProvedPerson::open(&state.keyring, case.account.id, sealed).map_err(Error::internal)?;
    let matter = case.matter(&state.keyring)?;
    let about = subject(matter.as_ref(), &applicant)?;
    let answers = ask::ask(&registers, &about).await?;
    let (actor, now, keyring) = (officer.caller.actor(), state.clock.now(), state.keyring.clone());
    let from = Status::of(&case.application.status)?;
    let claim = move |c: &mut PgConnection| {
        c.transaction(|c| {
            if from != Status::InReview {
                let step = Step { from, to: Status::InReview, actor: "officer", reason: None, at: now };
                if !life::step(c, id, step)? {
                    return Err(Code::NotClaimed.into());
                }
                store::sign_event(c, &keyring, id, &Note { officer: me, office, text: None })?;
            }
            store::set_reviewer(c, id, me)?;
            audit::record(c, &Event::new(now, actor, "application.claimed", Some(id), &request))?;
            store::find(c, id)
        })
    };
    let case = state.db.write(claim).await?;
    let (civil_status, record) = answers.into_parts();
    let mut shown = ReviewCase {
        application: queue::item(&case.application, me)?,
        cnp: about.as_str().to_owned(),
        applicant: Applicant {
            cnp: applicant.cnp.as_str().to_owned(),
            family_name: applicant.family_name.as_str().to_owned(),
            given_name: applicant.given_name.as_str().to_owned(),
        },
        civil_status,
        entries: record.entries,
        correction: None,
        capacity: None,
        nationality: None,
    };
    match matter {
        Some(Matter::Correction { field, value }) => shown.correction = Some(Correction { field, value }),
        Some(Matter::Representation { capacity, .. }) => shown.capacity = Some(capacity),
        Some(Matter::Ecris { nationality }) => shown.nationality = Some(nationality),
        None => {}
    }
    Ok(HttpResponse::Ok().json(shown))
}

/// Whom the certificate is to be about.
pub(super) fn subject(matter: Option<&Matter>, applicant: &ProvedPerson) -> Result<Cnp> {
    let represented = matter.map(Matter::represented).transpose()?.flatten();
    Ok(represented.unwrap_or_else(|| applicant.cnp.clone()))
}
