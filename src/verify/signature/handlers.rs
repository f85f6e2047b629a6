//! The operation.

use std::sync::Arc;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::judge::Judge;
use super::store::{self, Registered};
use super::types::{SignatureForm, SignatureVerificationFacts, SignatureVerificationResponse};
use super::upload::Upload;
use crate::certificates::RegistrationNumber;
use crate::certificates::issue::PAYLOAD;
use crate::civil_date;
use crate::error::{Error, Result};
use crate::person::Cell;
use crate::seal::Seals;
use crate::seal::store::SealKey;
use crate::signature::Verdict;
use crate::state::{AppState, State};
use crate::verify::types::{Outcome, VerifiedCertificate};

/// Verify a signature
///
/// Of a certificate's files, as anybody may have been handed them: the payload and its signature, at most 5 MiB
/// together. `valid` needs a signature that passes, by one of this service's own seals, over a payload that stands in
/// the register. `facts` say what else there is. When it cannot be known now, the answer is a 503 problem.
#[utoipa::path(
    tag = "verification",
    security(()),
    request_body(content = SignatureForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "What was found", body = SignatureVerificationResponse))
)]
#[post("/v1/verify/signature")]
pub(crate) async fn verify_signature(
    state: State,
    seals: web::Data<Seals>,
    judge: web::Data<Judge>,
    upload: Upload,
) -> Result<HttpResponse> {
    let (now, upload) = (state.clock.now(), Arc::new(upload));
    let keys = seals.known(&state).await?;
    let judgement = judge.judge(&upload, &keys, now).await?;
    let ours = judgement.as_ref().ok().map(|verdict| is_ours(verdict, &keys));
    let mut facts = SignatureVerificationFacts::of(&judgement, ours);
    let passed = judgement.as_ref().ok().filter(|verdict| verdict.is_valid() && ours == Some(true));
    let registered = match passed {
        Some(verdict) => look_up(&state, &upload.payload, verdict, now).await?,
        None => None,
    };
    facts.registered = registered.is_some();
    facts.in_validity =
        registered.as_ref().map(|certificate| civil_date::today(now) <= certificate.valid_until);
    let outcome = match facts.in_validity {
        Some(true) => Outcome::Valid,
        Some(false) => Outcome::Expired,
        None => Outcome::NoMatch,
    };
    let certificate = registered.map(VerifiedCertificate::from);
    let response = SignatureVerificationResponse { outcome, facts, certificate, checked_at: now };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(response))
}

/// A trust provider's root vouches for many; only the keys of this installation speak for it. They are all of one
/// kind, for tests or live, and so is what is accepted here.
fn is_ours(verdict: &Verdict, keys: &[SealKey]) -> bool {
    keys.iter().any(|key| key.fingerprint == verdict.signer.fingerprint)
}

/// What is needed of a payload to find it.
#[derive(Deserialize)]
struct Numbered {
    registration_number: String,
}

/// The certificate of the register whose payload this is, to the byte, and which this signer sealed. The look is
/// written down.
async fn look_up(
    state: &AppState,
    payload: &[u8],
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> Result<Option<Registered>> {
    let Ok(numbered) = serde_json::from_slice::<Numbered>(payload) else { return Ok(None) };
    let Ok(number) = RegistrationNumber::parse(&numbered.registration_number) else { return Ok(None) };
    let found = state.db.read(move |c| store::find(c, number.as_str())).await?;
    let Some(found) = found.filter(|found| found.signer_fingerprint == verdict.signer.fingerprint) else {
        return Ok(None);
    };
    let cell = Cell { column: PAYLOAD, row: found.id };
    if state.keyring.open(cell, &found.payload).map_err(Error::internal)? != payload {
        return Ok(None);
    }
    let outcome = if civil_date::today(now) <= found.valid_until { "valid" } else { "expired" };
    let id = found.id;
    state.db.write(move |c| store::record_check(c, id, outcome, now)).await?;
    Ok(Some(found))
}

impl From<Registered> for VerifiedCertificate {
    fn from(found: Registered) -> Self {
        Self {
            registration_number: found.registration_number,
            service: found.service,
            reason: found.reason,
            finding: found.finding,
            issued_on: found.issued_on,
            valid_until: found.valid_until,
        }
    }
}
