//! The applicant withdraws an application.

use actix_web::{HttpResponse, post, web};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::event::StepActor;
use super::life::ApplicationStatus;
use super::step::{self, Step};
use super::store;
use super::types::ApplicationResponse;
use super::view::{self, View};
use crate::accounts::Caller;
use crate::accounts::owner::Viewer;
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::state::State;

/// Withdraw an application
///
/// Possible until it is finished. It still counts as the day's application for this reason.
#[utoipa::path(
    tag = "applications",
    security(("bearer" = []), ("oauth" = ["applications:write"])),
    params(("id" = Uuid, Path, description = "The application's id")),
    responses(
        (status = 200, description = "The application is withdrawn, now or earlier", body = ApplicationResponse),
    ),
    extensions(("x-problems" = json!([Code::ApplicationClosed]))),
)]
#[post("/v1/applications/{id}/withdraw")]
pub(crate) async fn withdraw_application(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (viewer, actor, at, id) = (caller.viewer(), caller.actor(), state.clock.now(), path.into_inner());
    let work = move |c: &mut PgConnection| {
        if withdraw(c, viewer, id, at)? {
            audit::record(c, &Event::new(at, actor, "application.withdrawn", Some(id), &request))?;
        }
        View::load(c, viewer, id)?.ok_or_else(|| Code::NotFound.into())
    };
    Ok(HttpResponse::Ok().json(view::response(&state, caller.transaction(&state, work).await?)?))
}

/// Withdraws it; returns false if it was withdrawn already.
fn withdraw(
    connection: &mut PgConnection,
    viewer: Viewer,
    id: Uuid,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<bool> {
    // A worker may move it on between reading and stepping, but not often: each step leads towards an end.
    for _ in 0..ApplicationStatus::ALL.len() {
        let row = store::find(connection, viewer, id)?.ok_or(Code::NotFound)?;
        let from = row.status;
        if from == ApplicationStatus::Withdrawn {
            return Ok(false);
        }
        if from.is_final() {
            return Err(Error::from(Code::ApplicationClosed).with("application_status", from.as_str()));
        }
        let step =
            Step { from, to: ApplicationStatus::Withdrawn, actor: StepActor::Applicant, reason: None, at };
        if step::take(connection, id, step)? {
            return Ok(true);
        }
    }
    Err(Error::internal("an application moved faster than it could be withdrawn"))
}
