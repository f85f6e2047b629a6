//! An officer claims an application and sees its subject.

use actix_web::{HttpResponse, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::store::{self, Case, Note};
use super::types::{Applicant, ReviewCase, ReviewItem};
use super::{open_case, queue};
use crate::accounts::Officer;
use crate::applications::about::{self, About};
use crate::applications::ask;
use crate::applications::event::{StepActor, StepReason};
use crate::applications::life::ApplicationStatus;
use crate::applications::mails::{self, News};
use crate::applications::matter::Matter;
use crate::applications::step::{self, Step};
use crate::audit::{self, Event};
use crate::certificates::Subject;
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::mandates;
use crate::person::ProvedPerson;
use crate::registry::{CivilStatus, Company, CriminalRecord, Known, Registers};
use crate::state::State;
use crate::time::civil_date;

/// Claim an application
///
/// For officers. Shows the registers' present data; the decision can only be about these entries. Claiming an
/// application that another officer has claimed takes it over.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The application's id")),
    responses(
        (status = 200, description = "Claimed, with the data to decide on", body = ReviewCase),
    ),
    extensions(("x-problems" = json!([Code::NotClaimed, Code::OwnApplication, Code::RegisterRecordUnreadable, Code::RegisterUnavailable]))),
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
    let opener = officer.clone();
    let case = state.db.read(move |c| open_case(c, &opener, id)).await?;
    let (applicant, about) = match entitled(&state, &case).await {
        Err(error) if error.code() == Code::IdentityUnverified => {
            return close(&state, officer, case, request).await;
        }
        found => found?,
    };
    let matter = case.matter(&state.keyring)?;
    let (subject, record) = ask::ask_for_officer(&registers, &about, state.clock.now()).await?;
    let shown = Shown::of(&about, subject)?;
    mandates::not_named(&state.keyring, &officer, shown.register.as_ref())?;
    let entries = super::entries_hash(&state.keyring, id, &record)?;
    let (actor, now, keyring) = (officer.caller.actor(), state.clock.now(), state.keyring.clone());
    let from = case.application.status;
    let claim = move |c: &mut PgConnection| {
        if from != ApplicationStatus::InReview {
            let step = Step {
                from,
                to: ApplicationStatus::InReview,
                actor: StepActor::Officer,
                reason: None,
                at: now,
            };
            if !step::take(c, id, step)? {
                return Err(Code::NotClaimed.into());
            }
            store::sign_event(c, &keyring, id, &Note { officer: me, office, text: None })?;
        }
        store::set_reviewer(c, id, me, entries.clone())?;
        audit::record(c, &Event::new(now, actor, "application.claimed", Some(id), &request))?;
        store::find(c, id)
    };
    let case = officer.caller.transaction(&state, claim).await?;
    let application = queue::item(&case.application, me);
    let shown = review_case(application, &applicant, shown, (&record, matter));
    Ok(HttpResponse::Ok().json(shown))
}

/// Builds the case for the officer.
fn review_case(
    application: ReviewItem,
    applicant: &ProvedPerson,
    shown: Shown,
    (record, matter): (&CriminalRecord, Option<Matter>),
) -> ReviewCase {
    let mut case = ReviewCase {
        application,
        cnp: shown.cnp,
        cui: shown.cui,
        applicant: Applicant {
            cnp: applicant.cnp.as_str().to_owned(),
            family_name: applicant.family_name.as_str().to_owned(),
            given_name: applicant.given_name.as_str().to_owned(),
        },
        civil_status: shown.civil_status,
        company: shown.register.map(Into::into),
        mandate_in_force: shown.mandate_in_force,
        entries: record.readable_entries().to_vec(),
        entries_unreadable: record.is_unreadable(),
        subject_unreadable: shown.unreadable,
        corrections: Vec::new(),
        capacity: None,
        nationality: None,
    };
    if let Some(Matter::Correction { corrections, .. }) = &matter {
        case.corrections.clone_from(corrections);
    }
    match matter.and_then(Matter::of_certificate) {
        Some(Matter::Representation { capacity, .. }) => case.capacity = Some(capacity),
        Some(Matter::Ecris { nationality }) => case.nationality = Some(nationality),
        Some(Matter::Correction { .. }) | None => {}
    }
    case
}

/// Returns the applicant and the subject.
///
/// # Errors
/// `identity_unverified` if the account no longer belongs to the person who applied.
async fn entitled(state: &State, case: &Case) -> Result<(ProvedPerson, About)> {
    let applicant = about::owner(&state.keyring, &case.account)?.ok_or(Code::IdentityUnverified)?;
    let (keyring, case, person) = (state.keyring.clone(), case.clone(), applicant.clone());
    let today = civil_date::today(state.clock.now());
    let about = state.db.read(move |c| super::about(c, &keyring, &case, (&person, today))).await?;
    Ok((applicant, about))
}

/// Closes a case that nobody can decide: the applicant is no longer known.
async fn close(state: &State, officer: Officer, case: Case, request: RequestId) -> Result<HttpResponse> {
    let (id, at, house, caller) =
        (case.application.id, state.clock.now(), state.clone(), officer.caller.clone());
    let from = case.application.status;
    let step = Step {
        from,
        to: ApplicationStatus::Rejected,
        actor: StepActor::Service,
        reason: Some(StepReason::IdentityUndone),
        at,
    };
    let work = move |c: &mut PgConnection| {
        if step::take(c, id, step)? {
            let actor = officer.caller.actor();
            audit::record(c, &Event::new(at, actor, "application.rejected", Some(id), &request))?;
            let about = (&case.account, &case.application);
            mails::send(c, &house.keyring, &house.addresses.front_end, about, News::Refused, at)?;
        }
        Ok(())
    };
    caller.transaction(state, work).await?;
    Err(Code::NotClaimed.into())
}

/// The subject as an officer sees it.
#[derive(Default)]
struct Shown {
    cnp: Option<String>,
    cui: Option<String>,
    civil_status: Option<CivilStatus>,
    register: Option<Company>,
    mandate_in_force: Option<bool>,
    unreadable: bool,
}

impl Shown {
    fn of(about: &About, subject: Known<Subject>) -> Result<Self> {
        let mut shown = match about {
            About::Person(cnp) => Self { cnp: Some(cnp.as_str().to_owned()), ..Self::default() },
            About::Company(mandate) => {
                let cui = Some(mandate.company.cui()?.as_str().to_owned());
                Self { cui, mandate_in_force: Some(mandate.in_force), ..Self::default() }
            }
        };
        match subject {
            Known::Record(Subject::NaturalPerson { civil_status, .. }) => {
                shown.civil_status = Some(*civil_status);
            }
            Known::Record(Subject::LegalPerson { company, .. }) => shown.register = Some(*company),
            // Without the company's data, a conflict of interest cannot be excluded.
            Known::Unreadable if shown.cui.is_some() => return Err(Code::RegisterRecordUnreadable.into()),
            Known::Unreadable => shown.unreadable = true,
            Known::Nobody => {}
        }
        Ok(shown)
    }
}
