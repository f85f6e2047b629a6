//! Rows of offices and of the roll-out.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::types::OfficeKind;
use crate::db::schema::{office_phases, offices};
use crate::error::Result;

/// An office with a public counter.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = offices, treat_none_as_null = true)]
pub struct Office {
    /// UUIDv7; a re-import of the same code keeps the id.
    #[diesel(skip_update)]
    pub id: Uuid,
    /// The ministry's code.
    pub code: String,
    /// Its main task.
    pub kind: OfficeKind,
    /// Name, as on the door.
    pub name: String,
    /// County, by the letters of its number plates.
    pub county: String,
    /// Town or village.
    pub locality: String,
    /// Street and number.
    pub address: String,
    /// Opening hours, in words.
    pub programme: String,
    /// Phone number, E.164.
    pub phone: Option<String>,
    /// When an import last listed it.
    pub updated_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Inserts or replaces the office with this code; reopens a closed one.
pub fn upsert(connection: &mut PgConnection, office: &Office) -> Result<()> {
    diesel::insert_into(offices::table)
        .values(office)
        .on_conflict(offices::code)
        .do_update()
        .set(office)
        .execute(connection)?;
    Ok(())
}

/// Closes the offices that were last listed before `than`; returns their number.
pub fn close_older(connection: &mut PgConnection, than: DateTime<Utc>) -> Result<usize> {
    let older = offices::table.filter(offices::updated_at.lt(than)).filter(offices::closed_at.is_null());
    Ok(diesel::update(older).set(offices::closed_at.eq(than)).execute(connection)?)
}

/// Finds the open office with this code.
pub fn find_by_code(connection: &mut PgConnection, code: &str) -> Result<Option<Office>> {
    let open = offices::table.filter(offices::code.eq(code)).filter(offices::closed_at.is_null());
    Ok(open.select(Office::as_select()).first(connection).optional()?)
}

/// Lists open offices with the day from which they certify, by county, town and name.
pub(crate) fn list(
    connection: &mut PgConnection,
    county: Option<&str>,
) -> Result<Vec<(Office, Option<NaiveDate>)>> {
    let mut query = offices::table
        .left_join(office_phases::table.on(office_phases::kind.eq(offices::kind)))
        .filter(offices::closed_at.is_null())
        .order((offices::county, offices::locality, offices::name, offices::code))
        .select((Office::as_select(), office_phases::certifies_since.nullable()))
        .into_boxed();
    if let Some(county) = county {
        query = query.filter(offices::county.eq(county));
    }
    Ok(query.load(connection)?)
}

/// Returns whether an office certifies identities on that day.
pub(crate) fn certifies(connection: &mut PgConnection, office: Uuid, on: NaiveDate) -> Result<bool> {
    let certifying = offices::table
        .inner_join(office_phases::table.on(office_phases::kind.eq(offices::kind)))
        .filter(offices::id.eq(office))
        .filter(offices::closed_at.is_null())
        .filter(office_phases::certifies_since.le(on));
    Ok(diesel::select(diesel::dsl::exists(certifying)).get_result(connection)?)
}

/// Sets the day from which a kind of office certifies; `None` withdraws it.
pub fn set_phase(connection: &mut PgConnection, kind: OfficeKind, since: Option<NaiveDate>) -> Result<()> {
    let Some(since) = since else {
        diesel::delete(office_phases::table.find(kind)).execute(connection)?;
        return Ok(());
    };
    diesel::insert_into(office_phases::table)
        .values((office_phases::kind.eq(kind), office_phases::certifies_since.eq(since)))
        .on_conflict(office_phases::kind)
        .do_update()
        .set(office_phases::certifies_since.eq(since))
        .execute(connection)?;
    Ok(())
}
