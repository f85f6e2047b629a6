//! The endpoints of this room.

use actix_web::{HttpResponse, get, web};

use super::catalogue::Service;
use super::phases::Phase;
use super::reasons::{REASONS, REASONS_VERSION, Reason};
use super::types::{PhaseDate, ReasonList, ReasonResponse, ServiceList, ServiceResponse};
use crate::error::{Code, Result};
use crate::http::Locale;
use crate::state::State;
use crate::time::civil_date;

/// List the services
///
/// What a certificate can be asked for online, and what each service needs.
#[utoipa::path(
    tag = "applications",
    security(()),
    responses((status = 200, description = "The certificates on offer", body = ServiceList)),
    extensions(("x-without-database" = json!(true))),
)]
#[get("/v1/services")]
pub(crate) async fn list_services(state: State, locale: Locale) -> HttpResponse {
    let (roll_out, today) = (state.roll_out, civil_date::today(state.clock.now()));
    let item = |service: Service| ServiceResponse {
        id: service.id(),
        name: locale.pick(service.name().ro, service.name().en),
        phase: Phase::of(service, roll_out, today),
        phases: Phase::dates(service, roll_out)
            .into_iter()
            .map(|(phase, from)| PhaseDate { phase, from })
            .collect(),
        open: Phase::of(service, roll_out, today) != Phase::Announced,
    };
    HttpResponse::Ok().json(ServiceList { items: Service::ALL.into_iter().map(item).collect() })
}

/// List the reasons of a service
///
/// A certificate is valid only for its reason.
#[utoipa::path(
    tag = "applications",
    security(()),
    params(("service" = String, Path, description = "The service", example = "criminal-record-certificate")),
    responses((status = 200, description = "The reasons, in the caller's language", body = ReasonList)),
    extensions(("x-without-database" = json!(true))),
)]
#[get("/v1/services/{service}/reasons")]
pub(crate) async fn list_reasons(path: web::Path<String>, locale: Locale) -> Result<HttpResponse> {
    Service::find(&path).ok_or(Code::NotFound)?;
    let item = |reason: &Reason| ReasonResponse {
        code: reason.code,
        label: locale.pick(reason.label.ro, reason.label.en),
        needs_detail: reason.needs_detail,
    };
    let items = REASONS.iter().map(item).collect();
    Ok(HttpResponse::Ok().json(ReasonList { version: REASONS_VERSION, items }))
}
