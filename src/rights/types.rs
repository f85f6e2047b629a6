//! Wire types of a person's rights.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::action::AccessAction;
use crate::accounts::SessionResponse;
use crate::accounts::export::ExportedAccount;
use crate::applications::export::ExportedApplication;
use crate::certificates::export::ExportedCertificate;
use crate::help_desk::SupportRequestResponse;
use crate::identity::export::ExportedVerification;
use crate::mandates::MandateResponse;
use crate::oauth::GrantResponse;
use crate::text::coded;
use crate::verify::{CheckMethod, Outcome};

coded! {
    /// Who did something to your data.
    pub(crate) enum AccessBy {
        /// You, logged in to this account.
        You = "you",
        /// A client that you let in; `client` says which.
        Client = "client",
        /// Another account that was taken for yours at that time.
        AnotherAccount = "another_account",
        /// An officer; `office` says of which office, as long as they are in service.
        Officer = "officer",
        /// Somebody who runs the service.
        Operator = "operator",
        /// The service by itself.
        Service = "service",
        /// Somebody who was not logged in.
        Anonymous = "anonymous",
        /// Somebody to whom a certificate was shown. We log that a check took place, not who made it.
        RelyingParty = "relying_party",
    }
}

coded! {
    /// What something was done to.
    pub(crate) enum AccessedKind {
        /// Your account.
        Account = "account",
        /// A session of yours, or a redirect.
        Session = "session",
        /// A proof of your identity.
        IdentityVerification = "identity_verification",
        /// An application of yours.
        Application = "application",
        /// A certificate of yours.
        Certificate = "certificate",
        /// A mandate of yours.
        Mandate = "mandate",
        /// A request of yours to the help desk.
        SupportRequest = "support_request",
    }
}

/// One access to your data.
#[derive(Serialize, ToSchema)]
pub(crate) struct Access {
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// Who.
    pub(crate) by: AccessBy,
    /// The office of an officer.
    #[schema(example = "Inspectoratul de Poliție Județean Cluj")]
    pub(crate) office: Option<String>,
    /// The name of a client; its id once it is no longer registered.
    #[schema(example = "Portalul orașului")]
    pub(crate) client: Option<String>,
    /// What was done.
    pub(crate) action: AccessAction,
    /// What was done and why, in the language of the request.
    #[schema(
        example = "An officer took your application, with the entries of the register, in order to decide it"
    )]
    pub(crate) text: &'static str,
    /// What it was done to.
    pub(crate) kind: AccessedKind,
    /// The id of what it was done to.
    pub(crate) id: Uuid,
    /// How often it had happened within an hour by then, for what was refused.
    pub(crate) times: Option<i32>,
    /// How a certificate was checked.
    pub(crate) method: Option<CheckMethod>,
    /// What the check of a certificate said.
    pub(crate) outcome: Option<Outcome>,
}

/// A page of accesses, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessLog)]
pub(crate) struct AccessLogPage {
    /// The accesses.
    pub(crate) items: Vec<Access>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}

/// Everything about you in one document. It is written as it is read; this says what is in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Export {
    /// When it was begun.
    exported_at: DateTime<Utc>,
    /// Your account.
    #[serde(flatten)]
    account: ExportedAccount,
    /// Your open sessions.
    sessions: Vec<SessionResponse>,
    /// Your proofs of identity.
    identity_verifications: Vec<ExportedVerification>,
    /// Your applications.
    applications: Vec<ExportedApplication>,
    /// Your certificates.
    certificates: Vec<ExportedCertificate>,
    /// Your mandates.
    mandates: Vec<MandateResponse>,
    /// Your requests to the help desk.
    support_requests: Vec<SupportRequestResponse>,
    /// What you granted clients.
    grants: Vec<GrantResponse>,
    /// Who looked at your data or changed it, checks of your certificates too.
    access_log: Vec<Access>,
}

coded! {
    /// Data that stay when an account is deleted.
    pub(crate) enum KeptKind {
        /// Certificates with their signatures and documents: they go on verifying.
        Certificates = "certificates",
        /// Checks of these certificates, without who made them.
        Checks = "checks",
        /// Applications with their events.
        Applications = "applications",
        /// Mandates, which have ended.
        Mandates = "mandates",
        /// By what proof an account was yours.
        IdentityVerifications = "identity_verifications",
        /// The audit log: ids, actions and times.
        AuditLog = "audit_log",
        /// Copies of the database.
        Backups = "backups",
    }
}

/// The end of your account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountDeleted {
    /// When it was deleted.
    pub(crate) deleted_at: DateTime<Utc>,
    /// What is kept, set apart from any account.
    pub(crate) kept: Vec<KeptData>,
}

/// Data that law keeps.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptData {
    /// Which data.
    pub(crate) kind: KeptKind,
    /// How many; null where they are not counted.
    pub(crate) count: Option<i64>,
    /// Which and why, in the language of the request.
    #[schema(example = "Certificates are authentic instruments: whoever has one can still verify it.")]
    pub(crate) text: &'static str,
    /// The law by which they are kept.
    #[schema(example = "Law 290/2004, art. 28; Regulation (EU) 2016/679, art. 17 (3) (b)")]
    pub(crate) law: &'static str,
    /// The last day; null where no public rule sets a period.
    pub(crate) until: Option<NaiveDate>,
}
