//! Rows of applications and their events.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use crate::civil_date;
use crate::db::schema::{application_events, applications};
use crate::error::{Code, Error, Result, on_unique};
use crate::http::page::Page;

/// The unique constraint behind "one application a day for one reason".
pub(super) const ONE_A_DAY: &str = "applications_one_a_day_key";

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
    pub(super) language: String,
    pub(super) status: String,
    pub(super) applied_on: NaiveDate,
    pub(super) created_at: DateTime<Utc>,
    pub(super) register_asked_at: Option<DateTime<Utc>>,
    pub(super) register_digest: Option<Vec<u8>>,
}

/// A step of one.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_events)]
pub(super) struct Event {
    pub(super) id: Uuid,
    pub(super) application_id: Uuid,
    pub(super) status: String,
    pub(super) actor: String,
    pub(super) at: DateTime<Utc>,
}

/// Writes an application with its first steps.
pub(super) fn insert(connection: &mut PgConnection, row: &Application, steps: &[(&str, &str)]) -> Result<()> {
    let outcome = diesel::insert_into(applications::table).values(row).execute(connection);
    on_unique(outcome, ONE_A_DAY, || Code::AlreadyAppliedToday.into())?;
    let event = |(status, actor): &(&str, &str)| Event {
        id: Uuid::now_v7(),
        application_id: row.id,
        status: (*status).to_owned(),
        actor: (*actor).to_owned(),
        at: row.created_at,
    };
    let events: Vec<Event> = steps.iter().map(event).collect();
    diesel::insert_into(application_events::table).values(events).execute(connection)?;
    Ok(())
}

/// The refusal of a second application, with the id of the first.
pub(super) fn already_applied(connection: &mut PgConnection, second: &Application) -> Result<Error> {
    let first: Option<Uuid> = applications::table
        .filter(applications::person_index.eq(&second.person_index))
        .filter(applications::service.eq(&second.service))
        .filter(applications::reason.eq(&second.reason))
        .filter(applications::applied_on.eq(second.applied_on))
        .filter(applications::account_id.eq(second.account_id))
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

pub(super) fn find(connection: &mut PgConnection, account: Uuid, id: Uuid) -> Result<Option<Application>> {
    let own = applications::table.find(id).filter(applications::account_id.eq(account));
    Ok(own.select(Application::as_select()).first(connection).optional()?)
}

pub(super) fn events(connection: &mut PgConnection, application: Uuid) -> Result<Vec<Event>> {
    let of_it = application_events::table
        .filter(application_events::application_id.eq(application))
        .order(application_events::id);
    Ok(of_it.select(Event::as_select()).load(connection)?)
}

pub(super) fn list(connection: &mut PgConnection, account: Uuid, page: Page) -> Result<Vec<Application>> {
    let mut query = applications::table
        .filter(applications::account_id.eq(account))
        .order(applications::id.desc())
        .limit(page.limit + 1)
        .select(Application::as_select())
        .into_boxed();
    if let Some(before) = page.before {
        query = query.filter(applications::id.lt(before));
    }
    Ok(query.load(connection)?)
}
