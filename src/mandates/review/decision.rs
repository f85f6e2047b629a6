//! The decision of the officer who claimed a mandate.

use actix_web::{HttpResponse, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::types::{self, MandateDecided, MandateDecisionRequest, MandateVerdict};
use super::{encrypted_note, holder, open_case};
use crate::accounts::Officer;
use crate::audit::{self, Event};
use crate::error::{Code, Result};
use crate::http::{Json, RequestId};
use crate::mandates::company::Represented;
use crate::mandates::store::{self, Decision, Mandate};
use crate::mandates::types::MandateStatus;
use crate::mandates::{interest, mails};
use crate::registry::Registers;
use crate::state::State;
use crate::time::civil_date;
use crate::time::civil_date::CivilDate;

/// Decide a mandate
///
/// For the officer who claimed it, with a recently verified second factor.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The mandate's id")),
    responses(
        (status = 200, description = "Decided", body = MandateDecided),
    ),
    extensions(
        ("x-problems" = json!([Code::StepUpRequired, Code::NotClaimed, Code::OwnApplication, Code::CompanyUnknown, Code::CompanyNotEligible, Code::RegisterUnavailable])),
        ("x-rules" = json!([types::RULES])),
        ("x-forms" = json!(types::FORMS)),
    ),
)]
#[post("/v1/review/mandates/{id}/decision")]
pub(crate) async fn decide_mandate(
    state: State,
    registers: web::Data<Registers>,
    officer: Officer,
    path: web::Path<Uuid>,
    request: RequestId,
    json: Json<MandateDecisionRequest>,
) -> Result<HttpResponse> {
    officer.stepped_up(&state)?;
    json.body.check_term(civil_date::today(state.clock.now()))?;
    let (id, me, caller) = (path.into_inner(), officer.caller.account_id(), officer.clone());
    let (row, account) = state.db.read(move |c| open_case(c, &caller, id)).await?;
    if row.reviewer_id != Some(me) || row.status != MandateStatus::Pending {
        return Err(Code::NotClaimed.into());
    }
    if json.body.decision == MandateVerdict::Confirm {
        holder(&state.keyring, account.as_ref())?.ok_or(Code::NotFound)?;
        check_company(&state, &registers, &officer, &row).await?;
    }
    let (actor, now, house) = (officer.caller.actor(), state.clock.now(), state.clone());
    let decision = decision(&state, &officer, id, &json.body)?;
    let status = decision.status;
    let action = if status == MandateStatus::Confirmed { "mandate.confirmed" } else { "mandate.refused" };
    let work = move |c: &mut PgConnection| {
        let row = store::decide(c, id, &decision)?.ok_or(Code::NotClaimed)?;
        audit::record(c, &Event::new(now, actor, action, Some(id), &request))?;
        mails::send(c, (&house.keyring, &house.addresses.front_end), &row, now)
    };
    officer.caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(MandateDecided { id, status }))
}

/// Builds the decision to store.
fn decision(state: &State, officer: &Officer, id: Uuid, body: &MandateDecisionRequest) -> Result<Decision> {
    Ok(Decision {
        status: match body.decision {
            MandateVerdict::Confirm => MandateStatus::Confirmed,
            MandateVerdict::Refuse => MandateStatus::Refused,
        },
        reason: body.reason.map(Into::into),
        officer: officer.caller.account_id(),
        office: officer.office_id,
        note: encrypted_note(&state.keyring, id, body.note.as_ref())?,
        valid_until: body.valid_until.map(CivilDate::day),
        at: state.clock.now(),
    })
}

/// Checks that the company exists and is none of the officer's.
async fn check_company(state: &State, registers: &Registers, officer: &Officer, row: &Mandate) -> Result<()> {
    let cui = Represented::decrypt(&state.keyring, row)?.cui()?;
    let company = registers.companies.company(&cui).await?.or(Code::CompanyUnknown)?;
    interest::not_named(&state.keyring, officer, Some(&company))?;
    if company.dissolved { Err(Code::CompanyNotEligible.into()) } else { Ok(()) }
}
