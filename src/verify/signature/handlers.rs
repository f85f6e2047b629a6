//! The endpoint.

use std::sync::Arc;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use serde::Deserialize;

use super::judge::Judge;
use super::store;
use super::types::{SignatureForm, SignatureVerificationFacts, SignatureVerificationResponse};
use super::upload::{self, Files, Upload};
use crate::certificates::CertificateEnd;
use crate::certificates::RegistrationNumber;
use crate::certificates::binding::Stored;
use crate::error::{Code, Error, Result};
use crate::log::LogKeys;
use crate::signature::Seals;
use crate::signature::store::SealKey;
use crate::state::{AppState, State};
use crate::time::civil_date;
use crate::verify::check::Checks;
use crate::verify::logged;
use crate::verify::method::CheckMethod;
use crate::verify::types::{Outcome, VerifiedCertificate};
use ades::Verdict;

/// Verify a signature
///
/// Checks the files of a certificate: the payload and its signature, or the PDF, or the container; at most 5 MiB
/// together. `valid` requires a passing signature by one of this service's own keys, over content that the register of
/// certificates holds. `facts` give the details. If it cannot be checked now, the answer is a 503 problem.
#[utoipa::path(
    tag = "verification",
    security(()),
    request_body(content = SignatureForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "The outcome, with its facts", body = SignatureVerificationResponse)),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::TooManyRequests, Code::CertificateUnreadable, Code::CertificateNotLogged, Code::RevocationUnavailable])),
        ("x-rules" = json!([upload::RULES])),
    ),
)]
#[post("/v1/verify/signature")]
pub(crate) async fn verify_signature(
    state: State,
    seals: web::Data<Seals>,
    judge: web::Data<Judge>,
    checks: web::Data<Checks>,
    log_keys: web::Data<LogKeys>,
    upload: Upload,
) -> Result<HttpResponse> {
    let (now, upload) = (state.clock.now(), Arc::new(upload));
    let keys = seals.known(&state).await?;
    let judgement = judge.judge(&upload, &keys, state.realm(), now).await?;
    let ours = judgement.as_ref().ok().map(|verdict| is_ours(verdict, &keys));
    let mut facts = SignatureVerificationFacts::of(&judgement, ours);
    let passed = judgement.as_ref().ok().filter(|verdict| verdict.is_valid() && ours == Some(true));
    let before = log_keys.memory().signed();
    let registered = match passed {
        Some(verdict) => match look_up(&state, &upload, verdict).await? {
            None => logged::absent(&log_keys)?,
            found => found,
        },
        None => None,
    };
    let today = civil_date::today(now);
    let outcome = registered.as_ref().map_or(Ok(Outcome::NoMatch), |found| Outcome::of(found, today))?;
    if let Some(found) = &registered {
        let (id, keys, seen) = (found.id, log_keys.clone(), before.clone());
        let entry = state.db.read(move |c| logged::find(c, (&keys, seen.as_ref()), id)).await?;
        logged::check(found, entry, (&log_keys, before.as_ref()), now)?;
        facts.tell(found, today)?;
        checks.record(id, (CheckMethod::Signature, outcome), now).await?;
    }
    let certificate = registered.map(|found| VerifiedCertificate::try_from(found.bound)).transpose()?;
    let response = SignatureVerificationResponse { outcome, facts, certificate, checked_at: now };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(response))
}

/// Returns whether one of this installation's keys signed: a trust provider's root vouches for many others. Our keys
/// are either all for tests or all live, so what is accepted here is of the same kind.
fn is_ours(verdict: &Verdict, keys: &[SealKey]) -> bool {
    keys.iter().any(|key| key.fingerprint == verdict.signer.fingerprint)
}

/// The part of a payload needed to find it.
#[derive(Deserialize)]
struct Numbered {
    registration_number: String,
}

/// Finds the certificate that these files belong to. Its row must be intact.
async fn look_up(state: &AppState, upload: &Upload, verdict: &Verdict) -> Result<Option<Stored>> {
    match &upload.files {
        Files::Detached { payload, .. } => by_payload(state, payload, verdict).await,
        Files::Document(_) | Files::Container(_) => {
            let content = upload.files.signed().content_sha256().map_err(Error::internal)?;
            let (keyring, wanted) = (state.keyring.clone(), content.clone());
            let found = state.db.read(move |c| store::find_by_content(c, &keyring, &wanted)).await?;
            let Some((found, mac)) = found else { return Ok(None) };
            found.check_document(&state.keyring, &content, mac.as_deref())?;
            Ok(Some(found))
        }
    }
}

/// Finds the certificate with exactly this payload, signed by this signer.
async fn by_payload(state: &AppState, payload: &[u8], verdict: &Verdict) -> Result<Option<Stored>> {
    let Ok(numbered) = serde_json::from_slice::<Numbered>(payload) else { return Ok(None) };
    let Ok(number) = RegistrationNumber::parse(&numbered.registration_number) else { return Ok(None) };
    let keyring = state.keyring.clone();
    let found = state.db.read(move |c| store::find(c, &keyring, number.as_str())).await?;
    let Some(found) = found else { return Ok(None) };
    let paper = found.check(&state.keyring)?;
    if found.signer_fingerprint != verdict.signer.fingerprint {
        return Ok(None);
    }
    Ok(paper.is(payload).then_some(found))
}

impl SignatureVerificationFacts {
    /// Adds what the register of certificates says.
    fn tell(&mut self, found: &Stored, today: NaiveDate) -> Result<()> {
        let end = found.end()?;
        self.registered = true;
        self.in_validity = Some(today <= found.valid_until);
        self.revoked = Some(end == Some(CertificateEnd::Revoked));
        self.superseded = Some(end == Some(CertificateEnd::Superseded));
        Ok(())
    }
}
