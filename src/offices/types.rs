//! Wire types of offices.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::person::county;
use crate::text::{Rule, coded, input};

/// The letters are not those of a county.
const COUNTY: Rule = Rule::new(
    "county_unknown",
    "The county is given by the letters of its number plates, like CJ or B",
    "Județul se indică prin literele de pe plăcuțele de înmatriculare, de exemplu CJ sau B",
);

/// A county, by the letters of its number plates.
pub(crate) struct CountyLetters(String);

impl CountyLetters {
    /// Parses the letters.
    ///
    /// # Errors
    /// `county_unknown`.
    pub(super) fn parse(letters: &str) -> Result<Self, &'static Rule> {
        county::name(letters).map(|_| Self(letters.to_owned())).ok_or(&COUNTY)
    }

    /// Returns the letters.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

input!(CountyLetters, breaks [COUNTY], min_length: 1, max_length: 2, pattern: "^[A-Z]{1,2}$");

coded! {
    /// The main task of an office, besides certifying identities.
    #[derive(clap::ValueEnum)]
    #[clap(rename_all = "snake_case")]
    pub enum OfficeKind in "offices.kind", "office_phases.kind" {
        /// A police unit that issues criminal-record certificates.
        Police = "police",
        /// Driving licences and vehicle registration.
        DrivingLicences = "driving_licences",
        /// Passports.
        Passports = "passports",
        /// The population register: identity cards.
        PopulationRegister = "population_register",
    }
}

/// Filters the list of offices.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CounterQuery {
    /// A county, by the letters of its number plates.
    #[param(inline, example = "CJ")]
    pub(crate) county: Option<CountyLetters>,
    /// If true, only offices that certify identities today.
    #[param(example = true)]
    pub(crate) certifies: Option<bool>,
}

/// An office with a public counter.
#[derive(Serialize, ToSchema)]
#[schema(as = Counter)]
pub(crate) struct CounterResponse {
    /// The ministry's code of the office.
    #[schema(example = "CJ-P01")]
    pub(crate) code: String,
    /// Its main task.
    pub(crate) kind: OfficeKind,
    /// Its name.
    #[schema(example = "Poliția municipiului Cluj-Napoca")]
    pub(crate) name: String,
    /// Its county, by the letters of its number plates.
    #[schema(example = "CJ")]
    pub(crate) county: String,
    /// The county's name.
    #[schema(example = "Cluj")]
    pub(crate) county_name: &'static str,
    /// Town or village.
    #[schema(example = "Cluj-Napoca")]
    pub(crate) locality: String,
    /// Street and number.
    #[schema(example = "Strada Decebal nr. 26")]
    pub(crate) address: String,
    /// Opening hours.
    #[schema(example = "luni–vineri 8:30–16:30, joi până la 18:30")]
    pub(crate) programme: String,
    /// Phone number, E.164.
    #[schema(example = "+40264432727")]
    pub(crate) phone: Option<String>,
    /// Whether it certifies identities today.
    #[schema(example = true)]
    pub(crate) certifies: bool,
    /// The day from which its kind certifies identities, past or future; null if not decided.
    pub(crate) certifies_since: Option<NaiveDate>,
}

/// Offices, by county, town and name.
#[derive(Serialize, ToSchema)]
pub(crate) struct CounterList {
    /// The offices.
    pub(crate) items: Vec<CounterResponse>,
    /// Always null: the list is complete.
    #[schema(example = json!(null))]
    pub(crate) next_cursor: Option<String>,
}
