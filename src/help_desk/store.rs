//! Rows of support requests and their answers.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::topic::{SupportStatus, Topic};
use crate::db::schema::{support_answers, support_requests};
use crate::error::Result;
use crate::http::Locale;
use crate::http::selection::Selection;

/// A request, with address and message encrypted.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = support_requests)]
pub(crate) struct SupportRequest {
    pub(super) id: Uuid,
    pub(super) reference: String,
    pub(super) account_id: Option<Uuid>,
    pub(super) email: Vec<u8>,
    pub(super) locale: Locale,
    pub(super) topic: Topic,
    pub(super) message: Vec<u8>,
    pub(super) request_id: Option<String>,
    pub(super) status: SupportStatus,
    pub(super) created_at: DateTime<Utc>,
    pub(super) answered_at: Option<DateTime<Utc>>,
    pub(super) closed_at: Option<DateTime<Utc>>,
}

/// An answer, with its text encrypted.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = support_answers)]
pub(super) struct SupportAnswer {
    pub(super) id: Uuid,
    pub(super) support_request_id: Uuid,
    pub(super) officer_id: Uuid,
    pub(super) text: Vec<u8>,
    pub(super) created_at: DateTime<Utc>,
}

pub(super) fn insert(connection: &mut PgConnection, row: &SupportRequest) -> Result<()> {
    diesel::insert_into(support_requests::table).values(row).execute(connection)?;
    Ok(())
}

pub(super) fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<SupportRequest>> {
    let found = support_requests::table.find(id).select(SupportRequest::as_select());
    Ok(found.first(connection).optional()?)
}

/// Lists requests, newest first: of one account, or all, of which those of a status or of some days have an index.
pub(super) fn list(
    connection: &mut PgConnection,
    account: Option<Uuid>,
    selection: &Selection<SupportStatus>,
) -> Result<Vec<SupportRequest>> {
    let mut query = support_requests::table
        .order(support_requests::id.desc())
        .limit(selection.page.limit + 1)
        .select(SupportRequest::as_select())
        .into_boxed();
    if let Some(account) = account {
        query = query.filter(support_requests::account_id.eq(account));
    }
    if let Some(status) = selection.status {
        query = query.filter(support_requests::status.eq(status));
    }
    if let Some(before) = selection.page.before {
        query = query.filter(support_requests::id.lt(before));
    }
    if let Some(from) = selection.days.from {
        query = query.filter(support_requests::created_at.ge(from));
    }
    if let Some(before) = selection.days.before {
        query = query.filter(support_requests::created_at.lt(before));
    }
    Ok(query.load(connection)?)
}

/// Returns the answers to some requests, oldest first.
pub(super) fn answers(connection: &mut PgConnection, requests: &[Uuid]) -> Result<Vec<SupportAnswer>> {
    let to_them = support_answers::table
        .filter(support_answers::support_request_id.eq_any(requests))
        .order(support_answers::id)
        .select(SupportAnswer::as_select());
    Ok(to_them.load(connection)?)
}

/// Adds an answer; returns no row if the request is closed.
pub(super) fn answer(
    connection: &mut PgConnection,
    answer: &SupportAnswer,
) -> Result<Option<SupportRequest>> {
    let open = support_requests::table
        .find(answer.support_request_id)
        .filter(support_requests::status.ne(SupportStatus::Closed));
    let answered = diesel::update(open)
        .set((
            support_requests::status.eq(SupportStatus::Answered),
            support_requests::answered_at.eq(answer.created_at),
        ))
        .returning(SupportRequest::as_returning())
        .get_result(connection)
        .optional()?;
    if answered.is_some() {
        diesel::insert_into(support_answers::table).values(answer).execute(connection)?;
    }
    Ok(answered)
}

/// Closes a request; returns no row if it is closed already.
pub(super) fn close(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<SupportRequest>> {
    let open = support_requests::table.find(id).filter(support_requests::status.ne(SupportStatus::Closed));
    let closed = diesel::update(open)
        .set((support_requests::status.eq(SupportStatus::Closed), support_requests::closed_at.eq(now)))
        .returning(SupportRequest::as_returning());
    Ok(closed.get_result(connection).optional()?)
}
