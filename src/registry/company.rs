//! The answer of the company register.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Address;
use crate::person::{Cnp, TradeRegisterNumber};
use crate::text::{Rule, Text};
use crate::time::civil_date::DATE_IN_FUTURE;

/// A legal person, according to the company register.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Company {
    /// Its name, with its legal form.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Construcții Țara Bârsei S.R.L.")]
    pub name: Text,
    /// Trade register number; associations and foundations have none.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "J08/1234/2020")]
    pub trade_register_number: Option<TradeRegisterNumber>,
    /// Registered seat.
    pub seat: Address,
    /// Its representatives, by law or statute. Never absent or null: a person missing here no longer represents it.
    pub representatives: Vec<Representative>,
    /// Whether it has been struck off.
    pub dissolved: bool,
    /// When the register's data was current.
    pub as_of: DateTime<Utc>,
}

/// A natural person who represents a legal person.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Representative {
    /// Personal numeric code; null, but never absent, for a foreigner who has none.
    #[serde(deserialize_with = "super::protocol::present")]
    #[schema(value_type = Option<String>, required = true, min_length = 13, max_length = 13, example = "2790126264101")]
    pub cnp: Option<Cnp>,
    /// The representative's capacity, in the register's words.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "administrator")]
    pub capacity: Text,
}

impl Company {
    /// Checks that the data is not of the future: it would override every later answer.
    ///
    /// # Errors
    /// `date_in_future`.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), &'static Rule> {
        if self.as_of > now { Err(&DATE_IN_FUTURE) } else { Ok(()) }
    }

    /// Returns whether the register lists representatives, each with a CNP: only then is a person with another CNP not
    /// among them.
    #[must_use]
    pub fn names_each_by_cnp(&self) -> bool {
        let named = &self.representatives;
        !named.is_empty() && named.iter().all(|representative| representative.cnp.is_some())
    }

    /// Returns whether the register lists this person as a representative.
    #[must_use]
    pub fn names(&self, cnp: &Cnp) -> bool {
        self.representatives.iter().any(|representative| representative.cnp.as_ref() == Some(cnp))
    }
}

redacted!(Company, Representative);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_representative_without_a_cnp_may_be_anybody() {
        let company = |representatives: serde_json::Value| {
            serde_json::from_value::<Company>(json!({
                "name": "Nouă S.R.L.", "seat": {"county": "Cluj", "locality": "Turda"},
                "representatives": representatives, "dissolved": false, "as_of": "2026-11-24T09:00:00Z",
            }))
        };
        let known = json!({"cnp": "1800101221144", "capacity": "administrator"});
        let foreigner = json!({"cnp": null, "capacity": "administrator"});
        assert!(company(json!([known])).unwrap().names_each_by_cnp());
        assert!(!company(json!([known, foreigner])).unwrap().names_each_by_cnp());
        assert!(!company(json!([])).unwrap().names_each_by_cnp(), "and nobody says nothing");
        assert!(company(json!([{"capacity": "administrator"}])).is_err(), "an answer that lost it is none");
    }

    #[test]
    fn a_company_without_its_list_of_representatives_is_no_answer() {
        let company = |representatives: serde_json::Value| {
            let mut company = json!({
                "name": "Nouă S.R.L.", "seat": {"county": "Cluj", "locality": "Turda"}, "representatives": [],
                "dissolved": false, "as_of": "2026-11-01T00:00:00Z", "a_new_member": 1
            });
            company["representatives"] = representatives;
            serde_json::from_value::<Company>(company)
        };
        assert!(company(json!([])).is_ok(), "unknown members are ignored");
        assert!(company(json!(null)).is_err());
        let foreigner = company(json!([{"cnp": null, "capacity": "administrator"}])).unwrap();
        assert!(!foreigner.names(&Cnp::parse("2790126264101").unwrap()));
        let grouped = company(json!([{"cnp": "279 0126 264101", "capacity": "administrator"}])).unwrap();
        assert!(grouped.names(&Cnp::parse("2790126264101").unwrap()));
    }
}
