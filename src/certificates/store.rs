//! Rows of certificates. They are written by the application's issuing statement.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use crate::db::schema::{applications, certificates, mandates};
use crate::error::{Code, Error, Result};
use crate::http::page::Page;

/// A certificate without its signed parts.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = certificates)]
pub(crate) struct Certificate {
    pub(crate) id: Uuid,
    pub(crate) registration_number: String,
    pub(crate) control_code: Vec<u8>,
    pub(crate) service: String,
    pub(crate) reason: String,
    pub(crate) finding: String,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) issued_on: NaiveDate,
    pub(crate) valid_until: NaiveDate,
    pub(crate) ended_as: Option<String>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) end_reason: Option<String>,
    pub(crate) superseded_by: Option<Uuid>,
}

pub(crate) fn find(connection: &mut PgConnection, account: Uuid, id: Uuid) -> Result<Option<Certificate>> {
    let own = certificates::table.find(id).filter(shown_to(account));
    Ok(own.select(Certificate::as_select()).first(connection).optional()?)
}

/// The public number of a certificate.
///
/// # Errors
/// `certificate_ended` when it has ended before its time.
pub(crate) fn number_in_force(connection: &mut PgConnection, id: Uuid) -> Result<String> {
    let columns = (certificates::registration_number, certificates::ended_as);
    let (number, end): (String, Option<String>) =
        certificates::table.find(id).select(columns).first(connection)?;
    match end {
        None => Ok(number),
        Some(end) => Err(Error::from(Code::CertificateEnded).with("certificate_status", end)),
    }
}

/// Shown to the account that it belongs to. One of a legal person is not shown any more to whom the company register or an
/// officer took the mandate.
fn shown_to(account: Uuid) -> Box<dyn BoxableExpression<certificates::table, Pg, SqlType = Bool>> {
    let by_mandate_taken = applications::table
        .inner_join(mandates::table)
        .filter(applications::id.eq(certificates::application_id))
        .filter(mandates::ended_by.eq_any(["officer", "company_register"]).assume_not_null());
    Box::new(certificates::account_id.eq(account).and(not(exists(by_mandate_taken))))
}

/// The application that a certificate answers.
pub(crate) fn application_of(connection: &mut PgConnection, id: Uuid) -> Result<Uuid> {
    let application = certificates::table.find(id).select(certificates::application_id);
    application.first(connection).optional()?.ok_or_else(|| Code::NotFound.into())
}

/// Ends a certificate before its time; false when it has ended before.
pub(crate) fn revoke(
    connection: &mut PgConnection,
    id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let in_force = certificates::table.find(id).filter(certificates::ended_as.is_null());
    let end = (
        certificates::ended_as.eq("revoked"),
        certificates::ended_at.eq(now),
        certificates::end_reason.eq(reason),
    );
    Ok(diesel::update(in_force).set(end).execute(connection)? == 1)
}

/// The certificate that an application led to.
pub(crate) fn find_by_application(
    connection: &mut PgConnection,
    application: Uuid,
) -> Result<Option<Certificate>> {
    let of_it = certificates::table.filter(certificates::application_id.eq(application));
    Ok(of_it.select(Certificate::as_select()).first(connection).optional()?)
}

/// The certificates that some applications led to, by application.
pub(crate) fn find_by_applications(
    connection: &mut PgConnection,
    applications: &[Uuid],
) -> Result<HashMap<Uuid, Certificate>> {
    let of_them = certificates::table.filter(certificates::application_id.eq_any(applications));
    let rows: Vec<(Uuid, Certificate)> =
        of_them.select((certificates::application_id, Certificate::as_select())).load(connection)?;
    Ok(rows.into_iter().collect())
}

pub(super) fn list(connection: &mut PgConnection, account: Uuid, page: Page) -> Result<Vec<Certificate>> {
    let mut query = certificates::table
        .filter(shown_to(account))
        .order(certificates::id.desc())
        .limit(page.limit + 1)
        .select(Certificate::as_select())
        .into_boxed();
    if let Some(before) = page.before {
        query = query.filter(certificates::id.lt(before));
    }
    Ok(query.load(connection)?)
}

/// The sealed payload.
pub(super) fn payload(connection: &mut PgConnection, account: Uuid, id: Uuid) -> Result<Option<Vec<u8>>> {
    let own = certificates::table.find(id).filter(shown_to(account));
    Ok(own.select(certificates::payload).first(connection).optional()?)
}

/// Both signatures: CAdES and JAdES.
pub(super) fn signatures(
    connection: &mut PgConnection,
    account: Uuid,
    id: Uuid,
) -> Result<Option<(Vec<u8>, String)>> {
    let own = certificates::table.find(id).filter(shown_to(account));
    Ok(own.select((certificates::cades, certificates::jades)).first(connection).optional()?)
}
