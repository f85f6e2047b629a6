//! The queue of pending mandates, and the mandates of one company.

use actix_web::{HttpResponse, get, post};
use diesel::pg::PgConnection;

use super::holder;
use super::types::{
    FoundMandate, MandateReviewItem, MandateReviewPage, MandateSearchRequest, MandateSearchResult,
};
use crate::accounts::Officer;
use crate::accounts::owner;
use crate::audit::{self, Event};
use crate::error::Result;
use crate::http::selection::{self, DaysQuery};
use crate::http::{Json, Query, RequestId};
use crate::mandates::company_index;
use crate::mandates::store;
use crate::state::State;

/// List the mandates to review
///
/// For officers. Holders are shown only to the officer who claims a mandate. `from` and `to` are days on which they asked.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    params(DaysQuery),
    responses((status = 200, description = "The mandates, newest first", body = MandateReviewPage)),
    extensions(("x-rules" = json!([selection::RULES]))),
)]
#[get("/v1/review/mandates")]
pub(crate) async fn list_mandate_reviews(
    state: State,
    officer: Officer,
    query: Query<DaysQuery>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (selection, me, actor, now) =
        (query.0.selection()?, officer.caller.account_id(), officer.caller.actor(), state.clock.now());
    let work = move |c: &mut PgConnection| {
        audit::record(c, &Event::new(now, actor, "mandates.listed", None, &request))?;
        store::list_pending(c, &selection)
    };
    let (rows, next_cursor) =
        selection.page.cut(officer.caller.transaction(&state, work).await?, |row| row.id);
    let items = rows.iter().map(|row| MandateReviewItem::of(row, me)).collect();
    Ok(HttpResponse::Ok().json(MandateReviewPage { items, next_cursor }))
}

/// Find the mandates of a legal person
///
/// For officers, to end one. The fiscal code is in the body, so that no URL contains it.
#[utoipa::path(
    tag = "review",
    security(("bearer" = ["officer"])),
    responses((status = 200, description = "The mandates of the legal person, newest first", body = MandateSearchResult))
)]
#[post("/v1/review/mandates/search")]
pub(crate) async fn search_mandates(
    state: State,
    officer: Officer,
    request: RequestId,
    json: Json<MandateSearchRequest>,
) -> Result<HttpResponse> {
    let (index, me) = (company_index(&state.keyring, &json.body.cui), officer.caller.account_id());
    let (actor, now, keyring) = (officer.caller.actor(), state.clock.now(), state.keyring.clone());
    let work = move |c: &mut PgConnection| {
        let rows = store::list_of_company(c, &index)?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let account = owner::account_of(c, &row.person_index)?;
            let holder = holder(&keyring, account.as_ref())?;
            audit::record(c, &Event::new(now, actor, "mandate.read", Some(row.id), &request))?;
            items.push(FoundMandate {
                mandate: MandateReviewItem::of(&row, me),
                holder: holder.map(Into::into),
                confirmed_by: row.confirmed_by,
                ended_at: row.ended_at,
            });
        }
        Ok(MandateSearchResult { items })
    };
    Ok(HttpResponse::Ok().json(officer.caller.transaction(&state, work).await?))
}
