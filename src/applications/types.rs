//! Wire types of applications.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use super::eu_states::is_eu_state;
use super::event::{StepActor, StepReason};
use super::life::ApplicationStatus;
use super::matter::Capacity;
use crate::certificates::CertificateResponse;
use crate::config::RollOut;
use crate::http::Locale;
use crate::http::validation::broken;
use crate::person::Cnp;
use crate::services::{self, Phase, Service};
use crate::text;
use crate::text::Rule;

/// The longest `reason_detail`, in characters.
const DETAIL_CHARS: usize = 200;

pub(crate) const UNKNOWN_SERVICE: Rule =
    Rule::new("unknown_service", "There is no service of this name", "Nu există un serviciu cu acest nume");
const CLOSED_SERVICE: Rule =
    Rule::new("service_not_open", "The service is not open yet", "Serviciul nu este încă deschis");
const UNKNOWN_REASON: Rule = Rule::new(
    "unknown_reason",
    "The reason is not on the service's list",
    "Motivul nu se află pe lista serviciului",
);
const DETAIL_MISSING: Rule =
    Rule::new("reason_detail_missing", "This reason needs an explanation", "Acest motiv cere o explicație");
const DETAIL_UNWANTED: Rule = Rule::new(
    "reason_detail_unwanted",
    "Only the reason `other` takes an explanation",
    "Numai la motivul `other` se adaugă o explicație",
);
const MANDATE_MISSING: Rule = Rule::new(
    "mandate_missing",
    "A certificate of a legal person needs the mandate by which you act for it",
    "Pentru certificatul unei persoane juridice, indicați mandatul prin care o reprezentați",
);
const MANDATE_UNWANTED: Rule = Rule::new(
    "mandate_unwanted",
    "Only a certificate of a legal person needs a mandate",
    "Numai certificatul unei persoane juridice se cere printr-un mandat",
);
const PERSON_UNWANTED: Rule = Rule::new(
    "natural_persons_only",
    "This is for certificates of natural persons",
    "Aceasta se folosește numai la certificatele persoanelor fizice",
);
pub(crate) const COMPANY_FORM: Rule = Rule::new(
    "form_of_a_mandate",
    "The form of a legal person is at `/v1/mandates/{id}/prefill`",
    "Formularul unei persoane juridice se află la `/v1/mandates/{id}/prefill`",
);
const NOT_DECLARED: Rule =
    Rule::new("declaration_missing", "Make the declaration: `true`", "Faceți declarația: `true`");

fn is_service(value: &str) -> Result<(), ValidationError> {
    Service::find(value).map(drop).ok_or_else(|| broken(&UNKNOWN_SERVICE))
}

fn is_reason(value: &str) -> Result<(), ValidationError> {
    services::find_reason(value).map(drop).ok_or_else(|| broken(&UNKNOWN_REASON))
}

fn is_detail(value: &str) -> Result<(), ValidationError> {
    text::line(value, DETAIL_CHARS).map(drop).map_err(broken)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that validator calls")]
fn is_declared(value: &bool) -> Result<(), ValidationError> {
    if *value { Ok(()) } else { Err(broken(&NOT_DECLARED)) }
}

fn is_cnp(value: &str) -> Result<(), ValidationError> {
    Cnp::parse(value).map(drop).map_err(broken)
}

/// A person whom the applicant represents.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnBehalfOf {
    /// Their personal numeric code.
    #[validate(custom(function = "is_cnp"))]
    #[schema(min_length = 13, max_length = 13, pattern = "^[1-9][0-9]{12}$", example = "6161019510120")]
    pub(crate) cnp: String,
    /// The applicant's capacity.
    pub(crate) capacity: Capacity,
}

/// An application.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateApplicationRequest {
    /// The requested service.
    #[validate(custom(function = "is_service"))]
    #[schema(max_length = 64, example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason, from the service's list.
    #[validate(custom(function = "is_reason"))]
    #[schema(max_length = 64, example = "employment")]
    pub(crate) reason: String,
    /// Your reason in your own words; required for `other`, and only allowed there.
    #[serde(default, deserialize_with = "text::normalized_optional")]
    #[validate(custom(function = "is_detail"))]
    #[schema(max_length = 200, example = json!(null))]
    pub(crate) reason_detail: Option<String>,
    /// Language of the answer and of mails about it; by default that of the request.
    pub(crate) language: Option<Locale>,
    /// The subject of the certificate, if not the applicant: a child under 14, or a person who gave a power of
    /// attorney. An officer checks the papers.
    #[validate(nested)]
    pub(crate) on_behalf_of: Option<OnBehalfOf>,
    /// For nationals of other states of the European Union: that state, ISO 3166-1. Its register is queried (ECRIS).
    #[validate(custom(function = "is_eu_state"))]
    #[schema(min_length = 2, max_length = 2, example = json!(null))]
    pub(crate) nationality: Option<String>,
    /// For a certificate of a legal person: the mandate by which you act for it.
    #[schema(example = json!(null))]
    pub(crate) mandate_id: Option<Uuid>,
    /// "The prefilled data are mine and right, and I have used no other names."
    #[validate(custom(function = "is_declared"))]
    #[schema(example = true)]
    pub(crate) declaration: bool,
}

impl CreateApplicationRequest {
    /// Checks the rules between the fields, as of today.
    pub(super) fn broken_rule(
        &self,
        roll_out: RollOut,
        today: NaiveDate,
    ) -> Option<(&'static str, &'static Rule)> {
        let service = Service::find(&self.service)?;
        if Phase::of(service, roll_out, today) == Phase::Announced {
            return Some(("/service", &CLOSED_SERVICE));
        }
        self.subject_rule().or_else(|| self.detail_rule().map(|rule| ("/reason_detail", rule)))
    }

    /// Checks that a legal person has a mandate, and a natural person none.
    fn subject_rule(&self) -> Option<(&'static str, &'static Rule)> {
        match (self.service == Service::LegalPerson.id(), self.mandate_id) {
            (true, None) => Some(("/mandate_id", &MANDATE_MISSING)),
            (false, Some(_)) => Some(("/mandate_id", &MANDATE_UNWANTED)),
            (true, Some(_)) if self.on_behalf_of.is_some() => Some(("/on_behalf_of", &PERSON_UNWANTED)),
            (true, Some(_)) if self.nationality.is_some() => Some(("/nationality", &PERSON_UNWANTED)),
            _ => None,
        }
    }

    /// Checks that `reason_detail` is given exactly where the list requires it.
    fn detail_rule(&self) -> Option<&'static Rule> {
        let needed = services::find_reason(&self.reason).is_some_and(|reason| reason.needs_detail);
        match (needed, &self.reason_detail) {
            (true, None) => Some(&DETAIL_MISSING),
            (false, Some(_)) => Some(&DETAIL_UNWANTED),
            _ => None,
        }
    }
}

/// An application as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Application)]
pub(crate) struct ApplicationResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// Its status.
    pub(crate) status: ApplicationStatus,
    /// The requested service.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason.
    #[schema(example = "employment")]
    pub(crate) reason: String,
    /// For a certificate of a legal person: the mandate, which names the legal person.
    pub(crate) mandate_id: Option<Uuid>,
    /// Civil date in Romania.
    pub(crate) applied_on: NaiveDate,
    /// When it was submitted.
    pub(crate) created_at: DateTime<Utc>,
    /// The day by which the next step is expected, if there is one: by the statutory terms, in working days.
    pub(crate) expected_on: Option<NaiveDate>,
    /// The certificate, once issued.
    pub(crate) certificate: Option<CertificateResponse>,
    /// Its events, oldest first; only when a single application is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) events: Option<Vec<ApplicationEvent>>,
}

/// An event of an application.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationEvent {
    /// The status that it led to.
    pub(crate) status: ApplicationStatus,
    /// Who took it.
    pub(crate) actor: StepActor,
    /// The time.
    pub(crate) at: DateTime<Utc>,
    /// A stable reason code, if the status does not imply it; a problem's code has its page at `/problems/{code}`.
    pub(crate) reason: Option<StepReason>,
}

/// A page of applications, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationPage {
    /// The applications.
    pub(crate) items: Vec<ApplicationResponse>,
    /// For `?cursor=`; null on the last page.
    #[schema(example = "AaIARwPPd2-GfruevbzPeg")]
    pub(crate) next_cursor: Option<String>,
}

/// Selects a form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrefillQuery {
    /// The service.
    #[param(example = "criminal-record-certificate")]
    pub(crate) service: String,
}

/// The applicant's own words as a door of the table of values.
#[cfg(test)]
pub(crate) mod doors {
    use serde_json::json;

    use super::*;
    use crate::doors::Door;

    pub(crate) const TEXT: Door = ("reason_detail", |text| {
        let body = json!({
            "service": "criminal-record-certificate", "reason": "other", "reason_detail": text, "declaration": true
        });
        let body: CreateApplicationRequest = serde_json::from_value(body).unwrap();
        match body.validate() {
            Ok(()) => Ok(body.reason_detail.unwrap()),
            Err(errors) => Err(Some(errors.field_errors()["reason_detail"][0].code.to_string())),
        }
    });
}
