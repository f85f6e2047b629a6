//! From a wish to a certificate: ask both registers, decide, sign, store.

use std::time::Duration;

use actix_web::rt::time::timeout;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::Connection;
use futures_util::future::try_join;
use uuid::Uuid;

use super::issue::{self, Issue, KeptAnswer};
use super::services;
use super::store::{self, Application};
use super::types::{ApplicationResponse, CreateApplicationRequest, Status};
use crate::accounts::Caller;
use crate::audit::{self, Event};
use crate::certificates::CertificateResponse;
use crate::certificates::issue::{Draft, PERSON_INDEX, draft};
use crate::certificates::payload::{Facts, Reason};
use crate::civil_date;
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Answer, Key, Outcome};
use crate::http::{Locale, RequestId};
use crate::person::{Cell, ProvedPerson};
use crate::registry::{CivilStatus, CriminalRecord, Registers};
use crate::seal::Seals;
use crate::state::AppState;

/// From this age on a person applies alone (under it a parent or guardian does, at a counter).
const APPLIES_ALONE_FROM: u32 = 14;

/// A person waits for the answer: a register that takes longer counts as away.
const REGISTER_DEADLINE: Duration = Duration::from_secs(5);

/// What an application needs from the house.
pub(super) struct Desk<'a> {
    pub(super) state: &'a AppState,
    pub(super) registers: &'a Registers,
    pub(super) seals: &'a Seals,
}

/// Who applies for what.
pub(super) struct Wish {
    pub(super) caller: Caller,
    pub(super) request: CreateApplicationRequest,
    pub(super) locale: Locale,
    pub(super) key: Option<Key>,
    pub(super) request_id: RequestId,
}

/// Hands an application in and, where the law allows, answers with the certificate.
pub(super) async fn apply(desk: &Desk<'_>, wish: Wish) -> Result<Outcome> {
    if let Some(rule) = wish.request.detail_rule() {
        return Err(Error::invalid("/reason_detail", rule));
    }
    let Some(key) = wish.key.clone() else { return decide(desk, &wish).await };
    if let Some(outcome) = idempotency::replay(desk.state, &key).await? {
        return Ok(outcome);
    }
    match decide(desk, &wish).await {
        // The other one may be this very request, sent twice at once.
        Err(error) if matches!(error.code(), Code::AlreadyAppliedToday | Code::RequestInProgress) => {
            idempotency::replay(desk.state, &key).await?.ok_or(error)
        }
        outcome => outcome,
    }
}

/// Asks both registers, and issues, refers or refuses.
async fn decide(desk: &Desk<'_>, wish: &Wish) -> Result<Outcome> {
    let person = wish.caller.person(&desk.state.keyring)?;
    let civil = desk.registers.civil_status.civil_status(&person.cnp);
    let record = desk.registers.criminal_records.criminal_record(&person.cnp);
    let (civil, record) = in_time(try_join(civil, record)).await?;
    let now = desk.state.clock.now();
    let civil = match eligible(civil, &person, civil_date::today(now)) {
        Ok(civil) => civil,
        Err(refusal) => {
            record_refusal(desk.state, wish, now).await?;
            return Err(refusal);
        }
    };
    let application = application(desk.state, wish, &person, &record, now)?;
    if record.entries.is_empty() {
        issue(desk, wish, application, &person, &civil, &record).await
    } else {
        refer(desk.state, wish, application).await
    }
}

/// The registers were read and the answer was no: that leaves a trace too.
async fn record_refusal(state: &AppState, wish: &Wish, now: DateTime<Utc>) -> Result<()> {
    let (actor, account, id) = (wish.caller.actor(), wish.caller.account_id(), wish.request_id.clone());
    let event =
        move |c: &mut _| audit::record(c, &Event::new(now, actor, "application.refused", Some(account), &id));
    state.db.write(event).await
}

/// What the registers answer, unless they take too long.
async fn in_time<T>(answers: impl Future<Output = Result<T>>) -> Result<T> {
    let late = || Error::from(Code::RegisterUnavailable).retry_after(Duration::from_secs(60));
    timeout(REGISTER_DEADLINE, answers).await.map_err(|_| late())?
}

/// The population register's word on the person, unless the service is not for them.
fn eligible(civil: Option<CivilStatus>, person: &ProvedPerson, today: NaiveDate) -> Result<CivilStatus> {
    let civil = civil.ok_or(Code::CivilStatusUnknown)?;
    let of_age = today.years_since(civil.birth_date).is_some_and(|age| age >= APPLIES_ALONE_FROM);
    let contradicts = civil.birth_date != person.birth_date;
    if civil.deceased || !of_age || contradicts || person.cnp.is_foreign() {
        return Err(Code::PersonNotEligible.into());
    }
    Ok(civil)
}

fn application(
    state: &AppState,
    wish: &Wish,
    person: &ProvedPerson,
    record: &CriminalRecord,
    now: DateTime<Utc>,
) -> Result<Application> {
    let (id, request) = (Uuid::now_v7(), &wish.request);
    let status = if record.entries.is_empty() { Status::Issued } else { Status::Referred };
    let cell = Cell { column: "applications.reason_detail", row: id };
    let detail = request.reason_detail.as_deref().map(|text| state.keyring.seal(cell, text.as_bytes()));
    Ok(Application {
        id,
        account_id: wish.caller.account_id(),
        person_index: state.keyring.index(PERSON_INDEX, person.cnp.as_str().as_bytes()),
        service: request.service.clone(),
        reason: request.reason.clone(),
        reason_detail: detail.transpose().map_err(Error::internal)?,
        language: request.language.unwrap_or(wish.locale).as_str().to_owned(),
        status: status.as_str().to_owned(),
        applied_on: civil_date::today(now),
        created_at: now,
        register_asked_at: Some(record.asked_at),
        register_digest: Some(record.digest.to_vec()),
    })
}

async fn issue(
    desk: &Desk<'_>,
    wish: &Wish,
    application: Application,
    person: &ProvedPerson,
    civil: &CivilStatus,
    record: &CriminalRecord,
) -> Result<Outcome> {
    let mut refusal = Error::internal("no registration number is free");
    // Two of 2⁴⁰ numbers a year may collide once in a while; twice in a row is a fault.
    for _ in 0..3 {
        let draft = signed(desk, wish, &application, person, civil, record).await?;
        let certificate = CertificateResponse::of_draft(&draft, &application.service, &application.reason);
        let body = response(&application, Some(certificate));
        let answer = Answer::created(location_of(&application), &body);
        let issue = Issue {
            kept: wish.key.as_ref().map(|key| kept(desk.state, key, &answer)).transpose()?,
            application: application.clone(),
            draft,
            actor: wish.caller.actor(),
            request_id: wish.request_id.clone(),
        };
        match desk.state.db.write(move |c| issue::store(c, &issue)).await {
            Ok(true) => return Ok(Outcome::new(answer)),
            Ok(false) => {}
            // The key was retired a moment ago; the next may be active.
            Err(error) if error.code() == Code::SealUnavailable => {
                desk.seals.forget();
                refusal = error;
            }
            Err(error) => return Err(error),
        }
    }
    Err(refusal)
}

async fn signed(
    desk: &Desk<'_>,
    wish: &Wish,
    application: &Application,
    person: &ProvedPerson,
    civil: &CivilStatus,
    record: &CriminalRecord,
) -> Result<Draft> {
    let reason = services::find_reason(&application.reason)
        .ok_or_else(|| Error::internal("a validated reason is not on the list"))?;
    let facts = Facts {
        service: &application.service,
        person,
        civil_status: civil,
        record,
        reason: Reason {
            code: reason.code,
            label: reason.label,
            detail: wish.request.reason_detail.as_deref(),
        },
        issuing_unit: &desk.state.issuing_unit,
        verification_url: desk.state.addresses.verification.as_str(),
        is_test: desk.state.sandbox,
    };
    let seal = desk.seals.active(desk.state).await?;
    draft(&facts, &seal, &desk.state.keyring, application.created_at).await
}

fn kept(state: &AppState, key: &Key, answer: &Answer) -> Result<KeptAnswer> {
    let id = Uuid::now_v7();
    let sealed = answer.seal(&state.keyring, id)?;
    Ok(KeptAnswer { key: key.clone(), id, sealed, status: idempotency::status_of(answer) })
}

/// The register returned entries: in this phase a counter goes on. The answer says no more than that.
async fn refer(state: &AppState, wish: &Wish, application: Application) -> Result<Outcome> {
    let answer = Answer::accepted(Some(location_of(&application)), &response(&application, None));
    let kept = wish.key.as_ref().map(|key| kept(state, key, &answer)).transpose()?;
    let (actor, request_id) = (wish.caller.actor(), wish.request_id.clone());
    let row = application.clone();
    let work = move |c: &mut diesel::PgConnection| {
        store::insert(c, &row, &[("submitted", "applicant"), ("referred", "service")])?;
        if let Some(kept) = kept {
            idempotency::keep(c, kept.key, kept.id, kept.status, kept.sealed, row.created_at)?;
        }
        audit::record(
            c,
            &Event::new(row.created_at, actor, "application.referred", Some(row.id), &request_id),
        )
    };
    match state.db.write(move |c| c.transaction(work)).await {
        Err(error) if error.code() == Code::AlreadyAppliedToday => {
            Err(state.db.read(move |c| store::already_applied(c, &application)).await?)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(Outcome::new(answer)),
    }
}

fn location_of(application: &Application) -> String {
    format!("/v1/applications/{}", application.id)
}

/// The wire form.
pub(super) fn response(row: &Application, certificate: Option<CertificateResponse>) -> ApplicationResponse {
    ApplicationResponse {
        id: row.id,
        status: Status::of(&row.status),
        service: row.service.clone(),
        reason: row.reason.clone(),
        applied_on: row.applied_on,
        created_at: row.created_at,
        certificate,
        events: None,
    }
}
