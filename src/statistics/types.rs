//! Wire types of figures.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::time::civil_date::CivilDate;

/// Selects days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatisticsQuery {
    /// First day; by default 30 days before the last.
    #[param(inline, example = "2026-11-01")]
    pub(crate) from: Option<CivilDate>,
    /// Last day; by default the last counted one. At most 366 days.
    #[param(inline, example = "2026-11-24")]
    pub(crate) to: Option<CivilDate>,
}

/// How the service is used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Statistics {
    /// The last counted Romanian civil day; each is counted an hour after it is over. Null before the first.
    pub(crate) through: Option<NaiveDate>,
    /// Counts from 1 to one less than this are hidden (null), as are counts that would reveal them.
    #[schema(example = 10)]
    pub(crate) threshold: i64,
    /// The sums of all shown counts since the start of the service: at least this many.
    pub(crate) totals: Figures,
    /// The selected days, newest first.
    pub(crate) days: Vec<DayFigures>,
}

/// The figures of one day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayFigures {
    /// Romanian civil day.
    pub(crate) day: NaiveDate,
    /// Its figures.
    #[serde(flatten)]
    pub(crate) figures: Figures,
}

/// Counts; null if a count is too small to be shown, or would reveal one that is.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// Accounts created.
    #[schema(example = 7612)]
    pub(crate) accounts_created: Option<i64>,
    /// Verified identities, by method.
    #[schema(example = json!({"ghiseul": 6912, "counter": 153}))]
    pub(crate) identities_verified: BTreeMap<String, Option<i64>>,
    /// Applications by outcome: `issued`, `referred` to an officer, `rejected`, `withdrawn`. One that was referred and
    /// then issued counts on both days.
    #[schema(example = json!({"issued": 5532, "referred": 97}))]
    pub(crate) applications: BTreeMap<String, Option<i64>>,
    /// Certificates issued, including corrected ones.
    #[schema(example = 5532)]
    pub(crate) certificates_issued: Option<i64>,
    /// Certificates issued to legal persons.
    #[schema(example = 41)]
    pub(crate) certificates_issued_to_legal_persons: Option<i64>,
    /// Verifications that found a certificate.
    #[schema(example = 1204)]
    pub(crate) verifications: Option<i64>,
}

impl Figures {
    /// Sets a figure; ignores one that the contract does not know.
    pub(super) fn set(&mut self, figure: &str, count: Option<i64>) {
        match figure.split_once('.') {
            Some(("identities_verified", method)) => {
                self.identities_verified.insert(method.to_owned(), count);
            }
            Some(("applications", outcome)) => {
                self.applications.insert(outcome.to_owned(), count);
            }
            _ => match figure {
                "accounts_created" => self.accounts_created = count,
                "certificates_issued" => self.certificates_issued = count,
                "certificates_issued_to_legal_persons" => {
                    self.certificates_issued_to_legal_persons = count;
                }
                "verifications" => self.verifications = count,
                _ => {}
            },
        }
    }
}
