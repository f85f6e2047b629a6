//! Rows of certificates. The application's issuing statements insert them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{auto_type, exists, not};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable};
use uuid::Uuid;

use super::binding::{Status, UNFIT};
use super::finding::Finding;
use super::levels::store::Raised;
use super::status::{CertificateEnd, CertificateStatus, RevocationReason};
use crate::accounts::owner::{self, Viewer};
use crate::clients::Scope;
use crate::db::schema::{applications, certificates, mandates, raised_signatures};
use crate::error::{Code, Result};
use crate::http::selection::Selection;
use crate::mandates::MandateEndedBy;
use crate::person::Keyring;

#[diesel::declare_sql_function]
extern "SQL" {
    /// Returns the first value, or the second if the first is null.
    fn coalesce(first: Nullable<Binary>, second: Binary) -> Nullable<Binary>;
}

/// A certificate without its signed parts.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = certificates)]
pub(crate) struct Certificate {
    pub(crate) id: Uuid,
    pub(crate) registration_number: String,
    pub(crate) control_code: Vec<u8>,
    pub(crate) service: String,
    pub(crate) reason: String,
    pub(crate) finding: Finding,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) issued_on: NaiveDate,
    pub(crate) valid_until: NaiveDate,
    pub(crate) ended_as: Option<CertificateEnd>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) end_reason: Option<RevocationReason>,
    pub(crate) superseded_by: Option<Uuid>,
}

pub(crate) fn find(connection: &mut PgConnection, viewer: Viewer, id: Uuid) -> Result<Option<Certificate>> {
    let own = certificates::table.find(id).filter(shown_to(viewer.session()));
    Ok(own.select(Certificate::as_select()).first(connection).optional()?)
}

/// SQL condition for the certificates of the viewer: those of the person who owns the viewer's account when the
/// statement runs. A legal person's certificate is hidden once the company register or an officer has ended the
/// mandate.
#[auto_type]
pub(super) fn shown_to(session: Uuid) -> _ {
    let person: owner::person_of = owner::person_of(session);
    let officer: MandateEndedBy = MandateEndedBy::Officer;
    let register: MandateEndedBy = MandateEndedBy::CompanyRegister;
    let by_mandate_taken = applications::table
        .inner_join(mandates::table)
        .filter(applications::id.eq(certificates::application_id))
        .filter(mandates::ended_by.eq(officer).or(mandates::ended_by.eq(register)))
        .select(applications::id);
    certificates::owner_index.nullable().eq(person).and(not(exists(by_mandate_taken)))
}

/// Returns the application that led to a certificate.
pub(crate) fn application_of(connection: &mut PgConnection, id: Uuid) -> Result<Uuid> {
    let application = certificates::table.find(id).select(certificates::application_id);
    application.first(connection).optional()?.ok_or_else(|| Code::NotFound.into())
}

/// Revokes a certificate; returns its application, or `None` if the certificate has ended already. For the one function
/// that revokes, which also notifies the holder. A row that is not bound yet can be revoked too, and stays unreadable.
pub(crate) fn revoke(
    connection: &mut PgConnection,
    keyring: &Keyring,
    id: Uuid,
    reason: RevocationReason,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let in_force = certificates::table.find(id).filter(certificates::ended_as.is_null());
    let status = Status {
        ended_as: Some(CertificateEnd::Revoked.as_str()),
        ended_at: Some(now),
        end_reason: Some(reason.as_str()),
        superseded_by: None,
    };
    let end = (
        certificates::ended_as.eq(CertificateEnd::Revoked),
        certificates::ended_at.eq(now),
        certificates::end_reason.eq(reason),
        certificates::status_mac.eq(status.mac(keyring, id)),
        certificates::facts_mac.eq(coalesce(certificates::facts_mac, &UNFIT[..])),
    );
    let revoked = diesel::update(in_force).set(end).returning(certificates::application_id);
    Ok(revoked.get_result(connection).optional()?)
}

/// Binds what `finish.sql` wrote in the same transaction: that the certificate `by` superseded another.
pub(crate) fn bind_superseded(
    connection: &mut PgConnection,
    keyring: &Keyring,
    id: Uuid,
    by: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    let status = Status {
        ended_as: Some(CertificateEnd::Superseded.as_str()),
        ended_at: Some(at),
        end_reason: None,
        superseded_by: Some(by),
    };
    let superseded = certificates::table.find(id).filter(certificates::superseded_by.eq(by));
    diesel::update(superseded)
        .set(certificates::status_mac.eq(status.mac(keyring, id)))
        .execute(connection)?;
    Ok(())
}

/// Finds the certificate of an application.
pub(crate) fn find_by_application(
    connection: &mut PgConnection,
    viewer: Viewer,
    application: Uuid,
) -> Result<Option<Certificate>> {
    let of_it = certificates::table
        .filter(certificates::application_id.eq(application))
        .filter(shown_to(viewer.session()))
        .filter(owner::may(viewer.session(), Scope::CertificatesRead));
    Ok(of_it.select(Certificate::as_select()).first(connection).optional()?)
}

/// Finds the certificates of some applications, by application; none for a client that may not read certificates.
pub(crate) fn find_by_applications(
    connection: &mut PgConnection,
    viewer: Viewer,
    applications: &[Uuid],
) -> Result<HashMap<Uuid, Certificate>> {
    let of_them = certificates::table
        .filter(certificates::application_id.eq_any(applications))
        .filter(shown_to(viewer.session()))
        .filter(owner::may(viewer.session(), Scope::CertificatesRead));
    let rows: Vec<(Uuid, Certificate)> =
        of_them.select((certificates::application_id, Certificate::as_select())).load(connection)?;
    Ok(rows.into_iter().collect())
}

/// Lists the viewer's certificates, newest first. They are all of one person, and few: the filters need no index.
pub(super) fn list(
    connection: &mut PgConnection,
    viewer: Viewer,
    selection: &Selection<CertificateStatus>,
    today: NaiveDate,
) -> Result<Vec<Certificate>> {
    let mut query = certificates::table
        .filter(shown_to(viewer.session()))
        .order(certificates::id.desc())
        .limit(selection.page.limit + 1)
        .select(Certificate::as_select())
        .into_boxed();
    if let Some(before) = selection.page.before {
        query = query.filter(certificates::id.lt(before));
    }
    let not_ended = || certificates::ended_as.is_null();
    query = match selection.status {
        None => query,
        Some(CertificateStatus::Valid) => {
            query.filter(not_ended()).filter(certificates::valid_until.ge(today))
        }
        Some(CertificateStatus::Expired) => {
            query.filter(not_ended()).filter(certificates::valid_until.lt(today))
        }
        Some(CertificateStatus::Revoked) => query.filter(certificates::ended_as.eq(CertificateEnd::Revoked)),
        Some(CertificateStatus::Superseded) => {
            query.filter(certificates::ended_as.eq(CertificateEnd::Superseded))
        }
    };
    if let Some(from) = selection.days.from {
        query = query.filter(certificates::issued_at.ge(from));
    }
    if let Some(before) = selection.days.before {
        query = query.filter(certificates::issued_at.lt(before));
    }
    Ok(query.load(connection)?)
}

/// Returns the encrypted payload.
pub(super) fn payload(connection: &mut PgConnection, viewer: Viewer, id: Uuid) -> Result<Option<Vec<u8>>> {
    let own = certificates::table.find(id).filter(shown_to(viewer.session()));
    Ok(own.select(certificates::payload).first(connection).optional()?)
}

/// Both signatures as issued, and the raised ones if there are any.
#[derive(Debug, Queryable)]
pub(super) struct Signatures {
    pub(super) cades: Vec<u8>,
    pub(super) jades: String,
    pub(super) raised: Option<Raised>,
}

/// Returns the signatures of the viewer's certificate.
pub(super) fn signatures(
    connection: &mut PgConnection,
    viewer: Viewer,
    id: Uuid,
) -> Result<Option<Signatures>> {
    let own = certificates::table
        .left_join(raised_signatures::table)
        .filter(certificates::id.eq(id))
        .filter(shown_to(viewer.session()));
    let columns = (certificates::cades, certificates::jades, Option::<Raised>::as_select());
    Ok(own.select(columns).first(connection).optional()?)
}
