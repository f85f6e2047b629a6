//! Revokes certificates, for officers and for undone proofs: one function, so that each revocation has its reason, its
//! event, its row in the audit log and its mail. From then on the certificate verifies as `revoked`.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::event::StepActor;
use super::life::ApplicationStatus;
use super::store;
use crate::accounts::Officer;
use crate::audit::{self, Actor, Event};
use crate::certificates::mails::{self, Notice, Subject};
use crate::certificates::store as certificates;
use crate::certificates::{CertificateStatus, RevocationReason};
use crate::error::{Code, Error, Result};
use crate::http::{Json, RequestId};
use crate::mandates;
use crate::person::Keyring;
use crate::state::State;

/// Who revokes a certificate, why and when.
pub(super) struct Revocation<'a> {
    pub(super) reason: RevocationReason,
    pub(super) actor: Actor,
    pub(super) request: &'a RequestId,
    pub(super) at: DateTime<Utc>,
}

/// Revokes a certificate, inside the caller's transaction; writes nothing and returns false if it has ended already.
pub(super) fn revoke(
    connection: &mut PgConnection,
    (keyring, front_end): (&Keyring, &Url),
    id: Uuid,
    revocation: &Revocation<'_>,
) -> Result<bool> {
    let Revocation { reason, actor, request, at } = revocation;
    let (reason, at) = (*reason, *at);
    let Some(application) = certificates::revoke(connection, keyring, id, reason, at)? else {
        return Ok(false);
    };
    let step = [(ApplicationStatus::Revoked, StepActor::Officer, Some(reason.into()))];
    store::insert_events(connection, application, &step, at)?;
    audit::record(connection, &Event::new(at, *actor, "certificate.revoked", Some(id), request))?;
    let subject = Subject::of(connection, id)?;
    mails::send(connection, keyring, front_end, &subject, Notice::Revoked, (at, at))?;
    Ok(true)
}

/// Revokes a certificate.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "wrong_data"}))]
pub(crate) struct RevocationRequest {
    /// The reason.
    pub(crate) reason: RevocationReason,
}

/// A revoked certificate.
#[derive(Serialize, ToSchema)]
#[schema(as = Revocation)]
pub(crate) struct RevocationResponse {
    /// The certificate.
    pub(crate) id: Uuid,
    /// Its status.
    pub(crate) status: CertificateStatus,
    /// When it was revoked.
    pub(crate) revoked_at: DateTime<Utc>,
}

/// Revoke a certificate
///
/// For officers, with a recently verified second factor. Cannot be undone; the holder is told.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses(
        (status = 200, description = "The revoked certificate", body = RevocationResponse),
    ),
    extensions(("x-problems" = json!([Code::StepUpRequired, Code::OwnApplication, Code::CertificateEnded]))),
)]
#[post("/v1/certificates/{id}/revocation")]
pub(crate) async fn revoke_certificate(
    state: State,
    officer: Officer,
    path: web::Path<Uuid>,
    request: RequestId,
    json: Json<RevocationRequest>,
) -> Result<HttpResponse> {
    officer.stepped_up(&state)?;
    let (id, now, actor) = (path.into_inner(), state.clock.now(), officer.caller.actor());
    let (caller, reason) = (officer.caller.clone(), json.body.reason);
    let me = caller.account.clone();
    let house = state.clone();
    let work = move |c: &mut PgConnection| {
        let application = certificates::application_of(c, id)?;
        let application = store::find_any(c, application)?;
        let own = [&me.staff_person_index, &me.person_index].into_iter().flatten();
        let concerned = [&application.person_index, &application.owner_index];
        if application.account_id == me.id || own.into_iter().any(|person| concerned.contains(&person)) {
            return Err(Code::OwnApplication.into());
        }
        mandates::not_a_company_of_ones_own(c, &officer, &application.person_index)?;
        let revocation = Revocation { reason, actor, request: &request, at: now };
        let revoked = revoke(c, (&house.keyring, &house.addresses.front_end), id, &revocation)?;
        if revoked { Ok(()) } else { Err(Error::from(Code::CertificateEnded)) }
    };
    caller.transaction(&state, work).await?;
    Ok(HttpResponse::Ok().json(RevocationResponse {
        id,
        status: CertificateStatus::Revoked,
        revoked_at: now,
    }))
}
