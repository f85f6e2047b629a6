//! Wire types of services and reasons.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::phases::Phase;

/// The certificates on offer.
#[derive(Serialize, ToSchema)]
pub(super) struct ServiceList {
    /// The services.
    pub(super) items: Vec<ServiceResponse>,
}

/// A certificate that can be applied for, now or later.
#[derive(Serialize, ToSchema)]
#[schema(as = Service)]
pub(super) struct ServiceResponse {
    /// Stable name.
    #[schema(example = "criminal-record-certificate")]
    pub(super) id: &'static str,
    /// Its name, in the caller's language.
    #[schema(example = "Certificat de cazier judiciar")]
    pub(super) name: &'static str,
    /// The present phase of the roll-out.
    pub(super) phase: Phase,
    /// The phases that have a date, including past ones.
    pub(super) phases: Vec<PhaseDate>,
    /// Whether it can be applied for.
    #[schema(example = true)]
    pub(super) open: bool,
}

/// A phase of the roll-out and its date.
#[derive(Serialize, ToSchema)]
pub(super) struct PhaseDate {
    /// The phase.
    pub(super) phase: Phase,
    /// Its first day (Romanian civil date).
    pub(super) from: NaiveDate,
}

/// The reasons for a certificate.
#[derive(Serialize, ToSchema)]
pub(super) struct ReasonList {
    /// Increases with every change of the list.
    #[schema(example = 1)]
    pub(super) version: u32,
    /// The reasons.
    pub(super) items: Vec<ReasonResponse>,
}

/// A reason.
#[derive(Serialize, ToSchema)]
#[schema(as = Reason)]
pub(super) struct ReasonResponse {
    /// Stable code.
    #[schema(example = "employment")]
    pub(super) code: &'static str,
    /// Its name, in the caller's language.
    #[schema(example = "Angajare")]
    pub(super) label: &'static str,
    /// Whether `reason_detail` is required.
    #[schema(example = false)]
    pub(super) needs_detail: bool,
}
