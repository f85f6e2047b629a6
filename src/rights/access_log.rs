//! Who looked at a person's data or changed it: the audit rows about the account and what belongs to its owner, and the
//! checks of the owner's certificates.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::action::AccessAction;
use super::types::{Access, AccessBy, AccessLogPage, AccessedKind};
use crate::accounts::Caller;
use crate::accounts::owner::Viewer;
use crate::audit::{self, ActorRole, Event};
use crate::db::input::input;
use crate::db::statement::Statement;
use crate::error::Result;
use crate::http::page::Page;
use crate::http::selection::Selection;
use crate::http::{Locale, RequestId};
use crate::state::AppState;
use crate::verify::{CheckMethod, Outcome};

/// An audit row about the caller's data, or a check of a certificate of theirs.
#[derive(Debug, Queryable)]
struct Row {
    at: DateTime<Utc>,
    event: Option<i64>,
    checked: Option<Uuid>,
    action: String,
    role: Option<ActorRole>,
    /// Whether the caller's account acted.
    own: Option<bool>,
    office: Option<String>,
    client: Option<String>,
    kind: AccessedKind,
    subject: Uuid,
    times: Option<i32>,
    method: Option<CheckMethod>,
    outcome: Option<Outcome>,
}

type RowType = (
    Timestamptz,
    Nullable<BigInt>,
    Nullable<SqlUuid>,
    Text,
    Nullable<Text>,
    Nullable<Bool>,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    SqlUuid,
    Nullable<Integer>,
    Nullable<Text>,
    Nullable<Text>,
);

input! {
    /// Whose entries are read, and after which one.
    struct Wanted {
        session: Uuid as SqlUuid,
        last_event: Option<i64> as Nullable<BigInt>,
        last_check: Option<Uuid> as Nullable<SqlUuid>,
        from_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        before_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        most: i64 as BigInt,
    }
}

const READ: &str = include_str!("access_log.sql");

/// Reads a page of the caller's access log, and records that.
pub(super) async fn list(
    state: &AppState,
    caller: &Caller,
    selection: Selection<()>,
    locale: Locale,
    id: &RequestId,
) -> Result<AccessLogPage> {
    let (viewer, actor, account) = (caller.viewer(), caller.actor(), caller.account_id());
    let (now, id) = (state.clock.now(), id.clone());
    let work = move |c: &mut PgConnection| {
        let rows = read(c, viewer, selection)?;
        audit::record(c, &Event::new(now, actor, "access_log.read", Some(account), &id))?;
        Ok(rows)
    };
    let (rows, next_cursor) = selection.page.cut(caller.transaction(state, work).await?, Row::cursor);
    Ok(AccessLogPage { items: rows.into_iter().map(|row| row.told(locale)).collect(), next_cursor })
}

/// Reads a page of the viewer's accesses for the export, and the id after which the next page begins.
pub(super) fn accesses(
    connection: &mut PgConnection,
    viewer: Viewer,
    page: Page,
    locale: Locale,
) -> Result<(Vec<Access>, Option<Uuid>)> {
    let (rows, next) = page.cut_at(read(connection, viewer, page.into())?, Row::cursor);
    Ok((rows.into_iter().map(|row| row.told(locale)).collect(), next))
}

fn read(
    connection: &mut PgConnection,
    viewer: Viewer,
    Selection { page, days, .. }: Selection<()>,
) -> Result<Vec<Row>> {
    let last_event = page.before.and_then(event_of);
    let last_check = page.before.filter(|_| last_event.is_none());
    let wanted = Wanted {
        session: viewer.session(),
        last_event,
        last_check,
        from_at: days.from,
        before_at: days.before,
        most: page.limit + 1,
    };
    Ok(Statement::<_, RowType>::new(wanted, READ).load(connection)?)
}

/// Returns the audit row that a cursor names: those of checks have a version, those of audit rows none.
fn event_of(cursor: Uuid) -> Option<i64> {
    let (high, low) = cursor.as_u64_pair();
    (high == 0).then(|| i64::try_from(low).ok()).flatten()
}

impl Row {
    /// Names the row in a cursor.
    fn cursor(&self) -> Uuid {
        match (self.event, self.checked) {
            (Some(event), _) => Uuid::from_u64_pair(0, event.unsigned_abs()),
            (None, checked) => checked.unwrap_or_default(),
        }
    }

    fn told(self, locale: Locale) -> Access {
        let action = AccessAction::of(&self.action);
        let is_own = self.own == Some(true);
        // The client of another account is that account's own business.
        let client = self.client.filter(|_| is_own);
        let by = if client.is_some() { AccessBy::Client } else { by(self.role, is_own) };
        Access {
            at: self.at,
            by,
            office: self.office.filter(|_| by == AccessBy::Officer),
            client,
            action,
            text: action.text(locale),
            kind: self.kind,
            id: self.subject,
            times: self.times,
            method: self.method,
            outcome: self.outcome,
        }
    }
}

/// Says who acted where no client did. Only a check of a certificate has no role.
fn by(role: Option<ActorRole>, own: bool) -> AccessBy {
    match (role, own) {
        (None, _) => AccessBy::RelyingParty,
        (Some(ActorRole::Public), _) => AccessBy::Anonymous,
        (Some(ActorRole::Service), _) => AccessBy::Service,
        (Some(_), true) => AccessBy::You,
        (Some(ActorRole::Citizen), false) => AccessBy::AnotherAccount,
        (Some(ActorRole::Officer), false) => AccessBy::Officer,
        (Some(ActorRole::Operator), false) => AccessBy::Operator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_names_an_audit_row_or_a_check() {
        let check = Uuid::now_v7();
        assert_eq!(event_of(check), None);
        assert_eq!(event_of(Uuid::from_u64_pair(0, 4711)), Some(4711));
        assert_eq!(event_of(Uuid::from_u64_pair(0, u64::MAX)), None);
    }
}
