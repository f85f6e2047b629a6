//! Issues certificates as one statement: application, its events, certificate, audit row, stored answer and mail are
//! written together or not at all, in one round trip. Those of the same moment share the statement.

use std::collections::HashMap;

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
use crate::db::Db;
use crate::db::group::{GroupWriter, Grouped};
use crate::db::input::{Input as _, input};
use crate::db::statement::Statement;
use crate::error::{Code, Context as _, Error, Result};
use crate::http::idempotency::{self, Key};
use crate::http::{Locale, RequestId};
use crate::jobs::EncryptedPayload;
use crate::signature;

/// The step that the statement takes.
const _: () = assert!(ApplicationStatus::Submitted.leads_to(ApplicationStatus::Issued));

/// The text of the statement.
pub(super) const TEXT: &str = concat!(
    include_str!("issue.sql"),
    include_str!("certificate.sql"),
    "SELECT application_id,
    EXISTS (SELECT FROM issued WHERE issued.id = application_id) AS issued,
    EXISTS (SELECT FROM entitled WHERE entitled.application_id = input.application_id) AS entitled,
    EXISTS (SELECT FROM taken WHERE taken.application_id = input.application_id) AS taken
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

/// What the statement writes for one applicant.
pub(super) struct Issue {
    pub(super) application: Application,
    pub(super) draft: Draft,
    /// The session that applies.
    pub(super) session: Uuid,
    pub(super) actor: Actor,
    /// The client that applies for the person, if one does.
    pub(super) client: Option<String>,
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
        client_id: Option<&'a str> as Nullable<Text>,
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
            client_id: issue.client.as_deref(),
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

/// Issues certificates, those of the same moment together.
pub struct IssueWriter(GroupWriter<Issue>);

impl IssueWriter {
    /// Prepares to issue in this database.
    #[must_use]
    pub fn new(db: &Db) -> Self {
        Self(GroupWriter::new(db))
    }

    /// Issues a certificate; returns false if the registration number is taken and another must be drawn.
    pub(super) async fn write(&self, issue: Issue) -> Result<bool> {
        self.0.write(issue).await
    }
}

impl Grouped for Issue {
    type Outcome = bool;

    /// Two of one applicant take turns: they lock the same rows.
    fn claims(&self) -> Vec<&[u8]> {
        vec![self.session.as_bytes(), &self.application.owner_index]
    }

    fn write(connection: &mut PgConnection, rows: &[&Self]) -> Result<Vec<Result<bool>>> {
        // The sessions are locked in the order of the values, on all nodes the same.
        let mut in_order = rows.to_vec();
        in_order.sort_unstable_by_key(|issue| issue.session);
        let inputs = in_order.into_iter().map(IssueInput::of).collect();
        let statement = Statement::<_, (SqlUuid, Bool, Bool, Bool)>::of_rows(inputs, TEXT);
        let written: Vec<(Uuid, bool, bool, bool)> = match statement.load(connection) {
            Ok(written) => written,
            Err(error) if rows.len() == 1 => return Ok(vec![Ok(conflict(error)?)]),
            Err(error) => return Err(error.into()),
        };
        let written: HashMap<Uuid, Written> = written
            .into_iter()
            .map(|(id, issued, entitled, taken)| (id, (issued, entitled, taken)))
            .collect();
        let outcome = |issue: &&Self| match written.get(&issue.application.id) {
            Some(written) => issue.outcome(connection, *written),
            None => Err(Error::internal("the statement left out an application")),
        };
        Ok(rows.iter().map(outcome).collect())
    }
}

/// Whether it was issued, the applicant is entitled, the registration number is taken.
type Written = (bool, bool, bool);

impl Issue {
    fn outcome(&self, connection: &mut PgConnection, written: Written) -> Result<bool> {
        let application = &self.application;
        match written {
            (true, ..) => Ok(true),
            // The session has ended, the account no longer belongs to the applicant, or the mandate has ended.
            (false, false, _) => {
                if !session_store::is_open(connection, self.session)? {
                    return Err(Code::Unauthenticated.into());
                }
                owner::hold(connection, application.account_id, &application.owner_index)?;
                Err(Error::from(Code::MandateNotInForce).with("mandate_status", "ended"))
            }
            (false, true, true) => Ok(false),
            (false, true, false) => Err(store::already_applied(connection, application)?),
        }
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
        Some("idempotency_keys_pkey") => Err(idempotency::in_progress()),
        // The key was retired a moment ago, and this node did not know.
        Some("certificates_signer_active") => Err(signature::unavailable()),
        _ => Err(error).context("issuing a certificate"),
    }
}
