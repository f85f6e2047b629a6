//! Rows of mandates.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use super::types::{MandateCapacity, MandateConfirmer, MandateEndedBy, MandateReason, MandateStatus};
use crate::accounts::owner::{self, Viewer};
use crate::audit::Actor;
use crate::db::schema::{accounts, mandates};
use crate::error::Result;
use crate::http::RequestId;
use crate::http::selection::Selection;

/// The statuses of requested mandates and those in force.
const OPEN: [MandateStatus; 2] = [MandateStatus::Pending, MandateStatus::Confirmed];

/// The most mandates of one company shown at once.
const OF_A_COMPANY: i64 = 100;

/// A mandate, with its encrypted columns.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = mandates)]
pub(crate) struct Mandate {
    pub(crate) id: Uuid,
    pub(crate) account_id: Uuid,
    pub(crate) person_index: Vec<u8>,
    pub(crate) company_index: Vec<u8>,
    pub(crate) company: Vec<u8>,
    pub(crate) capacity: MandateCapacity,
    pub(crate) status: MandateStatus,
    pub(crate) confirmed_by: Option<MandateConfirmer>,
    pub(crate) reviewer_id: Option<Uuid>,
    pub(crate) reason: Option<MandateReason>,
    pub(crate) ended_by: Option<MandateEndedBy>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) valid_until: Option<NaiveDate>,
}

/// An officer's decision.
pub(super) struct Decision {
    pub(super) status: MandateStatus,
    pub(super) reason: Option<MandateReason>,
    pub(super) officer: Uuid,
    pub(super) office: Uuid,
    pub(super) note: Option<Vec<u8>>,
    pub(super) valid_until: Option<NaiveDate>,
    pub(super) at: DateTime<Utc>,
}

/// Inserts a mandate; returns false if this person already has an open one for this company (`mandates_one_open_key`).
pub(super) fn insert(connection: &mut PgConnection, row: &Mandate) -> Result<bool> {
    let insert = diesel::insert_into(mandates::table).values(row).on_conflict_do_nothing();
    Ok(insert.execute(connection)? == 1)
}

/// Finds a mandate of the person who owns the viewer's account when the statement runs.
pub(crate) fn find(connection: &mut PgConnection, viewer: Viewer, id: Uuid) -> Result<Option<Mandate>> {
    let own = mandates::person_index.nullable().eq(owner::person_of(viewer.session()));
    Ok(mandates::table.find(id).filter(own).select(Mandate::as_select()).first(connection).optional()?)
}

/// Finds a mandate of this person.
pub(super) fn find_of_person(
    connection: &mut PgConnection,
    person_index: &[u8],
    id: Uuid,
) -> Result<Option<Mandate>> {
    let theirs = mandates::table.find(id).filter(mandates::person_index.eq(person_index));
    Ok(theirs.select(Mandate::as_select()).first(connection).optional()?)
}

/// Finds any mandate.
pub(crate) fn find_any(connection: &mut PgConnection, id: Uuid) -> Result<Option<Mandate>> {
    Ok(mandates::table.find(id).select(Mandate::as_select()).first(connection).optional()?)
}

/// Finds the requested or confirmed mandate between a person and a company.
pub(super) fn open_between(
    connection: &mut PgConnection,
    person_index: &[u8],
    company_index: &[u8],
) -> Result<Option<Mandate>> {
    let open = mandates::table
        .filter(mandates::person_index.eq(person_index))
        .filter(mandates::company_index.eq(company_index))
        .filter(mandates::status.eq_any(OPEN));
    Ok(open.select(Mandate::as_select()).first(connection).optional()?)
}

/// Returns whether there is an open mandate between them.
pub(super) fn is_open_between(
    connection: &mut PgConnection,
    person_index: &[u8],
    company_index: &[u8],
) -> Result<bool> {
    Ok(open_between(connection, person_index, company_index)?.is_some())
}

pub(super) fn list(
    connection: &mut PgConnection,
    viewer: Viewer,
    selection: &Selection<MandateStatus>,
) -> Result<Vec<Mandate>> {
    let mut query = mandates::table
        .filter(mandates::person_index.nullable().eq(owner::person_of(viewer.session())))
        .order(mandates::id.desc())
        .limit(selection.page.limit + 1)
        .select(Mandate::as_select())
        .into_boxed();
    if let Some(before) = selection.page.before {
        query = query.filter(mandates::id.lt(before));
    }
    if let Some(status) = selection.status {
        query = query.filter(mandates::status.eq(status));
    }
    if let Some(from) = selection.days.from {
        query = query.filter(mandates::created_at.ge(from));
    }
    if let Some(before) = selection.days.before {
        query = query.filter(mandates::created_at.lt(before));
    }
    Ok(query.load(connection)?)
}

/// Lists pending mandates, of which there are as many as wait for officers.
pub(super) fn list_pending(connection: &mut PgConnection, selection: &Selection<()>) -> Result<Vec<Mandate>> {
    let mut query = mandates::table
        .filter(mandates::status.eq(MandateStatus::Pending))
        .order(mandates::id.desc())
        .limit(selection.page.limit + 1)
        .select(Mandate::as_select())
        .into_boxed();
    if let Some(before) = selection.page.before {
        query = query.filter(mandates::id.lt(before));
    }
    if let Some(from) = selection.days.from {
        query = query.filter(mandates::created_at.ge(from));
    }
    if let Some(before) = selection.days.before {
        query = query.filter(mandates::created_at.lt(before));
    }
    Ok(query.load(connection)?)
}

/// Lists a company's mandates, newest first.
pub(super) fn list_of_company(connection: &mut PgConnection, index: &[u8]) -> Result<Vec<Mandate>> {
    let of_it = mandates::table.filter(mandates::company_index.eq(index)).order(mandates::id.desc());
    Ok(of_it.limit(OF_A_COMPANY).select(Mandate::as_select()).load(connection)?)
}

/// Assigns a pending mandate to this officer; returns false if it is no longer pending.
pub(super) fn claim(connection: &mut PgConnection, id: Uuid, officer: Uuid) -> Result<bool> {
    let pending = mandates::table.find(id).filter(mandates::status.eq(MandateStatus::Pending));
    Ok(diesel::update(pending).set(mandates::reviewer_id.eq(officer)).execute(connection)? == 1)
}

/// Decides a pending mandate that this officer has claimed; `None` if that is no longer the case.
pub(super) fn decide(
    connection: &mut PgConnection,
    id: Uuid,
    decision: &Decision,
) -> Result<Option<Mandate>> {
    let holder = accounts::table.filter(accounts::person_index.eq(mandates::person_index.nullable()));
    let claimed = mandates::table
        .find(id)
        .filter(mandates::status.eq(MandateStatus::Pending))
        .filter(mandates::reviewer_id.eq(decision.officer))
        // A mandate is confirmed only while its holder is proved to own an account.
        .filter((decision.status != MandateStatus::Confirmed).into_sql::<Bool>().or(exists(holder)));
    let confirmed_by = (decision.status == MandateStatus::Confirmed).then_some(MandateConfirmer::Officer);
    let changes = (
        mandates::status.eq(decision.status),
        mandates::confirmed_by.eq(confirmed_by),
        mandates::reason.eq(decision.reason),
        mandates::office_id.eq(decision.office),
        mandates::note.eq(&decision.note),
        mandates::valid_until.eq(decision.valid_until),
        mandates::decided_at.eq(decision.at),
    );
    let updated = diesel::update(claimed).set(changes).returning(Mandate::as_returning());
    Ok(updated.get_result(connection).optional()?)
}

/// Who ends a mandate, why and when.
pub(super) struct Ending<'a> {
    pub(super) by: MandateEndedBy,
    pub(super) reason: Option<MandateReason>,
    /// The actor, for the audit log.
    pub(super) actor: Actor,
    pub(super) request: &'a RequestId,
    pub(super) at: DateTime<Utc>,
}

/// An account that was wrongly taken for a person's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Impostor<'a> {
    pub(crate) account: Uuid,
    /// Keyed hash of the person's CNP.
    pub(crate) person_index: &'a [u8],
    /// Since when the account was taken for theirs.
    pub(crate) since: DateTime<Utc>,
}

impl Impostor<'_> {
    /// Covers the difference between nodes' clocks: an action of the account may be stamped this much too early.
    pub(crate) const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);
}

/// Ends a mandate with one of these statuses; `None` if it has another. For [`super::ending`] alone.
pub(super) fn end(
    connection: &mut PgConnection,
    id: Uuid,
    from: &[MandateStatus],
    end: &Ending<'_>,
) -> Result<Option<Mandate>> {
    let open = mandates::table.find(id).filter(mandates::status.eq_any(from));
    let changes = (
        mandates::status.eq(MandateStatus::Ended),
        mandates::ended_by.eq(end.by),
        mandates::reason.eq(end.reason),
        mandates::ended_at.eq(end.at),
    );
    let updated = diesel::update(open).set(changes).returning(Mandate::as_returning());
    Ok(updated.get_result(connection).optional()?)
}

/// Finds the expired mandate between a person and a company.
pub(super) fn find_overdue(
    connection: &mut PgConnection,
    (person_index, company_index): (&[u8], &[u8]),
    today: NaiveDate,
) -> Result<Option<Uuid>> {
    let overdue = mandates::table
        .filter(mandates::person_index.eq(person_index))
        .filter(mandates::company_index.eq(company_index))
        .filter(mandates::status.eq(MandateStatus::Confirmed))
        .filter(mandates::valid_until.lt(today));
    Ok(overdue.select(mandates::id).first(connection).optional()?)
}

/// Lists the open mandates of a person.
pub(super) fn list_open(connection: &mut PgConnection, person_index: &[u8]) -> Result<Vec<Uuid>> {
    let open =
        mandates::table.filter(mandates::person_index.eq(person_index)).filter(mandates::status.eq_any(OPEN));
    Ok(open.order(mandates::id).select(mandates::id).load(connection)?)
}

/// Lists open mandates requested in a person's name by an account that was wrongly taken for theirs.
pub(super) fn list_open_of_impostor(
    connection: &mut PgConnection,
    impostor: &Impostor<'_>,
) -> Result<Vec<Uuid>> {
    let Impostor { account, person_index, since } = *impostor;
    let by_account =
        mandates::account_id.eq(account).and(mandates::created_at.ge(since - Impostor::CLOCKS_DIFFER));
    let open = mandates::table
        .filter(mandates::person_index.eq(person_index))
        .filter(by_account.or(mandates::created_at.ge(since)))
        .filter(mandates::status.eq_any(OPEN));
    Ok(open.order(mandates::id).select(mandates::id).load(connection)?)
}

/// Records which officer ended a mandate.
pub(super) fn sign_end(
    connection: &mut PgConnection,
    id: Uuid,
    (officer, office): (Uuid, Uuid),
    note: Option<Vec<u8>>,
) -> Result<()> {
    let changes =
        (mandates::reviewer_id.eq(officer), mandates::office_id.eq(office), mandates::note.eq(note));
    diesel::update(mandates::table.find(id)).set(changes).execute(connection)?;
    Ok(())
}
