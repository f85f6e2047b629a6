//! Asking for a mandate.

use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::TimeDelta;
use diesel::Connection;
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::company::{Represented, company_index};
use super::store::{self, Mandate};
use super::types::{Capacity, Confirmer, CreateMandateRequest, MandateResponse, Status};
use super::{ending, mails};
use crate::accounts::{Caller, owner};
use crate::audit::{self, Event};
use crate::civil_date;
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Answer};
use crate::http::problem::ProblemDocument;
use crate::http::{Json, RequestId};
use crate::person::{Cui, ProvedPerson};
use crate::registry::{Company, Registers};
use crate::state::{AppState, State};
use crate::throttle::{self, Limit};

/// Mandates that one account may ask for: each asks a register, and may take an officer's time.
const REQUESTS: Limit = Limit { tries: 20, window: TimeDelta::days(1) };

/// Ask for a mandate
///
/// To act for a legal person. In force at once for whom the company register names as a representative; else an officer
/// looks at the papers.
#[utoipa::path(
    tag = "mandates",
    params(idempotency::KeyParameter),
    responses(
        (status = 201, description = "Confirmed by the company register", body = MandateResponse),
        (status = 202, description = "An officer has to look", body = MandateResponse),
        (status = 409, description = "Not now: unproved identity, a company that is unknown or struck off, or a mandate that is there already", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
#[post("/v1/mandates")]
pub(crate) async fn create_mandate(
    state: State,
    registers: web::Data<Registers>,
    caller: Caller,
    http: HttpRequest,
    request: RequestId,
    json: Json<CreateMandateRequest>,
) -> Result<HttpResponse> {
    let key = idempotency::Key::of_person(&http, "create_mandate", caller.owned_key(), json.digest)?;
    let work = ask(&state, &registers, &caller, json.body, request);
    Ok(idempotency::claimed(&state, key, work).await?.into_response())
}

async fn ask(
    state: &AppState,
    registers: &Registers,
    caller: &Caller,
    body: CreateMandateRequest,
    request: RequestId,
) -> Result<Answer> {
    let today = civil_date::today(state.clock.now());
    if !state.phases.legal_persons_open(today) {
        return Err(Code::ServiceNotOpen.into());
    }
    let person = caller.person(&state.keyring)?;
    let cui = Cui::parse(&body.cui).map_err(|rule| Error::invalid("/cui", rule))?;
    count(state, caller).await?;
    let company = registers.companies.company(&cui).await?.or(Code::CompanyUnknown)?;
    if company.dissolved {
        return Err(Code::CompanyNotEligible.into());
    }
    let row = mandate(state, caller, (&person, body.capacity), (&cui, &company))?;
    keep(state, caller, row.clone(), request).await?;
    let shown = MandateResponse::of(&state.keyring, &row, today)?;
    let location = format!("/v1/mandates/{}", row.id);
    Ok(match shown.status {
        Status::Confirmed => Answer::created(location, &shown),
        _ => Answer::accepted(Some(location), &shown),
    })
}

async fn count(state: &AppState, caller: &Caller) -> Result<()> {
    let key = state.keyring.index("throttle.mandates", caller.account_id().as_bytes());
    let now = state.clock.now();
    state.db.write(move |c| throttle::count(c, &key, REQUESTS, now)).await
}

/// The mandate: confirmed when the register names the person, else for an officer.
fn mandate(
    state: &AppState,
    caller: &Caller,
    (person, capacity): (&ProvedPerson, Capacity),
    (cui, company): (&Cui, &Company),
) -> Result<Mandate> {
    let (id, now, keyring) = (Uuid::now_v7(), state.clock.now(), &state.keyring);
    let named = company.names(&person.cnp);
    let (status, capacity) =
        if named { (Status::Confirmed, Capacity::LegalRepresentative) } else { (Status::Pending, capacity) };
    Ok(Mandate {
        id,
        account_id: caller.account_id(),
        person_index: keyring.index("person.cnp", person.cnp.as_str().as_bytes()),
        company_index: company_index(keyring, cui),
        company: Represented::of(cui, company).seal(keyring, id)?,
        capacity: capacity.as_str().to_owned(),
        status: status.as_str().to_owned(),
        confirmed_by: named.then(|| Confirmer::CompanyRegister.as_str().to_owned()),
        reviewer_id: None,
        reason: None,
        ended_by: None,
        created_at: now,
        decided_at: named.then_some(now),
        ended_at: None,
        valid_until: None,
    })
}

async fn keep(state: &AppState, caller: &Caller, row: Mandate, request: RequestId) -> Result<()> {
    let (actor, now) = (caller.actor(), row.created_at);
    let (person, company) = (row.person_index.clone(), row.company_index.clone());
    let (keyring, front_end) = (state.keyring.clone(), state.addresses.front_end.clone());
    let work = move |c: &mut PgConnection| {
        let house = (&*keyring, &front_end);
        owner::hold(c, row.account_id, &row.person_index)?;
        let between = (row.person_index.as_slice(), row.company_index.as_slice());
        ending::end_overdue(c, house, between, civil_date::today(now), (&request, now))?;
        store::insert(c, &row)?;
        audit::record(c, &Event::new(now, actor, "company.read", Some(row.id), &request))?;
        let action = if row.decided_at.is_some() { "mandate.confirmed" } else { "mandate.asked" };
        audit::record(c, &Event::new(now, actor, action, Some(row.id), &request))?;
        mails::send(c, house, &row, now)
    };
    match state.db.write(move |c| c.transaction(work)).await {
        Err(error) if error.code() == Code::MandateExists => {
            let first = state.db.read(move |c| store::open_between(c, &person, &company)).await?;
            Err(match first {
                Some(first) => error.with("mandate_id", first.id.to_string()),
                None => error,
            })
        }
        outcome => outcome,
    }
}
