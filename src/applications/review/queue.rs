//! The queue of applications that need an officer.

use actix_web::{HttpResponse, get};
use uuid::Uuid;

use super::store;
use super::types::{ReviewItem, ReviewKind, ReviewPage};
use crate::accounts::Officer;
use crate::applications::life::ApplicationStatus;
use crate::applications::store::Application;
use crate::applications::types::ApplicationsQuery;
use crate::audit::{self, Event};
use crate::error::Result;
use crate::http::selection;
use crate::http::{Query, RequestId};
use crate::state::State;

/// List the applications to review
///
/// For officers. Applicants are shown only to the officer who claims an application. `status` is `referred`, `in_review` or
/// `awaiting_ecris`; others do not wait for an officer. `from` and `to` are days on which they were submitted.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(ApplicationsQuery),
    responses((status = 200, description = "The applications, newest first", body = ReviewPage)),
    extensions(("x-rules" = json!([selection::RULES]))),
)]
#[get("/v1/review/applications")]
pub(crate) async fn list_reviews(
    state: State,
    officer: Officer,
    query: Query<ApplicationsQuery>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (selection, me, actor, now) =
        (query.0.selection()?, officer.caller.account_id(), officer.caller.actor(), state.clock.now());
    let work = move |c: &mut diesel::PgConnection| {
        audit::record(c, &Event::new(now, actor, "reviews.listed", None, &request))?;
        store::list(c, &selection)
    };
    let (rows, next_cursor) =
        selection.page.cut(officer.caller.transaction(&state, work).await?, |row| row.id);
    let items = rows.iter().map(|row| item(row, me)).collect();
    Ok(HttpResponse::Ok().json(ReviewPage { items, next_cursor }))
}

/// Builds the queue entry of an application.
pub(super) fn item(row: &Application, me: Uuid) -> ReviewItem {
    ReviewItem {
        id: row.id,
        kind: kind(row),
        status: row.status,
        service: row.service.clone(),
        reason: row.reason.clone(),
        created_at: row.created_at,
        expected_on: row.status.expected_on(row.changed_at),
        claimed_by_me: row.reviewer_id == Some(me),
    }
}

fn kind(row: &Application) -> ReviewKind {
    match row.status {
        _ if row.corrects.is_some() => ReviewKind::Correction,
        ApplicationStatus::AwaitingEcris => ReviewKind::Ecris,
        _ if row.matter.is_some() => ReviewKind::Representation,
        _ => ReviewKind::Entries,
    }
}
