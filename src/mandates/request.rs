//! Requests a mandate.

use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::TimeDelta;
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::company::{Represented, company_index};
use super::ending::{self, House};
use super::mails;
use super::store::{self, Mandate};
use super::types::{CreateMandateRequest, MandateCapacity, MandateConfirmer, MandateResponse, MandateStatus};
use crate::accounts::{Caller, owner};
use crate::audit::{self, Actor, Event};
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Answer, Work};
use crate::http::{Json, RequestId};
use crate::person::{Cui, Index, ProvedPerson};
use crate::rate_limit::{self, Limit};
use crate::registry::{Company, Registers};
use crate::state::{AppState, State};
use crate::time::civil_date;

/// How many mandates one account may request: each queries a register, and may take an officer's time.
const REQUESTS: Limit = Limit::said("mandates", 20, TimeDelta::days(1));

/// Request a mandate
///
/// A mandate to act for a legal person. Confirmed at once if the company register lists you as a representative;
/// otherwise an officer checks your papers.
#[utoipa::path(
    tag = "mandates",
    params(idempotency::KeyParameter),
    responses(
        (status = 201, description = "Confirmed by the company register", body = MandateResponse),
        (status = 202, description = "An officer has to decide", body = MandateResponse),
    ),
    extensions(("x-counts-down" = json!(true)), ("x-problems" = json!([Code::IdentityUnverified, Code::RegisterRecordUnreadable, Code::ServiceNotOpen, Code::CompanyUnknown, Code::CompanyNotEligible, Code::MandateExists, Code::TooManyRequests, Code::RegisterUnavailable]))),
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
    let key = idempotency::Key::of_person(&http, "create_mandate", caller.key_owner(), json.digest)?;
    let asking = ask(&state, &registers, &caller, json.body, request);
    Ok(idempotency::once(&state, key, asking).await?.into_response())
}

/// Queries the register, and prepares the work that stores the mandate.
async fn ask(
    state: &AppState,
    registers: &Registers,
    caller: &Caller,
    body: CreateMandateRequest,
    request: RequestId,
) -> Result<Work> {
    let today = civil_date::today(state.clock.now());
    if !state.roll_out.legal_persons_open(today) {
        return Err(Code::ServiceNotOpen.into());
    }
    let person = caller.person(&state.keyring)?;
    count(state, caller).await?;
    let company = registers.companies.company(&body.cui).await?.or(Code::CompanyUnknown)?;
    if company.dissolved {
        return Err(Code::CompanyNotEligible.into());
    }
    let row = mandate(state, caller, (&person, body.capacity), (&body.cui, &company))?;
    let shown = MandateResponse::of(&state.keyring, &row, today)?;
    let location = format!("/v1/mandates/{}", row.id);
    let answer = match shown.status {
        MandateStatus::Confirmed => Answer::created(location, &shown),
        _ => Answer::accepted(Some(location), &shown),
    };
    let (actor, keyring, front_end) =
        (caller.actor(), state.keyring.clone(), state.addresses.front_end.clone());
    Ok(caller.held(Box::new(move |c| {
        keep(c, (&keyring, &front_end), &row, (actor, &request))?;
        Ok(answer.clone())
    })))
}

async fn count(state: &AppState, caller: &Caller) -> Result<()> {
    let key = state.keyring.index(Index::RATE_LIMIT_MANDATES, caller.account_id().as_bytes());
    let now = state.clock.now();
    state.db.write(move |c| rate_limit::count(c, &key, REQUESTS, now)).await
}

/// Builds the mandate: confirmed if the register lists the person, otherwise pending.
fn mandate(
    state: &AppState,
    caller: &Caller,
    (person, capacity): (&ProvedPerson, MandateCapacity),
    (cui, company): (&Cui, &Company),
) -> Result<Mandate> {
    let (id, now, keyring) = (Uuid::now_v7(), state.clock.now(), &state.keyring);
    let named = company.names(&person.cnp);
    let (status, capacity) = if named {
        (MandateStatus::Confirmed, MandateCapacity::LegalRepresentative)
    } else {
        (MandateStatus::Pending, capacity)
    };
    Ok(Mandate {
        id,
        account_id: caller.account_id(),
        person_index: keyring.index(Index::PERSON_CNP, person.cnp.as_str().as_bytes()),
        company_index: company_index(keyring, cui),
        company: Represented::of(cui, company).encrypt(keyring, id)?,
        capacity,
        status,
        confirmed_by: named.then_some(MandateConfirmer::CompanyRegister),
        reviewer_id: None,
        reason: None,
        ended_by: None,
        created_at: now,
        decided_at: named.then_some(now),
        ended_at: None,
        valid_until: None,
    })
}

fn keep(
    connection: &mut PgConnection,
    house: House<'_>,
    row: &Mandate,
    (actor, request): (Actor, &RequestId),
) -> Result<()> {
    let now = row.created_at;
    owner::hold(connection, row.account_id, &row.person_index)?;
    let between = (row.person_index.as_slice(), row.company_index.as_slice());
    ending::end_overdue(connection, house, between, civil_date::today(now), (request, now))?;
    if !store::insert(connection, row)? {
        let first = store::open_between(connection, &row.person_index, &row.company_index)?;
        let error = Error::from(Code::MandateExists);
        return Err(match first {
            Some(first) => error.with("mandate_id", first.id.to_string()),
            None => error,
        });
    }
    audit::record(connection, &Event::new(now, actor, "company.read", Some(row.id), request))?;
    let action = if row.decided_at.is_some() { "mandate.confirmed" } else { "mandate.asked" };
    audit::record(connection, &Event::new(now, actor, action, Some(row.id), request))?;
    mails::send(connection, house, row, now)
}
