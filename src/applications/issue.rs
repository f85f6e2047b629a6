//! Issues a certificate as one statement: application, its events, certificate, audit row, stored answer and mail are
//! written together or not at all, in one round trip.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Binary, Bool, Date, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::certificate::CertificateInput;
use super::life::ApplicationStatus;
use super::store::{self, Application};
use crate::accounts::owner;
use crate::accounts::session_store;
use crate::audit::{Actor, ActorRole};
use crate::certificates::issue::Draft;
use crate::db::input::{Input as _, input};
use crate::db::statement::Statement;
use crate::error::{Code, Context as _, Error, Result};
use crate::http::idempotency::Key;
use crate::http::{Locale, RequestId};
use crate::jobs::EncryptedPayload;
use crate::signature;

/// The step that the statement takes.
const _: () = assert!(ApplicationStatus::Submitted.leads_to(ApplicationStatus::Issued));

/// The text of the statement.
pub(super) const TEXT: &str = concat!(
    include_str!("issue.sql"),
    include_str!("certificate.sql"),
    "SELECT EXISTS (SELECT FROM issued) AS issued,
    EXISTS (SELECT FROM proved) AND (mandate_id IS NULL OR EXISTS (SELECT FROM mandate)) AS entitled,
    EXISTS (SELECT FROM taken) AS taken
FROM input",
);

/// Returns the statement, for benchmarks: its columns, comma separated, and its text.
#[must_use]
pub fn issue_statement() -> (String, &'static str) {
    (IssueInput::columns(), TEXT)
}

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
    /// The session that applies.
    pub(super) session: Uuid,
    pub(super) actor: Actor,
    pub(super) request_id: RequestId,
    pub(super) kept: Option<KeptAnswer>,
    /// The mail to the applicant, for the outbox.
    pub(super) mail: Option<EncryptedPayload>,
}

input! {
    /// The values of the statement.
    pub(super) struct IssueInput<'a> {
        application_id: Uuid as SqlUuid,
        account_id: Uuid as SqlUuid,
        session_id: Uuid as SqlUuid,
        owner_index: &'a [u8] as Binary,
        person_index: &'a [u8] as Binary,
        service: &'a str as Text,
        reason: &'a str as Text,
        reason_detail: Option<&'a [u8]> as Nullable<Binary>,
        language: Locale as Text,
        mandate_id: Option<Uuid> as Nullable<SqlUuid>,
        applied_on: NaiveDate as Date,
        now: DateTime<Utc> as Timestamptz,
        register_asked_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        register_digest: Option<&'a [u8]> as Nullable<Binary>,
        submitted_event: Uuid as SqlUuid,
        issued_event: Uuid as SqlUuid,
        actor_role: ActorRole as Text,
        request_id: &'a str as Text,
        certificate: CertificateInput<'a>,
        kept: KeptInput<'a>,
        mail: MailInput<'a>,
    }
}

input! {
    /// The answer to keep.
    pub(super) struct KeptInput<'a> {
        key_scope: Option<&'a [u8]> as Nullable<Binary>,
        key_digest: Option<&'a [u8]> as Nullable<Binary>,
        request_digest: Option<&'a [u8]> as Nullable<Binary>,
        response_id: Option<Uuid> as Nullable<SqlUuid>,
        response: Option<&'a [u8]> as Nullable<Binary>,
        response_status: Option<i16> as Nullable<SmallInt>,
    }
}

input! {
    /// The mail to send.
    pub(super) struct MailInput<'a> {
        mail_id: Option<Uuid> as Nullable<SqlUuid>,
        mail: Option<&'a [u8]> as Nullable<Binary>,
    }
}

impl<'a> IssueInput<'a> {
    fn of(issue: &'a Issue) -> Self {
        let application = &issue.application;
        Self {
            application_id: application.id,
            account_id: application.account_id,
            session_id: issue.session,
            owner_index: &application.owner_index,
            person_index: &application.person_index,
            service: &application.service,
            reason: &application.reason,
            reason_detail: application.reason_detail.as_deref(),
            language: application.language,
            mandate_id: application.mandate_id,
            applied_on: application.applied_on,
            now: application.created_at,
            register_asked_at: application.register_asked_at,
            register_digest: application.register_digest.as_deref(),
            submitted_event: Uuid::now_v7(),
            issued_event: Uuid::now_v7(),
            actor_role: issue.actor.role,
            request_id: issue.request_id.as_str(),
            certificate: CertificateInput::of(&issue.draft),
            kept: KeptInput::of(issue.kept.as_ref()),
            mail: MailInput::of(issue.mail.as_ref()),
        }
    }
}

impl<'a> KeptInput<'a> {
    fn of(kept: Option<&'a KeptAnswer>) -> Self {
        Self {
            key_scope: kept.map(|kept| kept.key.scope.as_slice()),
            key_digest: kept.map(|kept| kept.key.key_digest.as_slice()),
            request_digest: kept.map(|kept| kept.key.request_digest.as_slice()),
            response_id: kept.map(|kept| kept.id),
            response: kept.map(|kept| kept.encrypted.as_slice()),
            response_status: kept.map(|kept| kept.status),
        }
    }
}

impl<'a> MailInput<'a> {
    fn of(mail: Option<&'a EncryptedPayload>) -> Self {
        Self { mail_id: mail.map(|mail| mail.job), mail: mail.map(|mail| mail.bytes.as_slice()) }
    }
}

/// Runs the statement; returns false if the registration number is taken and another must be drawn.
pub(super) fn store(connection: &mut PgConnection, issue: &Issue) -> Result<bool> {
    let application = &issue.application;
    let statement = Statement::<_, (Bool, Bool, Bool)>::new(IssueInput::of(issue), TEXT);
    match statement.get_result::<(bool, bool, bool)>(connection) {
        Ok((true, ..)) => Ok(true),
        // The session has ended, the account no longer belongs to the applicant, or the mandate has ended.
        Ok((false, false, _)) => {
            if !session_store::is_open(connection, issue.session)? {
                return Err(Code::Unauthenticated.into());
            }
            owner::hold(connection, application.account_id, &application.owner_index)?;
            Err(Error::from(Code::MandateNotInForce).with("mandate_status", "ended"))
        }
        Ok((false, true, true)) => Ok(false),
        Ok((false, true, false)) => Err(store::already_applied(connection, application)?),
        Err(error) => conflict(error).context("issuing a certificate"),
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
