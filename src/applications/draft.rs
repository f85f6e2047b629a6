//! Makes and signs the certificate of an application.

use chrono::{DateTime, Utc};

use super::store::Application;
use crate::certificates::Subject;
use crate::certificates::issue::{self, Draft};
use crate::certificates::payload::{Facts, Reason};
use crate::error::{Context, Error, Result};
use crate::person::Column;
use crate::registry::CriminalRecord;
use crate::services;
use crate::signature::Seals;
use crate::state::AppState;

/// The subject of a certificate, and the registers' answers.
pub(super) struct Holder<'a> {
    pub(super) subject: &'a Subject,
    pub(super) record: &'a CriminalRecord,
    /// Registration number of the certificate that this one replaces.
    pub(super) corrects: Option<&'a str>,
}

/// Makes the certificate from the registers' answers.
pub(super) async fn draft(
    state: &AppState,
    seals: &Seals,
    application: &Application,
    holder: &Holder<'_>,
    now: DateTime<Utc>,
) -> Result<Draft> {
    let reason = services::find_reason(&application.reason)
        .ok_or_else(|| Error::internal("a validated reason is not on the list"))?;
    let detail = detail(state, application).context("decrypting the detail of the reason")?;
    let facts = Facts {
        service: &application.service,
        subject: holder.subject,
        record: holder.record,
        corrects: holder.corrects,
        reason: Reason { code: reason.code, label: reason.label, detail: detail.as_deref() },
        issuing_unit: &state.issuing_unit,
        verification_url: state.addresses.verification.as_str(),
        is_test: state.sandbox,
    };
    let seal = seals.active(state).await?;
    issue::draft(&facts, &seal, &state.keyring, now).await.context("making the certificate")
}

/// Decrypts the applicant's own words.
fn detail(state: &AppState, application: &Application) -> Result<Option<String>> {
    let Some(encrypted) = &application.reason_detail else { return Ok(None) };
    let cell = Column::APPLICATIONS_REASON_DETAIL.at(application.id);
    let text = state.keyring.decrypt(cell, encrypted).map_err(Error::internal)?;
    Ok(Some(String::from_utf8(text).map_err(Error::internal)?))
}
