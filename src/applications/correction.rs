//! The owner of a certificate reports wrong fields. That is an application for a corrected certificate: an officer
//! decides, and the new certificate replaces the old one.

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::apply;
use super::event::StepReason;
use super::life::ApplicationStatus;
use super::mails::{self, News};
use super::matter::{CorrectedField, Correction, Matter};
use super::store::{self, Application};
use super::types::ApplicationResponse;
use crate::accounts::Caller;
use crate::audit::{self, Event};
use crate::certificates::store as certificates;
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Answer, Work};
use crate::http::{Json, RequestId};
use crate::person::name::NAME_CHARACTERS;
use crate::person::{Column, County, PersonName};
use crate::state::{AppState, State};
use crate::text::forms::Form;
use crate::text::rule::{self, Rule};
use crate::text::{At, Input, Opaque, TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_NOT_PRINTABLE, TEXT_TOO_LONG};
use crate::time::civil_date;

/// The largest number of corrections: the number of fields.
const AT_MOST: usize = 6;
const CORRECTIONS_COUNT: Rule = Rule::new(
    "corrections_count",
    "Say which fields are wrong: one to six of them",
    "Spuneți care câmpuri sunt greșite: între unul și șase",
);
const FIELD_TWICE: Rule =
    Rule::new("field_twice", "This field appears in the list twice", "Acest câmp apare de două ori în listă");

/// The rules of corrections, besides those of their fields. A value has the rules of its field's type.
const RULES: &[&[At]] = &[
    &[("/corrections", CORRECTIONS_COUNT), ("/corrections/*/field", FIELD_TWICE)],
    &[
        ("/value", TEXT_BLANK),
        ("/value", TEXT_TOO_LONG),
        ("/value", TEXT_CONTROL_CHARACTER),
        ("/value", TEXT_NOT_PRINTABLE),
        ("/value", NAME_CHARACTERS),
    ],
];

/// The forms that [`CORRECTIONS_COUNT`] leaves.
const FORMS: [Form; 2] = [
    Form::new("OfOne", "One wrong field.", r#"{"field": "family_name", "value": "Popescu"}"#)
        .needs(&["field", "value"])
        .without(&["corrections"]),
    Form::new(
        "OfSeveral",
        "All wrong fields, each once.",
        r#"{"corrections": [{"field": "family_name", "value": "Popescu"}, {"field": "given_name", "value": "Ana"}]}"#,
    )
    .needs(&["corrections"])
    .without(&["field", "value"]),
];

/// The wrong fields: one, or several in `corrections`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionRequest {
    /// The wrong field, if it is only one.
    pub(crate) field: Option<CorrectedField>,
    /// The correct value, as in your documents.
    pub(crate) value: Option<Opaque<0, 80>>,
    /// Alternatively, all wrong fields, each once.
    #[schema(value_type = Option<Vec<CorrectionItem>>, min_items = 1, max_items = 6)]
    corrections: Option<Vec<Reported>>,
}

/// A wrong field.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"field": "family_name", "value": "Popescu"}))]
pub(crate) struct CorrectionItem {
    /// The field.
    field: CorrectedField,
    /// The correct value, as in your documents.
    #[schema(
        max_length = 80,
        extensions(("x-rules" = json!([TEXT_BLANK, PersonName::RULES, County::RULES])))
    )]
    value: String,
}

/// A correction whose value is in the form of its field's type.
struct Reported(Correction);

impl<'de> Deserialize<'de> for Reported {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let CorrectionItem { field, value } = Deserialize::deserialize(deserializer)?;
        let correction = Correction::parse(field, &value);
        correction.map(Self).map_err(|rule| rule::as_serde_error_at("/value", rule))
    }
}

impl CorrectionRequest {
    /// Returns the corrections, each of another field.
    fn corrections(self) -> Result<Vec<Correction>> {
        match (self.field, self.value, self.corrections) {
            (Some(field), Some(value), None) => {
                let correction = Correction::parse(field, value.as_str());
                Ok(vec![correction.map_err(|rule| Error::invalid("/value", rule))?])
            }
            (None, None, Some(reported)) if (1..=AT_MOST).contains(&reported.len()) => {
                let mut corrections: Vec<Correction> = Vec::with_capacity(reported.len());
                for (place, Reported(correction)) in reported.into_iter().enumerate() {
                    if corrections.iter().any(|before| before.field == correction.field) {
                        return Err(Error::invalid(&format!("/corrections/{place}/field"), &FIELD_TWICE));
                    }
                    corrections.push(correction);
                }
                Ok(corrections)
            }
            _ => Err(Error::invalid("/corrections", &CORRECTIONS_COUNT)),
        }
    }
}

/// Report wrong fields
///
/// An officer compares them with your documents. The corrected certificate differs from this one only in these fields,
/// and replaces it; this one then verifies as `superseded`.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = []), ("oauth" = ["applications:write"])),
    params(("id" = Uuid, Path, description = "The certificate's id"), idempotency::KeyParameter),
    responses(
        (status = 202, description = "The application for a corrected certificate", body = ApplicationResponse),
    ),
    extensions(
        ("x-problems" = json!([Code::IdentityUnverified, Code::CertificateEnded, Code::CorrectionUnderWay, Code::CompanyDataFromRegister])),
        ("x-rules" = json!([RULES])),
        ("x-forms" = json!(FORMS)),
    ),
)]
#[post("/v1/certificates/{id}/corrections")]
pub(crate) async fn create_correction(
    state: State,
    caller: Caller,
    path: web::Path<Uuid>,
    http: HttpRequest,
    request: RequestId,
    json: Json<CorrectionRequest>,
) -> Result<HttpResponse> {
    let certificate = path.into_inner();
    let operation = format!("create_correction {certificate}");
    let key = idempotency::Key::of_person(&http, &operation, caller.key_owner(), json.digest)?;
    let reporting = async { report(&state, &caller, certificate, json.body, request) };
    Ok(idempotency::once(&state, key, reporting).await?.into_response())
}

/// Prepares the work that stores the application for a corrected certificate.
fn report(
    state: &AppState,
    caller: &Caller,
    certificate: Uuid,
    body: CorrectionRequest,
    request: RequestId,
) -> Result<Work> {
    let (account, viewer) = (caller.account.clone(), caller.viewer());
    let (actor, now) = (caller.actor(), state.clock.now());
    let (keyring, front_end) = (state.keyring.clone(), state.addresses.front_end.clone());
    let corrections = body.corrections()?;
    Ok(caller.held(Box::new(move |c| {
        let old = certificates::find(c, viewer, certificate)?.ok_or(Code::NotFound)?;
        if let Some(end) = old.ended_as {
            return Err(Error::from(Code::CertificateEnded).with("certificate_status", end.as_str()));
        }
        let first = certificates::application_of(c, certificate)?;
        let first = store::find(c, viewer, first)?.ok_or(Code::NotFound)?;
        if first.mandate_id.is_some() {
            return Err(Code::CompanyDataFromRegister.into());
        }
        let of = first
            .matter
            .as_deref()
            .map(|encrypted| Matter::decrypt(&keyring, first.id, encrypted))
            .transpose()?;
        let of = of.and_then(Matter::of_certificate).map(Box::new);
        let matter = Matter::Correction { corrections: corrections.clone(), of };
        let row = application(
            &keyring,
            Application { account_id: account.id, ..first },
            certificate,
            &matter,
            now,
        )?;
        store::insert(c, &row, Some(StepReason::Correction))?;
        audit::record(
            c,
            &Event::new(now, actor, "certificate.correction_asked", Some(certificate), &request),
        )?;
        mails::send(c, &keyring, &front_end, (&account, &row), News::Referred, now)?;
        Ok(Answer::accepted(Some(apply::location_of(&row)), &apply::response(&row, None)))
    })))
}

/// Builds the new application from the first one, for an officer.
fn application(
    keyring: &crate::person::Keyring,
    first: Application,
    certificate: Uuid,
    matter: &Matter,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Application> {
    let id = Uuid::now_v7();
    // Encrypted values are bound to their row.
    let detail = first.reason_detail.as_deref().map(|encrypted| {
        let text = keyring.decrypt(Column::APPLICATIONS_REASON_DETAIL.at(first.id), encrypted)?;
        keyring.encrypt(Column::APPLICATIONS_REASON_DETAIL.at(id), &text)
    });
    Ok(Application {
        id,
        reason_detail: detail.transpose().map_err(Error::internal)?,
        status: ApplicationStatus::Referred,
        applied_on: civil_date::today(now),
        created_at: now,
        register_asked_at: None,
        register_digest: None,
        changed_at: now,
        next_try_at: None,
        reviewer_id: None,
        corrects: Some(certificate),
        matter: Some(matter.encrypt(keyring, id)?),
        ..first
    })
}
