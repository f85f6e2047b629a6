//! Certificates in the export: with the signed bytes and their signatures.

use chrono::NaiveDate;
use data_encoding::BASE64;
use diesel::pg::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::level::SignatureLevel;
use super::store::{self, Certificate};
use super::types::CertificateResponse;
use crate::accounts::owner::Viewer;
use crate::accounts::view::decrypt;
use crate::error::{Code, Result};
use crate::http::page::Page;
use crate::person::{Column, Keyring};

/// A certificate with its signed bytes.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedCertificate {
    /// The certificate; `links` lead to the documents.
    #[serde(flatten)]
    pub(crate) certificate: CertificateResponse,
    /// The signed bytes, as text: exactly these, in UTF-8.
    #[schema(example = "{\"registration_number\":\"CJ-2026-7K3M-Q9ZD-T\"}")]
    pub(crate) payload: String,
    /// The signatures, at each level that they have.
    pub(crate) signatures: Vec<ExportedSignature>,
}

/// The detached signatures at one level.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedSignature {
    /// The level.
    pub(crate) level: SignatureLevel,
    /// CAdES (CMS, DER), in base64.
    #[schema(example = "MIIG")]
    pub(crate) cades: String,
    /// JAdES (JWS).
    #[schema(example = "eyJh")]
    pub(crate) jades: String,
}

/// Reads a page of the viewer's certificates, and the id after which the next page begins.
///
/// # Errors
/// Fails if the database fails, or a value cannot be decrypted.
pub(crate) fn certificates(
    c: &mut PgConnection,
    keyring: &Keyring,
    (viewer, today): (Viewer, NaiveDate),
    page: Page,
) -> Result<(Vec<ExportedCertificate>, Option<Uuid>)> {
    let (rows, next) = page.cut_at(store::list(c, viewer, &page.into(), today)?, |row| row.id);
    let shown = rows.into_iter().map(|row| exported(c, keyring, (viewer, today), row));
    Ok((shown.collect::<Result<_>>()?, next))
}

fn exported(
    c: &mut PgConnection,
    keyring: &Keyring,
    (viewer, today): (Viewer, NaiveDate),
    row: Certificate,
) -> Result<ExportedCertificate> {
    let payload = store::payload(c, viewer, row.id)?.ok_or(Code::NotFound)?;
    let kept = store::signatures(c, viewer, row.id)?.ok_or(Code::NotFound)?;
    let signature =
        |level, cades: &[u8], jades| ExportedSignature { level, cades: BASE64.encode(cades), jades };
    let issued = signature(SignatureLevel::Issued, &kept.cades, kept.jades);
    let raised = kept.raised.map(|raised| signature(raised.level, &raised.cades, raised.jades));
    Ok(ExportedCertificate {
        payload: decrypt(keyring, Column::CERTIFICATES_PAYLOAD, row.id, &payload)?,
        signatures: std::iter::once(issued).chain(raised).collect(),
        certificate: CertificateResponse::of_row(keyring, row, today)?,
    })
}
