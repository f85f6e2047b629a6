//! Wire types of applications.

use std::any::type_name;
use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::eu_states::EuState;
use super::event::{StepActor, StepReason};
use super::life::ApplicationStatus;
use super::matter::Capacity;
use crate::certificates::CertificateResponse;
use crate::config::RollOut;
use crate::http::Locale;
use crate::http::selection::list_query;
use crate::person::Cnp;
use crate::services::{self, Phase, Reason, Service};
use crate::text::rule::{self, Rule};
use crate::text::{At, Line};

const CLOSED_SERVICE: Rule =
    Rule::new("service_not_open", "The service is not open yet", "Serviciul nu este încă deschis");
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

/// The rules of an application, besides those of its fields and of whom it is for.
pub(super) const RULES: &[At] = &[
    ("/service", CLOSED_SERVICE),
    ("/declaration", NOT_DECLARED),
    ("/mandate_id", MANDATE_MISSING),
    ("/mandate_id", MANDATE_UNWANTED),
    ("/on_behalf_of", PERSON_UNWANTED),
    ("/nationality", PERSON_UNWANTED),
    ("/reason_detail", DETAIL_MISSING),
    ("/reason_detail", DETAIL_UNWANTED),
];
/// The rule of a prefilled form, besides those of its parameters.
pub(super) const OF_PREFILL: &[At] = &[("?service", COMPANY_FORM)];

/// The declaration of the form. Only `true` is accepted.
pub(crate) struct Declared;

impl PartialSchema for Declared {
    /// The one value is a `const`: generators of clients know enums of texts and numbers alone.
    fn schema() -> RefOr<Schema> {
        let only = [("const", json!(true))];
        ObjectBuilder::new().schema_type(Type::Boolean).extensions(Some(only.into_iter().collect())).into()
    }
}

impl ToSchema for Declared {
    fn name() -> Cow<'static, str> {
        type_name::<Self>().into()
    }
}

impl<'de> Deserialize<'de> for Declared {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? { Ok(Self) } else { Err(rule::as_serde_error(&NOT_DECLARED)) }
    }
}

/// A person whom the applicant represents.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cnp": "6161019510120", "capacity": "parent"}))]
pub(crate) struct OnBehalfOf {
    /// Their personal numeric code.
    pub(crate) cnp: Cnp,
    /// The applicant's capacity.
    pub(crate) capacity: Capacity,
}

/// An application.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "service": "criminal-record-certificate",
    "reason": "employment",
    "declaration": true
}))]
pub(crate) struct CreateApplicationRequest {
    /// The requested service.
    pub(crate) service: Service,
    /// Code of the reason, from the service's list.
    #[serde(deserialize_with = "services::reason_of_code")]
    #[schema(value_type = Reason)]
    pub(crate) reason: &'static Reason,
    /// Your reason in your own words; required for `other`, and only allowed there.
    pub(crate) reason_detail: Option<Line<200>>,
    /// Language of the answer and of mails about it; by default that of the request.
    pub(crate) language: Option<Locale>,
    /// The subject of the certificate, if not the applicant: a child under 14, or a person who gave a power of
    /// attorney. An officer checks the papers.
    pub(crate) on_behalf_of: Option<OnBehalfOf>,
    /// For nationals of other states of the European Union: that state, ISO 3166-1. Its register is queried (ECRIS).
    pub(crate) nationality: Option<EuState>,
    /// For a certificate of a legal person: the mandate by which you act for it.
    pub(crate) mandate_id: Option<Uuid>,
    /// "The prefilled data are mine and right, and I have used no other names."
    #[expect(dead_code, reason = "it carries no data")]
    pub(crate) declaration: Declared,
}

impl CreateApplicationRequest {
    /// Checks the rules between the fields, as of today.
    pub(super) fn broken_rule(
        &self,
        roll_out: RollOut,
        today: NaiveDate,
    ) -> Option<(&'static str, &'static Rule)> {
        if Phase::of(self.service, roll_out, today) == Phase::Announced {
            return Some(("/service", &CLOSED_SERVICE));
        }
        self.subject_rule().or_else(|| self.detail_rule().map(|rule| ("/reason_detail", rule)))
    }

    /// Checks that a legal person has a mandate, and a natural person none.
    fn subject_rule(&self) -> Option<(&'static str, &'static Rule)> {
        match (self.service == Service::LegalPerson, self.mandate_id) {
            (true, None) => Some(("/mandate_id", &MANDATE_MISSING)),
            (false, Some(_)) => Some(("/mandate_id", &MANDATE_UNWANTED)),
            (true, Some(_)) if self.on_behalf_of.is_some() => Some(("/on_behalf_of", &PERSON_UNWANTED)),
            (true, Some(_)) if self.nationality.is_some() => Some(("/nationality", &PERSON_UNWANTED)),
            _ => None,
        }
    }

    /// Checks that `reason_detail` is given exactly where the list requires it.
    fn detail_rule(&self) -> Option<&'static Rule> {
        match (self.reason.needs_detail, &self.reason_detail) {
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
    /// The certificate, once issued; null for a client without the scope `certificates:read`.
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

list_query! {
    /// Selects applications.
    pub(crate) struct ApplicationsQuery by ApplicationStatus, such as "issued"
}

/// Selects a form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrefillQuery {
    /// The service.
    #[param(inline, example = "criminal-record-certificate")]
    pub(crate) service: Service,
}

/// The applicant's own words as a door of the table of values.
#[cfg(test)]
pub(crate) mod doors {
    use serde_json::json;

    use super::*;
    use crate::doors::Door;
    use crate::error::Error;
    use crate::http::json;

    pub(crate) const TEXT: Door = ("reason_detail", |text| {
        let body = json!({
            "service": "criminal-record-certificate", "reason": "other", "reason_detail": text, "declaration": true
        });
        match json::parse::<CreateApplicationRequest>(body.to_string().as_bytes()) {
            Ok(body) => Ok(body.reason_detail.unwrap().as_str().to_owned()),
            Err(Error::Problem(problem)) => Err(Some(problem.errors[0].code.to_string())),
            Err(error) => panic!("{error}"),
        }
    });
}
