//! What goes over the wire about figures.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::time::civil_date::CivilDate;

/// Which days are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatisticsQuery {
    /// First day; without it, 30 days to the last.
    #[param(value_type = Option<NaiveDate>, example = "2026-11-01")]
    pub(crate) from: Option<CivilDate>,
    /// Last day; without it, the last one that was counted. At most 366 days.
    #[param(value_type = Option<NaiveDate>, example = "2026-11-24")]
    pub(crate) to: Option<CivilDate>,
}

/// How the service is used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Statistics {
    /// The last Romanian civil day that is counted; each is, an hour after it is over. Null before the first.
    pub(crate) through: Option<NaiveDate>,
    /// Counts of 1 to one less than this are not shown (null), and neither is what would tell them.
    #[schema(example = 10)]
    pub(crate) threshold: i64,
    /// What was shown of all days since the beginning, added up: at least so many.
    pub(crate) totals: Figures,
    /// The days asked for, newest first.
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

/// Counts; null where a count is too small to be shown, or would tell one that is.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// Accounts whose address was confirmed.
    #[schema(example = 7612)]
    pub(crate) accounts_created: Option<i64>,
    /// Identities that were proved, by method.
    #[schema(example = json!({"ghiseul": 6912, "counter": 153}))]
    pub(crate) identities_verified: BTreeMap<String, Option<i64>>,
    /// Applications that came to this outcome: `issued`, `referred` to an officer, `rejected`, `withdrawn`. One that was
    /// referred and then issued counts on both days.
    #[schema(example = json!({"issued": 5532, "referred": 97}))]
    pub(crate) applications: BTreeMap<String, Option<i64>>,
    /// Certificates, corrected ones among them.
    #[schema(example = 5532)]
    pub(crate) certificates_issued: Option<i64>,
    /// Of these, to legal persons.
    #[schema(example = 41)]
    pub(crate) certificates_issued_to_legal_persons: Option<i64>,
    /// Verifications that found their certificate.
    #[schema(example = 1204)]
    pub(crate) verifications: Option<i64>,
}

impl Figures {
    /// Puts a figure in its place; one that the contract does not know is left out.
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
