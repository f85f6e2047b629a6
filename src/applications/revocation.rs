//! An officer takes a certificate back. From then on it verifies as `revoked`.

use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use diesel::Connection;
use diesel::pg::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::store;
use crate::accounts::Officer;
use crate::audit::{self, Event};
use crate::certificates::mails::{self, Notice, Subject};
use crate::certificates::store as certificates;
use crate::error::{Code, Error, Result};
use crate::http::problem::ProblemDocument;
use crate::http::{Json, RequestId};
use crate::mandates;
use crate::state::State;

/// Why a certificate is taken back.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RevocationReason {
    /// What it says is not so.
    WrongData,
    /// It is about somebody else.
    WrongPerson,
    /// It was obtained by deceit.
    Fraud,
    /// A court has said so.
    CourtDecision,
}

/// A revocation.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevocationRequest {
    /// Why.
    pub(crate) reason: RevocationReason,
}

/// A certificate that was taken back.
#[derive(Serialize, ToSchema)]
pub(crate) struct Revocation {
    /// The certificate.
    pub(crate) id: Uuid,
    /// `revoked`.
    #[schema(example = "revoked")]
    pub(crate) status: &'static str,
    /// When.
    pub(crate) revoked_at: DateTime<Utc>,
}

impl RevocationReason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::WrongData => "wrong_data",
            Self::WrongPerson => "wrong_person",
            Self::Fraud => "fraud",
            Self::CourtDecision => "court_decision",
        }
    }
}

/// Revoke a certificate
///
/// For officers, with a second factor shown a short while ago. It cannot be undone; its holder is told.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = ["officer"])),
    params(("id" = Uuid, Path, description = "The certificate's id")),
    responses(
        (status = 200, description = "Revoked", body = Revocation),
        (status = 409, description = "It has ended before", body = ProblemDocument, content_type = "application/problem+json"),
    )
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
    let (me, reason) = (officer.caller.account.clone(), json.body.reason.as_str());
    let house = state.clone();
    let work = move |c: &mut PgConnection| {
        let application = certificates::application_of(c, id)?;
        let application = store::find_any(c, application)?;
        if application.account_id == me.id
            || me.staff_person_index.as_ref() == Some(&application.person_index)
        {
            return Err(Code::OwnApplication.into());
        }
        mandates::not_a_company_of_ones_own(c, &officer, &application.person_index)?;
        if !certificates::revoke(c, id, reason, now)? {
            return Err(Error::from(Code::CertificateEnded));
        }
        audit::record(c, &Event::new(now, actor, "certificate.revoked", Some(id), &request))?;
        let subject = Subject::of(c, id)?;
        let front_end = &house.addresses.front_end;
        mails::send(c, &house.keyring, front_end, &subject, Notice::Revoked, (now, now))
    };
    state.db.write(move |c| c.transaction(work)).await?;
    Ok(HttpResponse::Ok().json(Revocation { id, status: "revoked", revoked_at: now }))
}
