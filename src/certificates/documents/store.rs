//! Rows of documents, and their source data.

use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::kind::FileKind;
use crate::accounts::owner::Viewer;
use crate::certificates::finding::Finding;
use crate::certificates::store as certificates_store;
use crate::db::schema::{applications, certificate_documents, certificates};
use crate::error::{Error, Result};
use crate::http::Locale;

/// The source data of a document.
#[derive(Debug, Queryable)]
pub(super) struct Source {
    pub(super) certificate_id: Uuid,
    pub(super) registration_number: String,
    pub(super) is_legal_person: bool,
    pub(super) finding: Finding,
    pub(super) payload: Vec<u8>,
    pub(super) cades: Vec<u8>,
    /// The application's language.
    pub(super) language: Locale,
}

/// A stored document.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = certificate_documents)]
pub(super) struct Document {
    pub(super) id: Uuid,
    pub(super) certificate_id: Uuid,
    pub(super) kind: FileKind,
    pub(super) language: String,
    pub(super) content: Vec<u8>,
    pub(super) made_at: DateTime<Utc>,
    pub(super) content_sha256: Vec<u8>,
    /// Binds the certificate and the content to each other.
    pub(super) mac: Option<Vec<u8>>,
}

/// Returns the source data for the documents of the viewer's certificate.
pub(super) fn source(connection: &mut PgConnection, viewer: Viewer, id: Uuid) -> Result<Option<Source>> {
    let application = applications::table.filter(applications::id.eq(certificates::application_id));
    let columns = (
        certificates::id,
        certificates::registration_number,
        application.select(applications::mandate_id).single_value().is_not_null(),
        certificates::finding,
        certificates::payload,
        certificates::cades,
        application.select(applications::language).single_value().assume_not_null(),
    );
    let own = certificates::table.find(id).filter(certificates_store::shown_to(viewer.session()));
    Ok(own.select(columns).first(connection).optional()?)
}

pub(super) fn find(
    connection: &mut PgConnection,
    certificate: Uuid,
    kind: FileKind,
    language: &str,
) -> Result<Option<Document>> {
    let one = certificate_documents::table
        .filter(certificate_documents::certificate_id.eq(certificate))
        .filter(certificate_documents::kind.eq(kind))
        .filter(certificate_documents::language.eq(language));
    Ok(one.select(Document::as_select()).first(connection).optional()?)
}

/// Stores a document unless another was stored meanwhile; returns the stored one.
pub(super) fn keep(connection: &mut PgConnection, document: Document) -> Result<Document> {
    let kept = diesel::insert_into(certificate_documents::table)
        .values(&document)
        .on_conflict_do_nothing()
        .execute(connection)?;
    if kept == 1 {
        return Ok(document);
    }
    let first = find(connection, document.certificate_id, document.kind, &document.language)?;
    first.ok_or_else(|| Error::internal("a stored document cannot be found"))
}
