//! The queue of applications that need an officer.

use actix_web::{HttpResponse, get};
use uuid::Uuid;

use super::store;
use super::types::{ReviewItem, ReviewKind, ReviewPage};
use crate::accounts::Officer;
use crate::applications::life::ApplicationStatus;
use crate::applications::store::Application;
use crate::audit::{self, Event};
use crate::error::Result;
use crate::http::page::PageQuery;
use crate::http::{Query, RequestId};
use crate::state::State;

/// List the applications to review
///
/// For officers. Applicants are shown only to the officer who claims an application.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(PageQuery),
    responses((status = 200, description = "The applications, newest first", body = ReviewPage))
)]
#[get("/v1/review/applications")]
pub(crate) async fn list_reviews(
    state: State,
    officer: Officer,
    query: Query<PageQuery>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (page, me, actor, now) =
        (query.0.page(), officer.caller.account_id(), officer.caller.actor(), state.clock.now());
    let work = move |c: &mut diesel::PgConnection| {
        audit::record(c, &Event::new(now, actor, "reviews.listed", None, &request))?;
        store::list(c, page)
    };
    let (rows, next_cursor) = page.cut(officer.caller.transaction(&state, work).await?, |row| row.id);
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
