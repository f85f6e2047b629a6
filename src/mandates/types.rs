//! Wire types of mandates.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use super::company::Represented;
use super::store::Mandate;
use crate::error::{Error, Result};
use crate::http::validation::broken;
use crate::person::{Cui, Keyring};
use crate::time::{civil_date, working_days};

/// Working days within which an officer decides, as at a counter.
const TERM: u32 = 3;

pub(super) fn is_cui(value: &str) -> Result<(), ValidationError> {
    Cui::parse(value).map(drop).map_err(broken)
}

/// An enum with the same names in the database and on the wire.
macro_rules! stored {
    ($name:ident { $($variant:ident $text:literal,)* }) => {
        impl $name {
            /// Returns the name in the database and on the wire.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Parses a stored name.
            pub(crate) fn of(text: &str) -> Result<Self> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(Error::internal(concat!("a mandate has an unknown ", stringify!($name)))),
                }
            }
        }
    };
}

/// The status of a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MandateStatus)]
pub(crate) enum Status {
    /// Waits for an officer.
    Pending,
    /// In force.
    Confirmed,
    /// Not granted; `reason` says why.
    Refused,
    /// No longer in force; `ended_by` says by whom.
    Ended,
}

stored!(Status { Pending "pending", Confirmed "confirmed", Refused "refused", Ended "ended", });

impl Status {
    /// Returns the status on a day: a mandate whose last day has passed has ended, even if its row does not say so yet.
    pub(super) fn on(row: &Mandate, today: NaiveDate) -> Result<Self> {
        let status = Self::of(&row.status)?;
        let overdue = row.valid_until.is_some_and(|last_day| last_day < today);
        Ok(if status == Self::Confirmed && overdue { Self::Ended } else { status })
    }
}

/// The capacity in which a person acts for a legal person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MandateCapacity)]
pub(crate) enum Capacity {
    /// By law or by statute: administrator, president, liquidator.
    LegalRepresentative,
    /// By power of attorney.
    Attorney,
}

stored!(Capacity { LegalRepresentative "legal_representative", Attorney "attorney", });

/// Who confirmed a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MandateConfirmer)]
pub(crate) enum Confirmer {
    /// The company register names the holder.
    CompanyRegister,
    /// An officer checked the papers.
    Officer,
}

stored!(Confirmer { CompanyRegister "company_register", Officer "officer", });

/// Who ended a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MandateEndedBy)]
pub(crate) enum EndedBy {
    /// Its holder.
    Holder,
    /// An officer.
    Officer,
    /// The company register no longer names the holder.
    CompanyRegister,
    /// Its last day has passed.
    Term,
}

stored!(EndedBy { Holder "holder", Officer "officer", CompanyRegister "company_register", Term "term", });

/// Asks for a mandate to act for a legal person.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateMandateRequest {
    /// Fiscal code of the legal person, with or without `RO`.
    #[validate(custom(function = "is_cui"))]
    #[schema(max_length = 16, example = "12345674")]
    pub(crate) cui: String,
    /// The capacity. A person whom the company register lists is always a legal representative.
    pub(crate) capacity: Capacity,
}

/// A mandate as its holder sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Mandate)]
pub(crate) struct MandateResponse {
    /// UUIDv7; to be named in applications.
    pub(crate) id: Uuid,
    /// Its status.
    pub(crate) status: Status,
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
    pub(crate) capacity: Capacity,
    /// Who confirmed it, if it was confirmed.
    pub(crate) confirmed_by: Option<Confirmer>,
    /// A stable code: why it was refused or ended.
    #[schema(example = "documents_missing")]
    pub(crate) reason: Option<String>,
    /// Who ended it, if it has ended.
    pub(crate) ended_by: Option<EndedBy>,
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

/// A page of mandates, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct MandatePage {
    /// The mandates.
    pub(crate) items: Vec<MandateResponse>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}

impl MandateResponse {
    pub(super) fn of(keyring: &Keyring, row: &Mandate, today: NaiveDate) -> Result<Self> {
        let company = Represented::decrypt(keyring, row)?;
        let status = Status::on(row, today)?;
        let overdue = status == Status::Ended && row.ended_by.is_none();
        let ended_by = row.ended_by.as_deref().map(EndedBy::of).transpose()?;
        Ok(Self {
            id: row.id,
            status,
            cui: company.cui()?.as_str().to_owned(),
            company_name: company.name,
            trade_register_number: company.trade_register_number,
            capacity: Capacity::of(&row.capacity)?,
            confirmed_by: row.confirmed_by.as_deref().map(Confirmer::of).transpose()?,
            reason: row.reason.clone(),
            ended_by: ended_by.or(overdue.then_some(EndedBy::Term)),
            created_at: row.created_at,
            expected_on: expected_on(status, row.created_at),
            valid_until: row.valid_until,
            decided_at: row.decided_at,
            ended_at: row.ended_at,
        })
    }
}

/// Returns the day by which an officer should decide.
pub(super) fn expected_on(status: Status, since: DateTime<Utc>) -> Option<NaiveDate> {
    (status == Status::Pending).then(|| working_days::after(civil_date::today(since), TERM))
}
