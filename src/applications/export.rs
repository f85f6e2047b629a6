//! Applications in the export: all that is kept of them for their owner.

use diesel::pg::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::apply;
use super::matter::Matter;
use super::store::{self, Application};
use super::types::ApplicationResponse;
use super::view;
use crate::accounts::owner::Viewer;
use crate::accounts::view::decrypt;
use crate::error::{Error, Result};
use crate::http::Locale;
use crate::http::page::Page;
use crate::person::{Column, Keyring};

/// An application with its events and all that you wrote.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedApplication {
    /// The application; its certificate is in the list of certificates.
    #[serde(flatten)]
    pub(crate) application: ApplicationResponse,
    /// The language of the answer.
    pub(crate) language: Locale,
    /// The reason in your own words.
    #[schema(example = json!(null))]
    pub(crate) reason_detail: Option<String>,
    /// What an officer has to decide: the person whom you represent, your other nationality, or the corrections.
    #[schema(value_type = Option<Object>)]
    pub(crate) matter: Option<serde_json::Value>,
}

/// Reads a page of the viewer's applications, and the id after which the next page begins.
///
/// # Errors
/// Fails if the database fails, or a value cannot be decrypted.
pub(crate) fn applications(
    c: &mut PgConnection,
    keyring: &Keyring,
    viewer: Viewer,
    page: Page,
) -> Result<(Vec<ExportedApplication>, Option<Uuid>)> {
    let (rows, next) = page.cut_at(store::list(c, viewer, &page.into())?, |row| row.id);
    let shown = rows.iter().map(|row| exported(c, keyring, viewer, row)).collect::<Result<_>>()?;
    Ok((shown, next))
}

fn exported(
    c: &mut PgConnection,
    keyring: &Keyring,
    viewer: Viewer,
    row: &Application,
) -> Result<ExportedApplication> {
    let events = store::events(c, viewer, row.id)?.iter().map(view::event).collect();
    let reason = row.reason_detail.as_deref();
    let reason = reason.map(|text| decrypt(keyring, Column::APPLICATIONS_REASON_DETAIL, row.id, text));
    let matter = row.matter.as_deref().map(|matter| {
        let matter = Matter::decrypt(keyring, row.id, matter)?;
        serde_json::to_value(matter).map_err(Error::internal)
    });
    Ok(ExportedApplication {
        application: ApplicationResponse { events: Some(events), ..apply::response(row, None) },
        language: row.language,
        reason_detail: reason.transpose()?,
        matter: matter.transpose()?,
    })
}
