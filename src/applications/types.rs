//! What goes over the wire about services and applications.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use super::services::{self, Phase};
use crate::certificates::CertificateResponse;
use crate::http::Locale;
use crate::http::validation::broken;
use crate::registry::{Address, IdentityPaper};
use crate::rule::Rule;
use crate::text;

/// Longest free text of a reason, in characters.
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
    Rule::new("reason_detail_missing", "This reason needs a few words", "Acest motiv cere câteva cuvinte");
const DETAIL_UNWANTED: Rule = Rule::new(
    "reason_detail_unwanted",
    "Only the reason `other` takes words of one's own",
    "Numai motivul `other` primește cuvinte proprii",
);
const NOT_DECLARED: Rule = Rule::new(
    "declaration_missing",
    "The declaration must be made: `true`",
    "Declarația trebuie făcută: `true`",
);

fn is_open_service(value: &str) -> Result<(), ValidationError> {
    match services::find(value) {
        None => Err(broken(&UNKNOWN_SERVICE)),
        Some(service) if service.phase == Phase::Announced => Err(broken(&CLOSED_SERVICE)),
        Some(_) => Ok(()),
    }
}

fn is_reason(value: &str) -> Result<(), ValidationError> {
    services::find_reason(value).map(drop).ok_or_else(|| broken(&UNKNOWN_REASON))
}

fn is_detail(value: &str) -> Result<(), ValidationError> {
    text::check(value, DETAIL_CHARS).map_err(broken)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that validator calls")]
fn is_declared(value: &bool) -> Result<(), ValidationError> {
    if *value { Ok(()) } else { Err(broken(&NOT_DECLARED)) }
}

/// An application.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateApplicationRequest {
    /// Which certificate.
    #[validate(custom(function = "is_open_service"))]
    #[schema(max_length = 64, example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason, from the service's list.
    #[validate(custom(function = "is_reason"))]
    #[schema(max_length = 64, example = "employment")]
    pub(crate) reason: String,
    /// The reason in one's own words; for `other` alone, and needed there.
    #[validate(custom(function = "is_detail"))]
    #[schema(max_length = 200, example = json!(null))]
    pub(crate) reason_detail: Option<String>,
    /// Language of the answer and of mails about it; without it that of the request.
    pub(crate) language: Option<Locale>,
    /// "The prefilled data are mine and right, and I have used no other names."
    #[validate(custom(function = "is_declared"))]
    #[schema(example = true)]
    pub(crate) declaration: bool,
}

impl CreateApplicationRequest {
    /// The rule between two fields: words of one's own exactly where the list asks for them.
    pub(super) fn detail_rule(&self) -> Option<&'static Rule> {
        let needed = services::find_reason(&self.reason).is_some_and(|reason| reason.needs_detail);
        match (needed, &self.reason_detail) {
            (true, None) => Some(&DETAIL_MISSING),
            (false, Some(_)) => Some(&DETAIL_UNWANTED),
            _ => None,
        }
    }
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ApplicationStatus)]
pub(crate) enum Status {
    /// The register has not answered yet.
    AwaitingRegister,
    /// Please come to a counter.
    Referred,
    /// The certificate is there.
    Issued,
}

impl Status {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingRegister => "awaiting_register",
            Self::Referred => "referred",
            Self::Issued => "issued",
        }
    }

    pub(crate) fn of(text: &str) -> Self {
        match text {
            "issued" => Self::Issued,
            "referred" => Self::Referred,
            _ => Self::AwaitingRegister,
        }
    }
}

/// An application as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Application)]
pub(crate) struct ApplicationResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// Where it stands.
    pub(crate) status: Status,
    /// Which certificate.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: String,
    /// Code of the reason.
    #[schema(example = "employment")]
    pub(crate) reason: String,
    /// Civil date in Romania.
    pub(crate) applied_on: NaiveDate,
    /// When it was handed in.
    pub(crate) created_at: DateTime<Utc>,
    /// The certificate, once there is one.
    pub(crate) certificate: Option<CertificateResponse>,
    /// Each step so far, oldest first; when one application is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) events: Option<Vec<ApplicationEvent>>,
}

/// A step of an application.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationEvent {
    /// What it led to: `submitted`, or a status.
    #[schema(example = "submitted")]
    pub(crate) status: String,
    /// `applicant`, `service` or `officer`.
    #[schema(example = "applicant")]
    pub(crate) actor: String,
    /// When.
    pub(crate) at: DateTime<Utc>,
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

/// The certificates on offer.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServiceList {
    /// The services.
    pub(crate) items: Vec<ServiceResponse>,
}

/// A certificate that can be, or will be, applied for.
#[derive(Serialize, ToSchema)]
#[schema(as = Service)]
pub(crate) struct ServiceResponse {
    /// Stable name.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) id: &'static str,
    /// What it is called, in the caller's language.
    #[schema(example = "Certificat de cazier judiciar")]
    pub(crate) name: &'static str,
    /// How far the roll-out has come.
    pub(crate) phase: Phase,
    /// Whether it can be applied for.
    #[schema(example = true)]
    pub(crate) open: bool,
}

/// The reasons to ask for a certificate.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReasonList {
    /// Grows with every change of the list.
    #[schema(example = 1)]
    pub(crate) version: u32,
    /// The reasons.
    pub(crate) items: Vec<ReasonResponse>,
}

/// A reason.
#[derive(Serialize, ToSchema)]
#[schema(as = Reason)]
pub(crate) struct ReasonResponse {
    /// Stable code.
    #[schema(example = "employment")]
    pub(crate) code: &'static str,
    /// What it is called, in the caller's language.
    #[schema(example = "Angajare")]
    pub(crate) label: &'static str,
    /// Whether `reason_detail` must say more.
    #[schema(example = false)]
    pub(crate) needs_detail: bool,
}

/// Which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrefillQuery {
    /// The service.
    #[param(example = "criminal-record-certificate")]
    pub(crate) service: String,
}

/// The prefilled form.
#[derive(Serialize, ToSchema)]
pub(crate) struct Prefill {
    /// The service that it is for.
    #[schema(example = "criminal-record-certificate")]
    pub(crate) service: &'static str,
    /// Each field with its source.
    pub(crate) fields: PrefillFields,
}

/// The fields of the application form ("cerere tip"), each with where it came from and when.
#[derive(Serialize, ToSchema)]
pub(crate) struct PrefillFields {
    pub(crate) cnp: TextField,
    pub(crate) family_name: TextField,
    pub(crate) given_name: TextField,
    pub(crate) previous_names: NamesField,
    pub(crate) father_given_name: OptionalTextField,
    pub(crate) mother_given_name: OptionalTextField,
    pub(crate) birth_date: DateField,
    pub(crate) birth_county: TextField,
    pub(crate) birth_place: TextField,
    pub(crate) domicile: AddressField,
    pub(crate) identity_document: IdentityPaperField,
}

/// Who said so.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PrefillSource)]
pub(crate) enum Source {
    /// The proof of identity.
    IdentityVerification,
    /// The population register.
    CivilStatus,
}

macro_rules! field {
    ($($name:ident($value:ty, $example:expr);)*) => {$(
        /// A prefilled value.
        #[derive(Serialize, ToSchema)]
        pub(crate) struct $name {
            /// The value.
            #[schema(example = json!($example))]
            pub(crate) value: $value,
            /// Who said so.
            pub(crate) source: Source,
            /// When they said so.
            pub(crate) as_of: DateTime<Utc>,
        }
    )*};
}

/// A prefilled address.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressField {
    /// The value.
    pub(crate) value: Address,
    /// Who said so.
    pub(crate) source: Source,
    /// When they said so.
    pub(crate) as_of: DateTime<Utc>,
}

/// A prefilled identity document.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityPaperField {
    /// The value.
    pub(crate) value: IdentityPaper,
    /// Who said so.
    pub(crate) source: Source,
    /// When they said so.
    pub(crate) as_of: DateTime<Utc>,
}

field! {
    TextField(String, "Munteanu");
    OptionalTextField(Option<String>, "Elena");
    NamesField(Vec<String>, ["Popa"]);
    DateField(NaiveDate, "1988-05-14");
}
