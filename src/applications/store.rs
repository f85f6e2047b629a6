//! Rows of applications and their events.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::auto_type;
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use uuid::Uuid;

use super::event::{StepActor, StepReason};
use super::life::ApplicationStatus;
use crate::accounts::owner::{self, Viewer};
use crate::accounts::store::Account;
use crate::db::schema::{accounts, application_events, applications};
use crate::error::{Code, Error, Result};
use crate::http::Locale;
use crate::http::selection::Selection;
use crate::time::civil_date;

/// An application.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = applications)]
pub(super) struct Application {
    pub(super) id: Uuid,
    pub(super) account_id: Uuid,
    pub(super) person_index: Vec<u8>,
    pub(super) service: String,
    pub(super) reason: String,
    pub(super) reason_detail: Option<Vec<u8>>,
    pub(super) language: Locale,
    pub(super) status: ApplicationStatus,
    pub(super) applied_on: NaiveDate,
    pub(super) created_at: DateTime<Utc>,
    pub(super) register_asked_at: Option<DateTime<Utc>>,
    pub(super) register_digest: Option<Vec<u8>>,
    pub(super) changed_at: DateTime<Utc>,
    pub(super) next_try_at: Option<DateTime<Utc>>,
    pub(super) reviewer_id: Option<Uuid>,
    pub(super) corrects: Option<Uuid>,
    pub(super) matter: Option<Vec<u8>>,
    pub(super) mandate_id: Option<Uuid>,
    pub(super) owner_index: Vec<u8>,
}

/// An event of an application.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_events)]
pub(super) struct Event {
    pub(super) id: Uuid,
    pub(super) application_id: Uuid,
    pub(super) status: ApplicationStatus,
    pub(super) actor: StepActor,
    pub(super) at: DateTime<Utc>,
    pub(super) reason: Option<StepReason>,
}

/// Inserts an application with its first two events, the second with its reason, inside the caller's transaction.
///
/// # Errors
/// `identity_unverified` if the account no longer belongs to the owner. `already_applied_today` and
/// `correction_under_way` by the unique constraints `applications_one_a_day_key`, `applications_one_a_day_of_owner_key`
/// (for applications that need an officer first, so that nobody uses up another person's day) and
/// `applications_one_correction_key`.
pub(super) fn insert(
    connection: &mut PgConnection,
    row: &Application,
    why: Option<StepReason>,
) -> Result<()> {
    ApplicationStatus::Submitted.check_step(row.status)?;
    owner::hold(connection, row.account_id, &row.owner_index)?;
    let insert = diesel::insert_into(applications::table).values(row).on_conflict_do_nothing();
    if insert.execute(connection)? == 0 {
        return Err(match row.corrects {
            Some(_) => Code::CorrectionUnderWay.into(),
            None => Code::AlreadyAppliedToday.into(),
        });
    }
    let steps =
        [(ApplicationStatus::Submitted, StepActor::Applicant, None), (row.status, StepActor::Service, why)];
    insert_events(connection, row.id, &steps, row.created_at)
}

/// Counts the open applications of an owner on behalf of others.
pub(super) fn open_on_behalf(connection: &mut PgConnection, owner_index: &[u8]) -> Result<i64> {
    use ApplicationStatus::{AwaitingEcris, AwaitingRegister, InReview, Referred};
    let open = applications::status.eq_any([AwaitingRegister, AwaitingEcris, Referred, InReview]);
    let for_others =
        applications::person_index.ne(applications::owner_index).and(applications::mandate_id.is_null());
    let of_owner = applications::table.filter(applications::owner_index.eq(owner_index));
    Ok(of_owner.filter(open).filter(for_others).count().get_result(connection)?)
}

/// Inserts events: status, actor, reason.
pub(super) fn insert_events(
    connection: &mut PgConnection,
    application: Uuid,
    steps: &[(ApplicationStatus, StepActor, Option<StepReason>)],
    at: DateTime<Utc>,
) -> Result<()> {
    let event = |&(status, actor, reason): &(ApplicationStatus, StepActor, Option<StepReason>)| Event {
        id: Uuid::now_v7(),
        application_id: application,
        status,
        actor,
        at,
        reason,
    };
    let events: Vec<Event> = steps.iter().map(event).collect();
    diesel::insert_into(application_events::table).values(events).execute(connection)?;
    Ok(())
}

/// Returns the account of an application's owner. If the owner has none, returns the account that applied, without a
/// person: it is told the outcome, and gets nothing else.
pub(super) fn account_of(connection: &mut PgConnection, application: &Application) -> Result<Account> {
    if let Some(account) = owner::account_of(connection, &application.owner_index)? {
        return Ok(account);
    }
    let applied = accounts::table.find(application.account_id).select(Account::as_select());
    let applied: Account = applied.first(connection)?;
    Ok(Account {
        person_index: None,
        person: None,
        identity_method: None,
        identity_verified_at: None,
        ..applied
    })
}

/// Refuses a second application, with the id of the first.
pub(super) fn already_applied(connection: &mut PgConnection, second: &Application) -> Result<Error> {
    let first: Option<Uuid> = applications::table
        .filter(applications::person_index.eq(&second.person_index))
        .filter(applications::service.eq(&second.service))
        .filter(applications::reason.eq(&second.reason))
        .filter(applications::applied_on.eq(second.applied_on))
        .filter(applications::owner_index.eq(&second.owner_index))
        .filter(applications::corrects.is_null())
        .filter(applications::undone_at.is_null())
        .select(applications::id)
        .first(connection)
        .optional()?;
    let tomorrow = civil_date::start_of_next_day(second.created_at) - second.created_at;
    let error = Error::from(Code::AlreadyAppliedToday).retry_after(tomorrow.to_std().unwrap_or_default());
    Ok(match first {
        Some(id) => error.with("application_id", id.to_string()),
        None => error,
    })
}

/// SQL condition: the application belongs to the person who owns the viewer's account when the statement runs.
#[auto_type]
fn shown_to(session: Uuid) -> _ {
    let person: owner::person_of = owner::person_of(session);
    applications::owner_index.nullable().eq(person)
}

/// Finds an application of the viewer's.
pub(super) fn find(connection: &mut PgConnection, viewer: Viewer, id: Uuid) -> Result<Option<Application>> {
    let own = applications::table.find(id).filter(shown_to(viewer.session()));
    Ok(own.select(Application::as_select()).first(connection).optional()?)
}

/// Finds any application.
pub(super) fn find_any(connection: &mut PgConnection, id: Uuid) -> Result<Application> {
    Ok(applications::table.find(id).select(Application::as_select()).first(connection)?)
}

/// Lists the events of the viewer's application.
pub(super) fn events(connection: &mut PgConnection, viewer: Viewer, application: Uuid) -> Result<Vec<Event>> {
    let of_it = application_events::table
        .inner_join(applications::table)
        .filter(application_events::application_id.eq(application))
        .filter(shown_to(viewer.session()))
        .order(application_events::id);
    Ok(of_it.select(Event::as_select()).load(connection)?)
}

/// Lists the viewer's applications, newest first. They are all of one person, and few: the filters need no index.
pub(super) fn list(
    connection: &mut PgConnection,
    viewer: Viewer,
    selection: &Selection<ApplicationStatus>,
) -> Result<Vec<Application>> {
    let own = applications::table.filter(shown_to(viewer.session())).into_boxed();
    newest(connection, own, selection)
}

/// Reads the selected ones of these applications, newest first, and one more, which tells that there is a next page.
pub(super) fn newest(
    connection: &mut PgConnection,
    mut query: applications::BoxedQuery<'_, Pg>,
    selection: &Selection<ApplicationStatus>,
) -> Result<Vec<Application>> {
    if let Some(before) = selection.page.before {
        query = query.filter(applications::id.lt(before));
    }
    if let Some(status) = selection.status {
        query = query.filter(applications::status.eq(status));
    }
    if let Some(from) = selection.days.from {
        query = query.filter(applications::created_at.ge(from));
    }
    if let Some(before) = selection.days.before {
        query = query.filter(applications::created_at.lt(before));
    }
    let page = query.order(applications::id.desc()).limit(selection.page.limit + 1);
    Ok(page.select(Application::as_select()).load(connection)?)
}
