//! Issues a certificate for a stored application, as one statement. It does nothing if the application's status has
//! changed (of two workers, or of two clicks, only one issues), if the owner has no account any more, if the mandate
//! has ended, or if the certificate to be corrected is no longer in force.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::certificate::CertificateInput;
use super::event::{StepActor, StepReason};
use super::life::ApplicationStatus;
use crate::audit::{Actor, ActorRole};
use crate::certificates::issue::Draft;
use crate::certificates::store as certificates;
use crate::db::input::input;
use crate::db::statement::Statement;
use crate::error::{Context as _, Result};
use crate::http::RequestId;
use crate::person::Keyring;
use crate::registry::CriminalRecord;
use crate::signature;

/// The text of the statement.
pub(super) const TEXT: &str = concat!(
    include_str!("finish.sql"),
    include_str!("certificate.sql"),
    "SELECT count(*), (SELECT id FROM superseded), EXISTS (SELECT FROM taken) FROM issued",
);

input! {
    /// The values of the statement.
    pub(super) struct FinishInput<'a> {
        application_id: Uuid as SqlUuid,
        standing: ApplicationStatus as Text,
        now: DateTime<Utc> as Timestamptz,
        register_asked_at: DateTime<Utc> as Timestamptz,
        register_digest: &'a [u8] as Binary,
        issued_event: Uuid as SqlUuid,
        actor: StepActor as Text,
        why: Option<StepReason> as Nullable<Text>,
        actor_id: Option<Uuid> as Nullable<SqlUuid>,
        actor_role: ActorRole as Text,
        request_id: &'a str as Text,
        certificate: CertificateInput<'a>,
    }
}

impl<'a> FinishInput<'a> {
    fn of(finish: &'a Finish) -> Self {
        Self {
            application_id: finish.application,
            standing: finish.standing,
            now: finish.draft.issued_at,
            register_asked_at: finish.register_asked_at,
            register_digest: &finish.register_digest,
            issued_event: Uuid::now_v7(),
            actor: finish.by,
            why: finish.why,
            actor_id: finish.actor.account_id,
            actor_role: finish.actor.role,
            request_id: finish.request_id.as_str(),
            certificate: CertificateInput::of(&finish.draft),
        }
    }
}

/// What the statement writes.
pub(super) struct Finish {
    pub(super) application: Uuid,
    /// The status that the application must have.
    pub(super) standing: ApplicationStatus,
    pub(super) draft: Draft,
    /// Who issues it.
    pub(super) by: StepActor,
    pub(super) why: Option<StepReason>,
    pub(super) actor: Actor,
    pub(super) request_id: RequestId,
    pub(super) register_asked_at: DateTime<Utc>,
    pub(super) register_digest: [u8; 32],
}

/// The result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finished {
    /// Issued.
    Issued,
    /// The status has changed, or a condition no longer holds.
    Elsewhere,
    /// The registration number is taken: draw another.
    NumberTaken,
}

impl Finish {
    /// Builds the issue by the service itself, with the register's answer.
    pub(super) fn by_service(
        application: Uuid,
        standing: ApplicationStatus,
        draft: Draft,
        record: &CriminalRecord,
    ) -> Self {
        Self {
            application,
            standing,
            draft,
            by: StepActor::Service,
            why: None,
            actor: Actor::SERVICE,
            request_id: RequestId::new(),
            register_asked_at: record.asked_at,
            register_digest: record.digest,
        }
    }
}

/// Runs the statement, inside the caller's transaction.
pub(super) fn store(connection: &mut PgConnection, keyring: &Keyring, finish: &Finish) -> Result<Finished> {
    finish.standing.check_step(ApplicationStatus::Issued)?;
    let draft = &finish.draft;
    let statement = Statement::<_, (BigInt, Nullable<SqlUuid>, Bool)>::new(FinishInput::of(finish), TEXT);
    match statement.get_result::<(i64, Option<Uuid>, bool)>(connection) {
        Ok((1, Some(superseded), _)) => {
            certificates::bind_superseded(connection, keyring, superseded, draft.id, draft.issued_at)?;
            Ok(Finished::Issued)
        }
        Ok((1, None, _)) => Ok(Finished::Issued),
        Ok((_, _, true)) => Ok(Finished::NumberTaken),
        Ok(_) => Ok(Finished::Elsewhere),
        // The key was retired a moment ago, and this node did not know.
        Err(DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, info))
            if info.constraint_name() == Some("certificates_signer_active") =>
        {
            Err(signature::unavailable())
        }
        Err(error) => Err(error).context("issuing a certificate that waited"),
    }
}
