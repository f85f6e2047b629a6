//! The prefilled form of a legal person ("cerere tip"), from the company register, the proof of identity, the
//! population register and the mandate.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use diesel::pg::PgConnection;
use futures_util::future::try_join;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::form::{AddressField, IdentityPaperField, OptionalTextField, Source, TextField};
use crate::accounts::{Caller, owner};
use crate::audit::{self, Event};
use crate::error::{Code, Result};
use crate::http::RequestId;
use crate::mandates::{self, Authority, MandateCapacity, MandateConfirmer};
use crate::person::ProvedPerson;
use crate::registry::{CivilStatus, Company, Registers};
use crate::services::Service;
use crate::state::State;
use crate::time::civil_date;

/// The prefilled form of a legal person.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompanyPrefill {
    /// The service.
    #[schema(example = "criminal-record-certificate-legal-person")]
    service: &'static str,
    /// Each field with its source.
    fields: CompanyFields,
}

/// The fields of the form, each with its source and date.
#[derive(Serialize, ToSchema)]
struct CompanyFields {
    cui: TextField,
    name: TextField,
    trade_register_number: OptionalTextField,
    seat: AddressField,
    /// The applicant. The certificate does not mention them.
    representative: RepresentativeFields,
}

/// The representative's fields.
#[derive(Serialize, ToSchema)]
struct RepresentativeFields {
    cnp: TextField,
    family_name: TextField,
    given_name: TextField,
    capacity: CapacityField,
    /// Null if the population register does not know the person.
    identity_document: Option<IdentityPaperField>,
}

/// A prefilled capacity.
#[derive(Serialize, ToSchema)]
struct CapacityField {
    /// The value.
    value: MandateCapacity,
    /// Its source.
    source: Source,
    /// When the source gave it.
    as_of: DateTime<Utc>,
}

/// Get the prefilled form of a legal person
///
/// For the legal person of the mandate: each field with its source and date. The representative checks it and confirms
/// it with `declaration`.
#[utoipa::path(
    tag = "mandates",
    security(("bearer" = []), ("oauth" = ["applications:write"])),
    params(("id" = Uuid, Path, description = "The mandate's id")),
    responses(
        (status = 200, description = "The prefilled form", body = CompanyPrefill),
    ),
    extensions(("x-problems" = json!([Code::IdentityUnverified, Code::RegisterRecordUnreadable, Code::CompanyUnknown, Code::MandateNotInForce, Code::RegisterUnavailable]))),
)]
#[get("/v1/mandates/{id}/prefill")]
pub(crate) async fn get_mandate_prefill(
    state: State,
    registers: web::Data<Registers>,
    caller: Caller,
    path: web::Path<Uuid>,
    request: RequestId,
) -> Result<HttpResponse> {
    let (id, viewer, keyring) = (path.into_inner(), caller.viewer(), state.keyring.clone());
    let today = civil_date::today(state.clock.now());
    let find = move |c: &mut PgConnection| {
        let row = mandates::store::find(c, viewer, id)?.ok_or(Code::NotFound)?;
        mandates::in_force(c, &keyring, &row.person_index, id, today)
    };
    let mandate = state.db.read(find).await?;
    let person = caller.person(&state.keyring)?;
    let verified_at = caller.account.identity_verified_at.ok_or(Code::IdentityUnverified)?;
    let (account, owner_index) = (caller.account_id(), caller.person_index()?.to_vec());
    let cui = mandate.company.cui()?;
    let civil = registers.civil_status.civil_status(&person.cnp);
    let (company, civil) = try_join(registers.companies.company(&cui), civil).await?;
    let company = company.or(Code::CompanyUnknown)?;
    let (now, actor) = (state.clock.now(), caller.actor());
    let work = move |c: &mut PgConnection| {
        owner::hold(c, account, &owner_index)?;
        audit::record(c, &Event::new(now, actor, "civil_status.read", Some(id), &request))?;
        audit::record(c, &Event::new(now, actor, "company.read", Some(id), &request))
    };
    caller.transaction(&state, work).await?;
    let representative = representative((&person, verified_at), civil.found()?, &mandate);
    let fields = fields(cui.as_str(), company, representative);
    Ok(HttpResponse::Ok().json(CompanyPrefill { service: Service::LegalPerson.id(), fields }))
}

fn fields(cui: &str, company: Company, representative: RepresentativeFields) -> CompanyFields {
    let (source, as_of) = (Source::CompanyRegister, company.as_of);
    let text = |value: String| TextField { value, source, as_of };
    CompanyFields {
        cui: text(cui.to_owned()),
        name: text(company.name.as_str().to_owned()),
        trade_register_number: OptionalTextField {
            value: company.trade_register_number.map(|number| number.as_str().to_owned()),
            source,
            as_of,
        },
        seat: AddressField { value: company.seat, source, as_of },
        representative,
    }
}

fn representative(
    (person, verified_at): (&ProvedPerson, DateTime<Utc>),
    civil: Option<CivilStatus>,
    mandate: &Authority,
) -> RepresentativeFields {
    let text = |value: &str| TextField {
        value: value.to_owned(),
        source: Source::IdentityVerification,
        as_of: verified_at,
    };
    let source = match mandate.confirmed_by {
        Some(MandateConfirmer::Officer) => Source::Officer,
        _ => Source::CompanyRegister,
    };
    RepresentativeFields {
        cnp: text(person.cnp.as_str()),
        family_name: text(person.family_name.as_str()),
        given_name: text(person.given_name.as_str()),
        capacity: CapacityField { value: mandate.capacity, source, as_of: mandate.confirmed_at },
        identity_document: civil.map(|civil| IdentityPaperField {
            value: civil.identity_document,
            source: Source::CivilStatus,
            as_of: civil.as_of,
        }),
    }
}
