//! Issues a certificate for a stored application, as one statement. It does nothing if the application's status has
//! changed (of two workers, or of two clicks, only one issues), if the owner has no account any more, if the mandate
//! has ended, or if the certificate to be corrected is no longer in force.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{BigInt, Binary, Bool, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::event::{StepActor, StepReason};
use super::life::ApplicationStatus;
use crate::audit::Actor;
use crate::certificates::issue::Draft;
use crate::certificates::store as certificates;
use crate::db::statement::Statement;
use crate::error::Result;
use crate::http::RequestId;
use crate::person::Keyring;
use crate::registry::CriminalRecord;
use crate::signature;

const COLUMNS: &str = "application_id, standing, now, register_asked_at, register_digest, issued_event, actor, why, \
    actor_id, actor_role, request_id, \
    certificate_id, registration_number, control_code_index, control_code, finding, issued_on, valid_until, \
    payload, cades, jades, signer_fingerprint, facts_mac, status_mac";

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
    let d = &finish.draft;
    let values = (
        (
            finish.application.into_sql::<SqlUuid>(),
            finish.standing.as_str().into_sql::<Text>(),
            d.issued_at.into_sql::<Timestamptz>(),
            finish.register_asked_at.into_sql::<Timestamptz>(),
            finish.register_digest.to_vec().into_sql::<Binary>(),
            Uuid::now_v7().into_sql::<SqlUuid>(),
            finish.by.into_sql::<Text>(),
            finish.why.into_sql::<Nullable<Text>>(),
        ),
        (
            finish.actor.account_id.into_sql::<Nullable<SqlUuid>>(),
            finish.actor.role.into_sql::<Text>(),
            finish.request_id.as_str().into_sql::<Text>(),
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
    );
    let statement =
        Statement::<_, (BigInt, Nullable<SqlUuid>, Bool)>::new(COLUMNS, values, include_str!("finish.sql"));
    match statement.get_result::<(i64, Option<Uuid>, bool)>(connection) {
        Ok((1, Some(superseded), _)) => {
            certificates::bind_superseded(connection, keyring, superseded, d.id, d.issued_at)?;
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
        Err(error) => Err(error.into()),
    }
}
