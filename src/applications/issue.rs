//! Issues a certificate as one statement: application, its events, certificate, audit row, stored answer and mail are
//! written together or not at all, in one round trip.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Binary, Bool, Date, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::life::ApplicationStatus;
use super::store::{self, Application};
use crate::accounts::owner;
use crate::audit::Actor;
use crate::certificates::issue::Draft;
use crate::db::statement::Statement;
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::http::idempotency::Key;
use crate::jobs::EncryptedPayload;
use crate::signature;

/// The step that the statement takes.
const _: () = assert!(ApplicationStatus::Submitted.leads_to(ApplicationStatus::Issued));

/// The statement, for benchmarks.
pub const ISSUE_STATEMENT: (&str, &str) = (COLUMNS, include_str!("issue.sql"));

const COLUMNS: &str = "application_id, account_id, owner_index, person_index, service, reason, reason_detail, language, mandate_id, \
    applied_on, now, register_asked_at, register_digest, submitted_event, issued_event, actor_role, request_id, \
    certificate_id, registration_number, control_code_index, control_code, finding, issued_on, valid_until, \
    payload, cades, jades, signer_fingerprint, facts_mac, status_mac, \
    key_scope, key_digest, request_digest, response_id, response, response_status, mail_id, mail";

/// The answer to store for repeated requests.
pub(super) struct KeptAnswer {
    pub(super) key: Key,
    pub(super) id: Uuid,
    pub(super) encrypted: Vec<u8>,
    pub(super) status: i16,
}

/// What the statement writes.
pub(super) struct Issue {
    pub(super) application: Application,
    pub(super) draft: Draft,
    pub(super) actor: Actor,
    pub(super) request_id: RequestId,
    pub(super) kept: Option<KeptAnswer>,
    /// The mail to the applicant, for the outbox.
    pub(super) mail: Option<EncryptedPayload>,
}

/// Runs the statement; returns false if the registration number is taken and another must be drawn.
pub(super) fn store(connection: &mut PgConnection, issue: &Issue) -> Result<bool> {
    let Issue { application: a, draft: d, actor, request_id, kept, mail } = issue;
    let (kept, mail) = (kept.as_ref(), mail.as_ref());
    let values = (
        (
            a.id.into_sql::<SqlUuid>(),
            a.account_id.into_sql::<SqlUuid>(),
            (&a.owner_index).into_sql::<Binary>(),
            (&a.person_index).into_sql::<Binary>(),
            (&a.service).into_sql::<Text>(),
            (&a.reason).into_sql::<Text>(),
            a.reason_detail.as_ref().into_sql::<Nullable<Binary>>(),
            a.language.into_sql::<Text>(),
            a.mandate_id.into_sql::<Nullable<SqlUuid>>(),
            a.applied_on.into_sql::<Date>(),
            a.created_at.into_sql::<Timestamptz>(),
            a.register_asked_at.into_sql::<Nullable<Timestamptz>>(),
            a.register_digest.as_ref().into_sql::<Nullable<Binary>>(),
        ),
        (
            Uuid::now_v7().into_sql::<SqlUuid>(),
            Uuid::now_v7().into_sql::<SqlUuid>(),
            actor.role.into_sql::<Text>(),
            request_id.as_str().into_sql::<Text>(),
        ),
        (
            d.id.into_sql::<SqlUuid>(),
            d.registration_number.as_str().into_sql::<Text>(),
            (&d.control_code_index).into_sql::<Binary>(),
            (&d.encrypted_control_code).into_sql::<Binary>(),
            d.finding.as_str().into_sql::<Text>(),
            d.issued_on.into_sql::<Date>(),
            d.valid_until.into_sql::<Date>(),
            (&d.encrypted_payload).into_sql::<Binary>(),
            (&d.cades).into_sql::<Binary>(),
            d.jades.as_str().into_sql::<Text>(),
            (&d.signer_fingerprint).into_sql::<Binary>(),
            (&d.facts_mac).into_sql::<Binary>(),
            (&d.status_mac).into_sql::<Binary>(),
        ),
        (
            kept.map(|kept| &kept.key.scope).into_sql::<Nullable<Binary>>(),
            kept.map(|kept| &kept.key.key_digest).into_sql::<Nullable<Binary>>(),
            kept.map(|kept| &kept.key.request_digest).into_sql::<Nullable<Binary>>(),
            kept.map(|kept| kept.id).into_sql::<Nullable<SqlUuid>>(),
            kept.map(|kept| &kept.encrypted).into_sql::<Nullable<Binary>>(),
            kept.map(|kept| kept.status).into_sql::<Nullable<SmallInt>>(),
        ),
        (
            mail.map(|mail| mail.job).into_sql::<Nullable<SqlUuid>>(),
            mail.map(|mail| &mail.bytes).into_sql::<Nullable<Binary>>(),
        ),
    );
    let statement = Statement::<_, (Bool, Bool, Bool)>::new(ISSUE_STATEMENT.0, values, ISSUE_STATEMENT.1);
    match statement.get_result::<(bool, bool, bool)>(connection) {
        Ok((true, ..)) => Ok(true),
        // The account no longer belongs to the applicant, or the mandate has ended.
        Ok((false, false, _)) => {
            owner::hold(connection, a.account_id, &a.owner_index)?;
            Err(Error::from(Code::MandateNotInForce).with("mandate_status", "ended"))
        }
        Ok((false, true, true)) => Ok(false),
        Ok((false, true, false)) => Err(store::already_applied(connection, a)?),
        Err(error) => conflict(error),
    }
}

/// Maps a violated constraint to its meaning. Each is rare: the statement itself checks them, so only a concurrent
/// change can violate one.
fn conflict(error: DieselError) -> Result<bool> {
    let constraint = match &error {
        DieselError::DatabaseError(
            DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation,
            info,
        ) => info.constraint_name(),
        _ => None,
    };
    match constraint {
        Some("certificates_registration_number_key") => Ok(false),
        Some("idempotency_keys_pkey") => Err(Code::RequestInProgress.into()),
        // The key was retired a moment ago, and this node did not know.
        Some("certificates_signer_active") => Err(signature::unavailable()),
        _ => Err(error.into()),
    }
}
