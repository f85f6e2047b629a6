//! Wire types of certificates.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::finding::Finding;
use super::issue::Draft;
use super::level::SignatureLevel;
use super::status::{CertificateStatus, RevocationReason};
use super::store::Certificate;
use crate::error::{Error, Result};
use crate::http::selection::list_query;
use crate::person::{Column, Keyring};

/// A certificate as its holder sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Certificate)]
pub(crate) struct CertificateResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// The public number: year, 40 random bits, check character.
    #[schema(example = "CJ-2026-7K3M-Q9ZD-T")]
    pub(crate) registration_number: String,
    /// Whether it can be relied on.
    pub(crate) status: CertificateStatus,
    /// Civil date in Romania.
    pub(crate) issued_on: NaiveDate,
    /// The time of issue, to the second.
    pub(crate) issued_at: DateTime<Utc>,
    /// Last day of validity.
    pub(crate) valid_until: NaiveDate,
    /// The service that issued it.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason for which it is valid.
    #[schema(example = "employment")]
    pub(crate) reason: String,
    /// What the criminal-record register said.
    pub(crate) finding: Finding,
    /// The code that a relying party can use instead of the CNP.
    #[schema(example = "4T7W-9XKM-20QH-BDR5")]
    pub(crate) control_code: String,
    /// When it was revoked or superseded.
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// Why it was revoked.
    pub(crate) end_reason: Option<RevocationReason>,
    /// The corrected certificate that replaced it.
    pub(crate) superseded_by: Option<Uuid>,
    /// URLs of its parts.
    pub(crate) links: CertificateLinks,
}

/// URLs of a certificate's parts.
#[derive(Serialize, ToSchema)]
pub(crate) struct CertificateLinks {
    /// The signed bytes.
    #[schema(example = "/v1/certificates/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/payload")]
    pub(crate) payload: String,
    /// Detached CAdES signature (CMS, DER).
    #[schema(example = "/v1/certificates/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/signature?format=cades")]
    pub(crate) cades: String,
    /// Detached JAdES signature (JWS).
    #[schema(example = "/v1/certificates/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/signature?format=jades")]
    pub(crate) jades: String,
    /// The certificate as signed PDF, for people.
    #[schema(example = "/v1/certificates/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/document")]
    pub(crate) document: String,
    /// Signed bytes and PDF in one signed container (ASiC-E).
    #[schema(example = "/v1/certificates/0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f/container")]
    pub(crate) container: String,
    /// Where anybody can verify it.
    #[schema(example = "/v1/verify")]
    pub(crate) verify: String,
}

list_query! {
    /// Selects certificates.
    pub(crate) struct CertificatesQuery by CertificateStatus, such as "valid"
}

/// A page of certificates, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct CertificatePage {
    /// The certificates.
    pub(crate) items: Vec<CertificateResponse>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}

/// A signature format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignatureFormat {
    /// CAdES baseline (EN 319 122-1): CMS, DER, detached.
    #[default]
    Cades,
    /// JAdES baseline (TS 119 182-1): JWS, detached, unencoded payload; compact, with a time-stamp flattened JSON.
    Jades,
}

/// Selects a signature.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignatureQuery {
    /// By default `cades`.
    #[param(inline)]
    pub(crate) format: Option<SignatureFormat>,
    /// The lowest acceptable level. By default, CAdES at the highest level reached, JAdES as issued.
    #[param(inline)]
    pub(crate) level: Option<SignatureLevel>,
}

impl CertificateLinks {
    fn of(id: Uuid) -> Self {
        let at = |rest: &str| format!("/v1/certificates/{id}/{rest}");
        Self {
            payload: at("payload"),
            cades: at("signature?format=cades"),
            jades: at("signature?format=jades"),
            document: at("document"),
            container: at("container"),
            verify: "/v1/verify".to_owned(),
        }
    }
}

impl CertificateResponse {
    /// Builds the response from a stored certificate.
    pub(crate) fn of_row(keyring: &Keyring, row: Certificate, today: NaiveDate) -> Result<Self> {
        let cell = Column::CERTIFICATES_CONTROL_CODE.at(row.id);
        let control_code = keyring.decrypt(cell, &row.control_code).map_err(Error::internal)?;
        Ok(Self {
            id: row.id,
            registration_number: row.registration_number,
            status: CertificateStatus::of(row.ended_as, row.valid_until, today),
            issued_on: row.issued_on,
            issued_at: row.issued_at,
            valid_until: row.valid_until,
            service: row.service,
            reason: row.reason,
            finding: row.finding,
            control_code: String::from_utf8(control_code).map_err(Error::internal)?,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            superseded_by: row.superseded_by,
            links: CertificateLinks::of(row.id),
        })
    }

    /// Builds the response from a certificate that is being issued.
    pub(crate) fn of_draft(draft: &Draft, service: &str, reason: &str) -> Self {
        Self {
            id: draft.id,
            registration_number: draft.registration_number.as_str().to_owned(),
            status: CertificateStatus::Valid,
            issued_on: draft.issued_on,
            issued_at: draft.issued_at,
            valid_until: draft.valid_until,
            service: service.to_owned(),
            reason: reason.to_owned(),
            finding: draft.finding,
            control_code: draft.control_code.as_str().to_owned(),
            ended_at: None,
            end_reason: None,
            superseded_by: None,
            links: CertificateLinks::of(draft.id),
        }
    }
}
