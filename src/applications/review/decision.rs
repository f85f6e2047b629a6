//! The decision of the officer who claimed an application.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::open_case;
use super::store::{self, Case, Note};
use super::types::{self, Decided, Decision, DecisionRequest};
use crate::accounts::Officer;
use crate::applications::about::{self, About};
use crate::applications::ask;
use crate::applications::draft::{self, Holder};
use crate::applications::event::{StepActor, StepReason};
use crate::applications::finish::{self, Finish, Finished};
use crate::applications::life::ApplicationStatus;
use crate::applications::mails::{self, News};
use crate::applications::matter::Matter;
use crate::applications::step::{self, Step};
use crate::audit::{self, Event};
use crate::certificates::Subject;
use crate::certificates::corrected::{self, Corrected};
use crate::certificates::mails::{self as certificate_mails, Notice};
use crate::error::{Code, Error, Result};
use crate::http::{Json, RequestId};
use crate::mandates;
use crate::registry::{CriminalRecord, Registers};
use crate::signature::Seals;
use crate::state::{AppState, State};
use crate::time::civil_date;

/// An officer's decision in progress.
struct Desk<'a> {
    state: &'a State,
    registers: &'a Registers,
    seals: &'a Seals,
    officer: &'a Officer,
    request: RequestId,
}

/// Decide an application
///
/// For the officer who claimed it, with a recently verified second factor. The registers are queried again: their
/// present data is certified, provided that the entries are the ones shown at the claim.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The application's id")),
    responses(
        (status = 200, description = "Decided", body = Decided),
    ),
    extensions(
        ("x-problems" = json!([Code::StepUpRequired, Code::NotClaimed, Code::EntriesChanged, Code::OwnApplication, Code::PhaseNotOpen, Code::CertificateEnded, Code::RegisterRecordUnreadable, Code::MandateNotInForce, Code::RegisterUnavailable])),
        ("x-rules" = json!([types::RULES])),
        ("x-forms" = json!(types::FORMS)),
    ),
)]
#[post("/v1/review/applications/{id}/decision")]
pub(crate) async fn decide_review(
    state: State,
    registers: web::Data<Registers>,
    seals: web::Data<Seals>,
    officer: Officer,
    path: web::Path<Uuid>,
    request: RequestId,
    json: Json<DecisionRequest>,
) -> Result<HttpResponse> {
    officer.stepped_up(&state)?;
    let id = path.into_inner();
    let caller = officer.clone();
    let case = state.db.read(move |c| open_case(c, &caller, id)).await?;
    let claimed = case.application.reviewer_id == Some(officer.caller.account_id());
    if case.application.status != ApplicationStatus::InReview || !claimed {
        return Err(Code::NotClaimed.into());
    }
    let desk = Desk { state: &state, registers: &registers, seals: &seals, officer: &officer, request };
    let status = match json.body.decision {
        Decision::Reject => desk.reject(case, json.body).await?,
        Decision::Issue | Decision::Clear => desk.issue(case, json.body).await?,
    };
    Ok(HttpResponse::Ok().json(Decided { id, status }))
}

impl Desk<'_> {
    async fn reject(&self, case: Case, body: DecisionRequest) -> Result<ApplicationStatus> {
        let (state, id, at) = (self.state.clone(), case.application.id, self.state.clock.now());
        let (me, office) = (self.officer.caller.account_id(), self.officer.office_id);
        let (actor, request) = (self.officer.caller.actor(), self.request.clone());
        let reason = body.reason.map(Into::into);
        let step = Step {
            from: ApplicationStatus::InReview,
            to: ApplicationStatus::Rejected,
            actor: StepActor::Officer,
            reason,
            at,
        };
        let work = move |c: &mut PgConnection| {
            store::hold_claim(c, id, me)?;
            if !step::take(c, id, step)? {
                return Err(Code::NotClaimed.into());
            }
            let note = Note { officer: me, office, text: body.note.as_ref().map(|note| note.as_str()) };
            store::sign_event(c, &state.keyring, id, &note)?;
            audit::record(c, &Event::new(at, actor, "application.rejected", Some(id), &request))?;
            let about = (&case.account, &case.application);
            mails::send(c, &state.keyring, &state.addresses.front_end, about, News::Refused, at)
        };
        self.officer.caller.transaction(self.state, work).await?;
        Ok(ApplicationStatus::Rejected)
    }

    async fn issue(&self, case: Case, body: DecisionRequest) -> Result<ApplicationStatus> {
        let (state, now) = (self.state.clone(), self.state.clock.now());
        let waits_for_ecris = matches!(case.matter(&state.keyring)?, Some(Matter::Ecris { .. }));
        let kept = body.kept(waits_for_ecris, case.application.applied_on)?;
        let finish = self.finish(&case, body.decision).await?;
        let (me, office) = (self.officer.caller.account_id(), self.officer.office_id);
        let work = move |c: &mut PgConnection| {
            store::hold_claim(c, case.application.id, me)?;
            match finish::store(c, &state.keyring, &finish)? {
                Finished::Issued => {}
                Finished::Elsewhere => return Err(Code::NotClaimed.into()),
                // The officer decides again, and another number is drawn.
                Finished::NumberTaken => return Err(Error::internal("the registration number is taken")),
            }
            let note = Note { officer: me, office, text: kept.as_deref() };
            store::sign_event(c, &state.keyring, case.application.id, &note)?;
            tell(c, &state, &case, finish.draft.id, now)
        };
        self.officer.caller.transaction(self.state, work).await?;
        Ok(ApplicationStatus::Issued)
    }

    /// Finds the certificate to be corrected, which must still be in force.
    async fn corrected(&self, certificate: Option<Uuid>) -> Result<Option<Corrected>> {
        let (Some(id), keyring) = (certificate, self.state.keyring.clone()) else { return Ok(None) };
        Ok(Some(self.state.db.read(move |c| corrected::find(c, &keyring, id)).await?))
    }

    /// Queries the registers about a subject who can have a certificate.
    async fn ask(&self, case: &Case) -> Result<(Subject, CriminalRecord)> {
        let state = self.state;
        let applicant = about::owner(&state.keyring, &case.account)?.ok_or(Code::IdentityUnverified)?;
        let about = {
            let (keyring, case, applicant) = (state.keyring.clone(), case.clone(), applicant.clone());
            let today = civil_date::today(state.clock.now());
            state.db.read(move |c| super::about(c, &keyring, &case, (&applicant, today))).await?
        };
        let (subject, record) = ask::ask_for_officer(self.registers, &about, state.clock.now()).await?;
        let subject = subject.or(ask::unknown(&about))?;
        if let (About::Company(mandate), Subject::LegalPerson { company, .. }) = (&about, &subject) {
            mandates::not_named(&state.keyring, self.officer, Some(company))?;
            if !mandate.in_force || !mandate.stands(&applicant.cnp, company) {
                return Err(Code::MandateNotInForce.into());
            }
        }
        if let (None, Subject::NaturalPerson { civil_status, .. }) = (&case.application.matter, &subject) {
            // The applicant's data may have been unreadable at the application.
            if !ask::applies_alone(&applicant, civil_status, civil_date::today(state.clock.now())) {
                return Err(Code::PersonNotEligible.into());
            }
        }
        subject.end().map_or(Ok((subject, record)), |code| Err(code.into()))
    }

    /// Makes the certificate from the registers' present data.
    async fn finish(&self, case: &Case, decision: Decision) -> Result<Finish> {
        let (state, application) = (self.state, &case.application);
        let corrected = self.corrected(application.corrects).await?;
        let (mut subject, mut record) = self.ask(case).await?;
        let entries = super::entries_hash(&state.keyring, application.id, &record)?;
        if case.shown_entries.as_ref() != Some(&entries) {
            return Err(Code::EntriesChanged.into());
        }
        if decision == Decision::Clear {
            record = record.cleared()?;
        }
        let now = state.clock.now();
        if !record.entries()?.is_empty() && !state.roll_out.with_entries(civil_date::today(now)) {
            return Err(Code::PhaseNotOpen.into());
        }
        let corrects = corrected.as_ref().map(|corrected| corrected.registration_number.clone());
        corrected.map_or(Ok(()), |corrected| corrected.carry_over(&mut subject))?;
        if let Some(matter) = case.matter(&state.keyring)? {
            matter.apply_to(&mut subject)?;
        }
        let holder = Holder { subject: &subject, record: &record, corrects: corrects.as_deref() };
        let draft = draft::draft(state, self.seals, application, &holder, now).await?;
        Ok(Finish {
            application: application.id,
            standing: ApplicationStatus::InReview,
            draft,
            by: StepActor::Officer,
            why: (decision == Decision::Clear).then_some(StepReason::WrongHitCleared),
            actor: self.officer.caller.actor(),
            request_id: self.request.clone(),
            register_asked_at: record.asked_at,
            register_digest: record.digest,
        })
    }
}

/// Tells the applicant that the certificate was issued, and which older one it replaces.
fn tell(
    connection: &mut PgConnection,
    state: &AppState,
    case: &Case,
    certificate: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let (keyring, front_end) = (&state.keyring, &state.addresses.front_end);
    let Some(old) = case.application.corrects else {
        let about = (&case.account, &case.application);
        return mails::send(connection, keyring, front_end, about, News::Ready, now);
    };
    let subject = certificate_mails::Subject {
        certificate_id: certificate,
        ..certificate_mails::Subject::of(connection, old)?
    };
    certificate_mails::send(connection, keyring, front_end, &subject, Notice::Superseded, (now, now))
}
