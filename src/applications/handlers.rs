//! The endpoints of this room.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use uuid::Uuid;

use super::apply::{self, Desk, Wish};
use super::form::Prefill;
use super::issue::IssueWriter;
use super::types::{
    ApplicationPage, ApplicationResponse, ApplicationsQuery, COMPANY_FORM, CreateApplicationRequest,
    OF_PREFILL, PrefillQuery, RULES,
};
use super::view::{self, View};
use super::{behalf, prefill, store};
use crate::accounts::{Caller, owner};
use crate::audit::{self, Event};
use crate::certificates::{self, CertificateResponse};
use crate::error::{Code, Error, Result};
use crate::http::selection;
use crate::http::{Json, Locale, Query, RequestId, idempotency};
use crate::registry::Registers;
use crate::services::Service;
use crate::signature::Seals;
use crate::state::State;
use crate::time::civil_date;

/// Get the prefilled form
///
/// Each field with its source and date. The applicant checks it and confirms it with `declaration`.
#[utoipa::path(
    tag = "applications",
    security(("bearer" = []), ("oauth" = ["applications:write", "identity"])),
    params(PrefillQuery),
    responses(
        (status = 200, description = "The prefilled form", body = Prefill),
    ),
    extensions(
        ("x-problems" = json!([Code::IdentityUnverified, Code::CivilStatusUnknown, Code::RegisterRecordUnreadable, Code::RegisterUnavailable])),
        ("x-rules" = json!([OF_PREFILL])),
    ),
)]
#[get("/v1/applications/prefill")]
pub(crate) async fn get_prefill(
    state: State,
    registers: web::Data<Registers>,
    caller: Caller,
    query: Query<PrefillQuery>,
    id: RequestId,
) -> Result<HttpResponse> {
    let service = query.0.service;
    if service == Service::LegalPerson {
        return Err(Error::invalid("?service", &COMPANY_FORM));
    }
    let person = caller.person(&state.keyring)?;
    let verified_at = caller.account.identity_verified_at.ok_or(Code::IdentityUnverified)?;
    let civil = registers.civil_status.civil_status(&person.cnp).await?.or(Code::CivilStatusUnknown)?;
    let (now, actor, account) = (state.clock.now(), caller.actor(), caller.account_id());
    let owner_index = caller.person_index()?.to_vec();
    let read = move |c: &mut diesel::PgConnection| {
        owner::hold(c, account, &owner_index)?;
        audit::record(c, &Event::new(now, actor, "civil_status.read", Some(account), &id))
    };
    caller.transaction(&state, read).await?;
    let fields = prefill::fields(&person, verified_at, civil);
    Ok(HttpResponse::Ok().json(Prefill { service: service.id(), fields }))
}

/// Apply for a certificate
///
/// Queries the registers and, if there are no entries, returns the signed certificate. One application a day for one
/// reason (Order 150/21.085/2023). For a legal person, requires a mandate in force.
#[utoipa::path(
    tag = "applications",
    security(("bearer" = []), ("oauth" = ["applications:write"])),
    params(idempotency::KeyParameter),
    responses(
        (status = 201, description = "The certificate was issued", body = ApplicationResponse),
        (status = 202, description = "Accepted; its status says what comes next", body = ApplicationResponse),
    ),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::IdentityUnverified, Code::AlreadyAppliedToday, Code::TooManyOpenApplications, Code::CivilStatusUnknown, Code::PersonNotEligible, Code::CompanyUnknown, Code::CompanyNotEligible, Code::MandateNotInForce, Code::IdempotencyKeyReused, Code::TooManyRequests, Code::SealUnavailable])),
        ("x-rules" = json!([RULES, behalf::RULES])),
    ),
)]
#[post("/v1/applications")]
#[expect(clippy::too_many_arguments, reason = "each is a part of the request or of the application")]
pub(crate) async fn create_application(
    state: State,
    registers: web::Data<Registers>,
    seals: web::Data<Seals>,
    issue_writer: web::Data<IssueWriter>,
    caller: Caller,
    http: HttpRequest,
    locale: Locale,
    request_id: RequestId,
    json: Json<CreateApplicationRequest>,
) -> Result<HttpResponse> {
    let key = idempotency::Key::of_person(&http, "create_application", caller.key_owner(), json.digest)?;
    let desk = Desk { state: &state, registers: &registers, seals: &seals, issue_writer: &issue_writer };
    Ok(apply::apply(&desk, Wish { caller, request: json.body, locale, key, request_id })
        .await?
        .into_response())
}

/// List your applications
///
/// Newest first, without their events: fetch a single one for these. `from` and `to` are days on which they were submitted.
#[utoipa::path(
    tag = "applications",
    security(("bearer" = []), ("oauth" = ["applications:read"])),
    params(ApplicationsQuery),
    responses((status = 200, description = "The applications, newest first", body = ApplicationPage)),
    extensions(("x-rules" = json!([selection::RULES]))),
)]
#[get("/v1/applications")]
pub(crate) async fn list_applications(
    state: State,
    caller: Caller,
    query: Query<ApplicationsQuery>,
    id: RequestId,
) -> Result<HttpResponse> {
    let (selection, account, viewer) = (query.0.selection()?, caller.account_id(), caller.viewer());
    let (actor, now) = (caller.actor(), state.clock.now());
    let work = move |c: &mut diesel::PgConnection| {
        audit::record(c, &Event::new(now, actor, "applications.listed", Some(account), &id))?;
        let (rows, next_cursor) = selection.page.cut(store::list(c, viewer, &selection)?, |row| row.id);
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        Ok((rows, next_cursor, certificates::store::find_by_applications(c, viewer, &ids)?))
    };
    let (rows, next_cursor, mut issued) = caller.transaction(&state, work).await?;
    let today = civil_date::today(now);
    let item = |row: &store::Application| {
        let certificate = issued.remove(&row.id);
        let certificate = certificate.map(|row| CertificateResponse::of_row(&state.keyring, row, today));
        Ok(apply::response(row, certificate.transpose()?))
    };
    let items = rows.iter().map(item).collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(ApplicationPage { items, next_cursor }))
}

/// Show one of your applications
///
/// With its events and, once issued, its certificate. The `ETag` changes with the content.
#[utoipa::path(
    tag = "applications",
    security(("bearer" = []), ("oauth" = ["applications:read"])),
    params(("id" = Uuid, Path, description = "The application's id")),
    responses(
        (status = 200, description = "The application", body = ApplicationResponse),
        (status = 304, description = "Nothing has changed since `If-None-Match`"),
    )
)]
#[get("/v1/applications/{id}")]
pub(crate) async fn get_application(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    http: HttpRequest,
    request: RequestId,
) -> Result<HttpResponse> {
    let (viewer, actor, now, id) = (caller.viewer(), caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut diesel::PgConnection| {
        let view = View::load(c, viewer, id)?.ok_or(Code::NotFound)?;
        audit::record(c, &Event::new(now, actor, "application.read", Some(id), &request))?;
        Ok(view)
    };
    let view = caller.transaction(&state, work).await?;
    let body = serde_json::to_vec(&view::response(&state, view)?).map_err(Error::internal)?;
    Ok(view::if_changed(&http, body))
}
