//! Proofs of identity in the export: all that is kept of them for the person.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::status::{VerificationReason, VerificationStatus};
use crate::accounts::{PersonResponse, shown_person};
use crate::db::schema::{identity_verifications as table, offices};
use crate::error::{Error, Result};
use crate::http::page::Page;
use crate::person::{Column, Keyring, ProvedPerson};

/// A proof of identity that you began.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedVerification {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// `counter`, or the name of the identity provider.
    #[schema(example = "ghiseul")]
    pub(crate) method: String,
    /// Its status.
    pub(crate) status: VerificationStatus,
    /// Why it was rejected or failed.
    pub(crate) reason: Option<VerificationReason>,
    /// When it was begun.
    pub(crate) created_at: DateTime<Utc>,
    /// When it ended.
    pub(crate) completed_at: Option<DateTime<Utc>>,
    /// The office whose officer opened it.
    #[schema(example = "Inspectoratul de Poliție Județean Cluj")]
    pub(crate) office: Option<String>,
    /// Whom you claimed to be at the counter, as long as it is kept.
    pub(crate) claim: Option<PersonResponse>,
    /// The document that the officer saw: type, series, number, last day.
    #[schema(value_type = Option<Object>)]
    pub(crate) document: Option<serde_json::Value>,
}

#[derive(Queryable)]
struct Row {
    id: Uuid,
    method: String,
    status: VerificationStatus,
    reason: Option<VerificationReason>,
    created_at: DateTime<Utc>,
    completed_at: Option<DateTime<Utc>>,
    office: Option<String>,
    claim: Option<Vec<u8>>,
    document: Option<Vec<u8>>,
}

/// Reads a page of an account's proofs, and the id after which the next page begins.
///
/// # Errors
/// Fails if the database fails, or a value cannot be decrypted.
pub(crate) fn verifications(
    c: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    page: Page,
) -> Result<(Vec<ExportedVerification>, Option<Uuid>)> {
    let mut query = table::table
        .left_join(offices::table)
        .filter(table::account_id.eq(account))
        .order(table::id.desc())
        .limit(page.limit + 1)
        .select((
            table::id,
            table::method,
            table::status,
            table::reason,
            table::created_at,
            table::completed_at,
            offices::name.nullable(),
            table::claim,
            table::document,
        ))
        .into_boxed();
    if let Some(before) = page.before {
        query = query.filter(table::id.lt(before));
    }
    let (rows, next) = page.cut_at(query.load::<Row>(c)?, |row| row.id);
    let shown = rows.into_iter().map(|row| row.shown(keyring)).collect::<Result<_>>()?;
    Ok((shown, next))
}

impl Row {
    fn shown(self, keyring: &Keyring) -> Result<ExportedVerification> {
        let claim = self.claim.as_deref().map(|encrypted| {
            ProvedPerson::decrypt_in(keyring, Column::IDENTITY_VERIFICATIONS_CLAIM.at(self.id), encrypted)
        });
        let document = self.document.as_deref().map(|encrypted| {
            let cell = Column::IDENTITY_VERIFICATIONS_DOCUMENT.at(self.id);
            let json = keyring.decrypt(cell, encrypted).map_err(Error::internal)?;
            serde_json::from_slice(&json).map_err(Error::internal)
        });
        Ok(ExportedVerification {
            id: self.id,
            method: self.method,
            status: self.status,
            reason: self.reason,
            created_at: self.created_at,
            completed_at: self.completed_at,
            office: self.office,
            claim: claim.transpose().map_err(Error::internal)?.map(|person| shown_person(&person)),
            document: document.transpose()?,
        })
    }
}
