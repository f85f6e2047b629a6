//! What goes over the wire about mandates.

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

/// Working days in which an officer decides, as at a counter.
const TERM: u32 = 3;

pub(super) fn is_cui(value: &str) -> Result<(), ValidationError> {
    Cui::parse(value).map(drop).map_err(broken)
}

/// Names that stand in the database as on the wire.
macro_rules! stored {
    ($name:ident { $($variant:ident $text:literal,)* }) => {
        impl $name {
            /// As it stands in the database and on the wire.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Reads a stored one.
            pub(crate) fn of(text: &str) -> Result<Self> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(Error::internal(concat!("a mandate has an unknown ", stringify!($name)))),
                }
            }
        }
    };
}

/// Where a mandate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MandateStatus)]
pub(crate) enum Status {
    /// An officer has to look.
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
    /// Where a mandate stands on a day: one whose last day has passed has ended, whether somebody wrote it down or not.
    pub(super) fn on(row: &Mandate, today: NaiveDate) -> Result<Self> {
        let status = Self::of(&row.status)?;
        let overdue = row.valid_until.is_some_and(|last_day| last_day < today);
        Ok(if status == Self::Confirmed && overdue { Self::Ended } else { status })
    }
}

/// In what right somebody acts for a legal person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MandateCapacity)]
pub(crate) enum Capacity {
    /// By law or by its statute: administrator, president, liquidator.
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
    /// An officer looked at the papers.
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

/// A wish to act for a legal person.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateMandateRequest {
    /// Fiscal code of the legal person, with `RO` before it or not.
    #[validate(custom(function = "is_cui"))]
    #[schema(max_length = 16, example = "12345674")]
    pub(crate) cui: String,
    /// In what right. Whom the company register names as a representative is one, whatever stands here.
    pub(crate) capacity: Capacity,
}

/// A mandate as its holder sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Mandate)]
pub(crate) struct MandateResponse {
    /// UUIDv7; what an application names.
    pub(crate) id: Uuid,
    /// Where it stands.
    pub(crate) status: Status,
    /// Fiscal code of the legal person.
    #[schema(example = "12345674")]
    pub(crate) cui: String,
    /// Its name, when the mandate was asked for.
    #[schema(example = "Construcții Țara Bârsei S.R.L.")]
    pub(crate) company_name: String,
    /// Its trade-register number, if it has one.
    #[schema(example = "J08/1234/2020")]
    pub(crate) trade_register_number: Option<String>,
    /// In what right.
    pub(crate) capacity: Capacity,
    /// Who confirmed it, once somebody has.
    pub(crate) confirmed_by: Option<Confirmer>,
    /// Why it was refused or ended: a stable code.
    #[schema(example = "documents_missing")]
    pub(crate) reason: Option<String>,
    /// Who ended it, once somebody has.
    pub(crate) ended_by: Option<EndedBy>,
    /// When it was asked for.
    pub(crate) created_at: DateTime<Utc>,
    /// The day by which an officer decides, while it waits for one.
    pub(crate) expected_on: Option<NaiveDate>,
    /// Last day on which it is in force (Romanian civil date), where a power of attorney says one.
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
        let company = Represented::open(keyring, row)?;
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

/// The day by which an officer decides.
pub(super) fn expected_on(status: Status, since: DateTime<Utc>) -> Option<NaiveDate> {
    (status == Status::Pending).then(|| working_days::after(civil_date::today(since), TERM))
}
