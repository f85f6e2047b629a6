//! The endpoints of this room: public, so that everybody can verify a certificate.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, post, web};

use chrono::{DateTime, NaiveDate, Utc};
use data_encoding::HEXLOWER;

use super::ask::{self, Proof};
use super::check::{Checks, Found, Means, Name, Question};
use super::method::CheckedBy;
use super::types::{
    FORMS, ONE_PROOF, Outcome, SignedTrust, Trust, TrustedSigner, VerificationFacts, VerificationResponse,
    VerifiedCertificate, VerifyRequest,
};
use crate::certificates::CertificateEnd;
use crate::certificates::binding::Bound;
use crate::error::{Code, Error, Result};
use crate::http::Json;
use crate::log::LogKeys;
use crate::mandates::company_index;
use crate::person::{Index, Keyring};
use crate::signature::store::{self, SealKey};
use crate::signature::{Seals, trust_list};
use crate::state::State;
use crate::time::civil_date;
use ades::is_development;
use ades::{Realm, claims_qualified, ordered_chain};

/// An answer, and what only the page shows.
pub(super) struct Verified {
    pub(super) response: VerificationResponse,
    /// Who issued the certificate, as its document says.
    pub(super) issuer: Option<String>,
    /// The day in Romania on which it was revoked or superseded.
    pub(super) ended_on: Option<NaiveDate>,
}

/// Verify a certificate
///
/// By its registration number, together with the holder's CNP (for a legal person, the CUI) or the printed control
/// code. A wrong pair and an unknown number both return `no_match`. So does a `name` that is not the holder's, which
/// reveals an altered document. If the certificate cannot be checked now, the answer is a 503 problem, never an
/// outcome.
#[utoipa::path(
    tag = "verification",
    security(()),
    responses((status = 200, description = "The outcome, with its facts", body = VerificationResponse)),
    extensions(
        ("x-counts-down" = json!(true)),
        ("x-problems" = json!([Code::TooManyRequests, Code::CertificateUnreadable, Code::CertificateNotLogged])),
        ("x-rules" = json!([("/cnp", ONE_PROOF)])),
        ("x-forms" = json!(FORMS)),
    ),
)]
#[post("/v1/verify")]
pub(crate) async fn verify_certificate(
    state: State,
    checks: web::Data<Checks>,
    log_keys: web::Data<LogKeys>,
    json: Json<VerifyRequest>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(verify(&state, (&checks, &log_keys), json.body).await?.response))
}

/// Looks up a certificate, for programs and for the page.
pub(super) async fn verify(
    state: &State,
    (checks, log_keys): (&Checks, &web::Data<LogKeys>),
    request: VerifyRequest,
) -> Result<Verified> {
    let question = question(&state.keyring, request)?;
    let (now, checked_by) = (state.clock.now(), question.checked_by);
    let today = civil_date::today(now);
    let means = Means { db: &state.db, keyring: &state.keyring, log_keys };
    let found = checks.look_up(means, question, (today, now)).await?;
    let outcome = match &found {
        Some(found) if found.name_matches != Some(false) => Outcome::of(&found.row, today)?,
        _ => Outcome::NoMatch,
    };
    let facts = facts(found.as_ref(), today, checked_by)?;
    let found = found.filter(|_| outcome != Outcome::NoMatch);
    let issuer = found.as_ref().and_then(|found| found.issuer.clone());
    let ended_on = found.as_ref().and_then(|found| found.row.ended_at).map(civil_date::today);
    let (row, log) = found.map(|found| (found.row.bound, found.log)).unzip();
    let certificate = row.map(VerifiedCertificate::try_from).transpose()?;
    let response = VerificationResponse { outcome, facts, certificate, log: log.flatten(), checked_at: now };
    Ok(Verified { response, issuer, ended_on })
}

/// Builds the facts. Whoever holds a paper with another name learns nothing about the certificate.
fn facts(found: Option<&Found>, today: NaiveDate, checked_by: CheckedBy) -> Result<VerificationFacts> {
    let told = found.filter(|found| found.name_matches != Some(false));
    let in_validity = told.map(|found| today <= found.row.valid_until);
    let end = told.map(|found| found.row.end()).transpose()?;
    Ok(VerificationFacts {
        found: found.is_some(),
        in_validity,
        revoked: end.map(|end| end == Some(CertificateEnd::Revoked)),
        superseded: end.map(|end| end == Some(CertificateEnd::Superseded)),
        name_matches: found.and_then(|found| found.name_matches),
        checked_by,
    })
}

fn question(keyring: &Keyring, request: VerifyRequest) -> Result<Question> {
    let (checked_by, proof) = proof(keyring, &request)?;
    let number = request.registration_number;
    let guess_key = keyring.index(Index::RATE_LIMIT_VERIFY_NAME, number.as_str().as_bytes());
    let name = request.name.map(|typed| Name { typed, guess_key });
    Ok(Question { number, checked_by, proof, name, sender_key: ask::sender_key(keyring) })
}

/// Takes the one proof that accompanies the number.
fn proof(keyring: &Keyring, request: &VerifyRequest) -> Result<(CheckedBy, Proof)> {
    let guess_key =
        || keyring.index(Index::RATE_LIMIT_VERIFY, request.registration_number.as_str().as_bytes());
    let identifier = |person_index| Proof::Identifier { person_index, guess_key: guess_key() };
    Ok(match (&request.cnp, &request.cui, &request.control_code) {
        (Some(cnp), None, None) => {
            (CheckedBy::Cnp, identifier(keyring.index(Index::PERSON_CNP, cnp.as_str().as_bytes())))
        }
        (None, Some(cui), None) => (CheckedBy::Cui, identifier(company_index(keyring, cui))),
        (None, None, Some(code)) => {
            let index = keyring.index(Index::CERTIFICATES_CONTROL_CODE, code.as_str().as_bytes());
            (CheckedBy::ControlCode, Proof::ControlCode(index))
        }
        _ => return Err(Error::invalid("/cnp", &ONE_PROOF)),
    })
}

impl TryFrom<Bound> for VerifiedCertificate {
    type Error = Error;

    fn try_from(row: Bound) -> Result<Self> {
        Ok(Self {
            finding: row.finding()?,
            registration_number: row.registration_number,
            service: row.service,
            reason: row.reason,
            issued_on: row.issued_on,
            valid_until: row.valid_until,
        })
    }
}

/// Show the signing keys
///
/// Every past, present and announced key, with its certificate, its issuers and its periods: for checking signatures
/// with your own software. The key in force comes first.
#[utoipa::path(
    tag = "verification",
    security(()),
    responses((status = 200, description = "The signers and their periods", body = Trust))
)]
#[get("/v1/verify/trust")]
pub(crate) async fn get_trust(state: State) -> Result<HttpResponse> {
    let (known, now) = (state.db.read(store::list).await?, state.clock.now());
    let realm = state.realm();
    let mut signers = known.iter().filter_map(|key| trusted(key, realm, now)).collect::<Vec<_>>();
    // The sort is stable: keys of one state stay in order, the latest first.
    signers.sort_by_key(|signer| signer.state);
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(Trust { signers }))
}

/// Fetch the signed trust list
///
/// The same keys as a file for use offline: a JWS with its payload (RFC 7515, general JSON serialization), signed by
/// the key in force and, if the operator published the list, by the operator's offline key. `cazier verify --trust`
/// reads it. Pin the operator's key, or get the list over HTTPS: the signature by the key in force does not prove whose
/// key it is.
#[utoipa::path(
    tag = "verification",
    security(()),
    responses((status = 200, description = "The signers and their periods, signed", body = SignedTrust,
        content_type = "application/jose+json"))
)]
#[get("/v1/verify/trust/signed")]
pub(crate) async fn get_signed_trust(state: State, seals: web::Data<Seals>) -> Result<HttpResponse> {
    let list = trust_list::current(&state, &seals).await?;
    let cache = (CACHE_CONTROL, "public, max-age=300");
    Ok(HttpResponse::Ok().insert_header(cache).content_type("application/jose+json").body(list))
}

/// Builds the entry of a key.
fn trusted(key: &SealKey, realm: Realm, now: DateTime<Utc>) -> Option<TrustedSigner> {
    let chain = ordered_chain(&key.chain_pem).ok().filter(|_| key.is_of(realm))?;
    let leaf = chain.first()?;
    Some(TrustedSigner {
        subject: leaf.subject(),
        sha256: HEXLOWER.encode(&leaf.fingerprint()),
        state: key.state(now),
        kind: key.kind,
        algorithm: leaf.algorithm(),
        not_before: leaf.not_before(),
        not_after: leaf.not_after(),
        announced_at: key.announced_at,
        active_from: key.active_from,
        retired_from: key.retired_from,
        retired_in_emergency: key.retired_in_emergency,
        chain_pem: key.chain_pem.clone(),
        qualified: claims_qualified(leaf),
        test: is_development(leaf),
    })
}
