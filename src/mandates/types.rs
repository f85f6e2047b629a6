//! Wire types of mandates.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::http::selection::list_query;
use crate::person::Cui;
use crate::text::coded;

coded! {
    /// The status of a mandate.
    pub(crate) enum MandateStatus in "mandates.status" {
        /// Waits for an officer.
        Pending = "pending",
        /// In force.
        Confirmed = "confirmed",
        /// Not granted; `reason` says why.
        Refused = "refused",
        /// No longer in force; `ended_by` says by whom.
        Ended = "ended",
    }
}

coded! {
    /// The capacity in which a person acts for a legal person.
    pub(crate) enum MandateCapacity in "mandates.capacity" {
        /// By law or by statute: administrator, president, liquidator.
        LegalRepresentative = "legal_representative",
        /// By power of attorney.
        Attorney = "attorney",
    }
}

coded! {
    /// Who confirmed a mandate.
    pub(crate) enum MandateConfirmer in "mandates.confirmed_by" {
        /// The company register names the holder.
        CompanyRegister = "company_register",
        /// An officer checked the papers.
        Officer = "officer",
    }
}

coded! {
    /// Who ended a mandate.
    pub(crate) enum MandateEndedBy in "mandates.ended_by" {
        /// Its holder.
        Holder = "holder",
        /// An officer.
        Officer = "officer",
        /// The company register no longer names the holder.
        CompanyRegister = "company_register",
        /// Its last day has passed.
        Term = "term",
    }
}

coded! {
    /// Why a mandate was refused or ended.
    pub(crate) enum MandateReason in "mandates.reason" {
        /// The evidence does not prove the claim.
        NotProved = "not_proved",
        /// The person did not bring the required documents.
        DocumentsMissing = "documents_missing",
        /// The power of attorney has expired or does not cover this.
        NotCovered = "not_covered",
        /// The legal person withdrew it.
        RevokedByCompany = "revoked_by_company",
        /// It was confirmed by mistake.
        Mistake = "mistake",
        /// It was obtained by deceit.
        Fraud = "fraud",
        /// The company register no longer names the holder.
        NotNamedAnyMore = "not_named_any_more",
    }
}

/// Asks for a mandate to act for a legal person.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cui": "12345674", "capacity": "legal_representative"}))]
pub(crate) struct CreateMandateRequest {
    /// Fiscal code of the legal person, with or without `RO`.
    pub(crate) cui: Cui,
    /// The capacity. A person whom the company register lists is always a legal representative.
    pub(crate) capacity: MandateCapacity,
}

/// A mandate as its holder sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Mandate)]
pub(crate) struct MandateResponse {
    /// UUIDv7; to be named in applications.
    pub(crate) id: Uuid,
    /// Its status.
    pub(crate) status: MandateStatus,
    /// Fiscal code of the legal person.
    #[schema(example = "12345674")]
    pub(crate) cui: String,
    /// Its name when the mandate was requested.
    #[schema(example = "Construcții Țara Bârsei S.R.L.")]
    pub(crate) company_name: String,
    /// Its trade-register number, if it has one.
    #[schema(example = "J08/1234/2020")]
    pub(crate) trade_register_number: Option<String>,
    /// The holder's capacity.
    pub(crate) capacity: MandateCapacity,
    /// Who confirmed it, if it was confirmed.
    pub(crate) confirmed_by: Option<MandateConfirmer>,
    /// Why it was refused or ended.
    pub(crate) reason: Option<MandateReason>,
    /// Who ended it, if it has ended.
    pub(crate) ended_by: Option<MandateEndedBy>,
    /// When it was requested.
    pub(crate) created_at: DateTime<Utc>,
    /// The day by which an officer should decide, while it is pending.
    pub(crate) expected_on: Option<NaiveDate>,
    /// The last day on which it is in force (Romanian civil date), for a power of attorney with a term.
    pub(crate) valid_until: Option<NaiveDate>,
    /// When it was confirmed or refused.
    pub(crate) decided_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub(crate) ended_at: Option<DateTime<Utc>>,
}

list_query! {
    /// Selects mandates.
    pub(crate) struct MandatesQuery by MandateStatus, such as "confirmed"
}

/// A page of mandates, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandatePage {
    /// The mandates.
    pub(crate) items: Vec<MandateResponse>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}
