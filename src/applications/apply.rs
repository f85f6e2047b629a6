//! From a request to a certificate: query both registers, decide, sign, store. If a register does not answer, the
//! application is stored, and the waiting room takes over.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::about::About;
use super::ask::{self, Verdict};
use super::behalf;
use super::draft::{self, Holder};
use super::event::StepReason;
use super::issue::{Issue, IssueWriter, KeptAnswer};
use super::life::{self, ApplicationStatus};
use super::mails::{self, News};
use super::matter::Matter;
use super::store::{self, Application};
use super::types::{ApplicationResponse, CreateApplicationRequest};
use crate::accounts::{Caller, front_end};
use crate::audit::{self, Event};
use crate::certificates::{CertificateResponse, Subject};
use crate::clients::Scope;
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Answer, Key, Outcome, Work};
use crate::http::{Locale, RequestId};
use crate::jobs::EncryptedPayload;
use crate::mandates;
use crate::person::{Column, ProvedPerson};
use crate::registry::{CriminalRecord, NoAnswer, Registers};
use crate::signature::Seals;
use crate::state::AppState;
use crate::time::civil_date;
use crate::trace;

/// The pause before a register that did not answer is queried again.
const SOON: TimeDelta = TimeDelta::seconds(2);

/// The services that an application needs.
pub(super) struct Desk<'a> {
    pub(super) state: &'a AppState,
    pub(super) registers: &'a Registers,
    pub(super) seals: &'a Seals,
    pub(super) issue_writer: &'a IssueWriter,
}

/// Who applies for what.
pub(super) struct Wish {
    pub(super) caller: Caller,
    pub(super) request: CreateApplicationRequest,
    pub(super) locale: Locale,
    pub(super) key: Option<Key>,
    pub(super) request_id: RequestId,
}

/// Submits an application and, if the law allows, answers with the certificate.
pub(super) async fn apply(desk: &Desk<'_>, wish: Wish) -> Result<Outcome> {
    if let Some((pointer, rule)) = wish.request.broken_rule(desk.state.roll_out, today(desk.state)) {
        return Err(Error::invalid(pointer, rule));
    }
    let Some(key) = wish.key.clone() else { return decide(desk, &wish).await };
    if let Some(outcome) = idempotency::replay(desk.state, &key).await? {
        return Ok(outcome);
    }
    match decide(desk, &wish).await {
        // The first application may be this very request, sent twice at once.
        Err(error) if matches!(error.code(), Code::AlreadyAppliedToday | Code::RequestInProgress) => {
            idempotency::replay(desk.state, &key).await?.ok_or(error)
        }
        outcome => outcome,
    }
}

/// Queries both registers, then issues, refers, refuses or waits.
async fn decide(desk: &Desk<'_>, wish: &Wish) -> Result<Outcome> {
    let person = wish.caller.person(&desk.state.keyring)?;
    if let Some(other) = &wish.request.on_behalf_of {
        behalf::check_age(&other.cnp, other.capacity, today(desk.state))?;
    }
    if let Some((about, matter)) = special(wish, &person) {
        return review(desk.state, wish, &about, &matter).await;
    }
    let about = about(desk.state, wish, &person).await?;
    let answers = match ask::ask(desk.registers, &about).await {
        Ok(answers) => answers,
        Err(NoAnswer::Fault(error)) => return Err(error),
        Err(_) => return wait(desk.state, wish, &about).await,
    };
    let now = desk.state.clock.now();
    match answers.verdict(&about, &person, civil_date::today(now)) {
        Verdict::Issue(subject, record) => issue(desk, wish, (&about, &subject, &record), now).await,
        Verdict::Refer(record) => {
            let application =
                application(desk.state, wish, &about, ApplicationStatus::Referred, Some(&record), now)?;
            accept(desk.state, wish, application).await
        }
        Verdict::Refuse(code) => {
            refuse(desk.state, wish, None, now).await?;
            Err(code.into())
        }
        Verdict::EndMandate(mandate) => {
            refuse(desk.state, wish, Some(mandate), now).await?;
            Err(Error::from(Code::MandateNotInForce).with("mandate_status", "ended"))
        }
    }
}

/// Returns the subject: the applicant, or the legal person of the mandate.
async fn about(state: &AppState, wish: &Wish, person: &ProvedPerson) -> Result<About> {
    let Some(mandate) = wish.request.mandate_id else { return Ok(About::Person(person.cnp.clone())) };
    let (keyring, account) = (state.keyring.clone(), wish.caller.account.clone());
    let mandate = (mandate, today(state));
    state.db.read(move |c| About::company(c, &keyring, &account, mandate)).await
}

/// Returns the subject and the matter of an application that always needs an officer: for another person, or by another
/// EU national.
fn special(wish: &Wish, person: &ProvedPerson) -> Option<(About, Matter)> {
    if let Some(other) = &wish.request.on_behalf_of {
        let matter = Matter::Representation { cnp: other.cnp.clone(), capacity: other.capacity };
        return Some((About::Person(other.cnp.clone()), matter));
    }
    let nationality = wish.request.nationality.filter(|_| person.cnp.is_foreign())?;
    let matter = Matter::Ecris { nationality: nationality.as_str().to_owned() };
    Some((About::Person(person.cnp.clone()), matter))
}

/// Stores an application for an officer.
async fn review(state: &AppState, wish: &Wish, about: &About, matter: &Matter) -> Result<Outcome> {
    let status = match matter {
        Matter::Ecris { .. } => ApplicationStatus::AwaitingEcris,
        _ => ApplicationStatus::Referred,
    };
    let mut application = application(state, wish, about, status, None, state.clock.now())?;
    application.matter = Some(matter.encrypt(&state.keyring, application.id)?);
    accept(state, wish, application).await
}

/// Stores an application whose register is away or answers unusably: nothing is lost, and nothing must be typed again.
async fn wait(state: &AppState, wish: &Wish, about: &About) -> Result<Outcome> {
    let application =
        application(state, wish, about, ApplicationStatus::AwaitingRegister, None, state.clock.now())?;
    accept(state, wish, application).await
}

/// Refuses after the registers were read: records this in the audit log, and ends a mandate that the register denies.
async fn refuse(state: &AppState, wish: &Wish, mandate: Option<Uuid>, now: DateTime<Utc>) -> Result<()> {
    let (actor, account, id) = (wish.caller.actor(), wish.caller.account_id(), wish.request_id.clone());
    let (keyring, front_end) = (state.keyring.clone(), state.addresses.front_end.clone());
    let work = move |c: &mut PgConnection| {
        if let Some(mandate) = mandate {
            mandates::end_by_register(c, (&keyring, &front_end), mandate, (&id, now))?;
        }
        audit::record(c, &Event::new(now, actor, "application.refused", Some(account), &id))
    };
    wish.caller.transaction(state, work).await
}

fn today(state: &AppState) -> NaiveDate {
    civil_date::today(state.clock.now())
}

fn application(
    state: &AppState,
    wish: &Wish,
    about: &About,
    status: ApplicationStatus,
    record: Option<&CriminalRecord>,
    now: DateTime<Utc>,
) -> Result<Application> {
    let (id, request) = (Uuid::now_v7(), &wish.request);
    let cell = Column::APPLICATIONS_REASON_DETAIL.at(id);
    let detail =
        request.reason_detail.as_ref().map(|text| state.keyring.encrypt(cell, text.as_str().as_bytes()));
    Ok(Application {
        id,
        account_id: wish.caller.account_id(),
        person_index: about.index(&state.keyring),
        service: request.service.id().to_owned(),
        reason: request.reason.code.to_owned(),
        reason_detail: detail.transpose().map_err(Error::internal)?,
        language: request.language.unwrap_or(wish.locale),
        status,
        applied_on: civil_date::today(now),
        created_at: now,
        register_asked_at: record.map(|record| record.asked_at),
        register_digest: record.map(|record| record.digest.to_vec()),
        changed_at: now,
        next_try_at: (status == ApplicationStatus::AwaitingRegister).then(|| now + SOON),
        reviewer_id: None,
        corrects: None,
        matter: None,
        mandate_id: about.mandate(),
        owner_index: wish.caller.person_index()?.to_vec(),
    })
}

async fn issue(
    desk: &Desk<'_>,
    wish: &Wish,
    (about, subject, record): (&About, &Subject, &CriminalRecord),
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let application = application(desk.state, wish, about, ApplicationStatus::Issued, Some(record), now)?;
    let about_it = (&wish.caller.account, &application);
    let front_end = front_end::read(desk.state, &wish.caller.account).await?;
    let mail = mails::written(&desk.state.keyring, &front_end, about_it, News::Ready)?;
    let mut refusal = Error::internal("no registration number is free");
    // Two of 2⁴⁰ numbers a year may collide once in a while; twice in a row is a fault.
    for _ in 0..3 {
        let holder = Holder { subject, record, corrects: None };
        let draft = draft::draft(desk.state, desk.seals, &application, &holder, now).await?;
        let certificate = CertificateResponse::of_draft(&draft, &application.service, &application.reason);
        // A client that may only apply learns from the status that there is one, and no more.
        let shown = wish.caller.may(Scope::CertificatesRead).then_some(certificate);
        let answer = Answer::created(location_of(&application), &response(&application, shown));
        let issue = Issue {
            kept: wish.key.as_ref().map(|key| kept(desk.state, key, &answer)).transpose()?,
            application: application.clone(),
            draft,
            session: wish.caller.session.id,
            actor: wish.caller.actor(),
            client: trace::client(),
            request_id: wish.request_id.clone(),
            mail: mail.as_ref().map(|mail| EncryptedPayload::of(&desk.state.keyring, mail)).transpose()?,
        };
        match desk.issue_writer.write(issue).await {
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

fn kept(state: &AppState, key: &Key, answer: &Answer) -> Result<KeptAnswer> {
    let id = Uuid::now_v7();
    let encrypted = answer.encrypt(&state.keyring, id)?;
    Ok(KeptAnswer { key: key.clone(), id, encrypted, status: idempotency::status_of(answer) })
}

/// Stores an application for further work, and mails its owner. The answer gives only its status.
async fn accept(state: &AppState, wish: &Wish, application: Application) -> Result<Outcome> {
    let answer = Answer::accepted(Some(location_of(&application)), &response(&application, None));
    let (row, account, id) = (application.clone(), wish.caller.account.clone(), wish.request_id.clone());
    let why = match (&row.matter, row.next_try_at) {
        (None, None) => Some(life::referral_reason(state.roll_out, row.applied_on)),
        (Some(_), _) if row.status == ApplicationStatus::Referred => Some(StepReason::Representation),
        _ => None,
    };
    let (actor, keyring, front_end) =
        (wish.caller.actor(), state.keyring.clone(), state.addresses.front_end.clone());
    let is_on_behalf = wish.request.on_behalf_of.is_some();
    let work: Work = Box::new(move |c| {
        store::insert(c, &row, why)?;
        if is_on_behalf {
            behalf::count(c, &keyring, &row, row.created_at)?;
        }
        let action = if row.next_try_at.is_some() { "application.waits" } else { "application.referred" };
        audit::record(c, &Event::new(row.created_at, actor, action, Some(row.id), &id))?;
        let news = if row.next_try_at.is_some() { News::Waiting } else { News::Referred };
        mails::send(c, &keyring, &front_end, (&account, &row), news, row.created_at)?;
        Ok(answer.clone())
    });
    match idempotency::store(state, wish.key.clone(), wish.caller.held(work)).await {
        Err(error) if error.code() == Code::AlreadyAppliedToday => {
            Err(state.db.read(move |c| store::already_applied(c, &application)).await?)
        }
        outcome => outcome,
    }
}

pub(super) fn location_of(application: &Application) -> String {
    format!("/v1/applications/{}", application.id)
}

/// Builds the response.
pub(super) fn response(row: &Application, certificate: Option<CertificateResponse>) -> ApplicationResponse {
    ApplicationResponse {
        id: row.id,
        status: row.status,
        service: row.service.clone(),
        reason: row.reason.clone(),
        mandate_id: row.mandate_id,
        applied_on: row.applied_on,
        created_at: row.created_at,
        expected_on: row.status.expected_on(row.changed_at),
        certificate,
        events: None,
    }
}
