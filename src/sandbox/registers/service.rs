//! The service. It answers from the local registers, so it knows everybody in them; and about made persons as wanted.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, post, web};
use diesel::pg::PgConnection;
use serde::Serialize;
use utoipa::OpenApi;
use utoipa::openapi::security::SecurityScheme;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use super::tls::SandboxCertificates;
use super::{cast, faults};
use crate::db::Db;
use crate::error::Result;
use crate::person::{Cnp, Cui, Keyring};
use crate::registry::protocol::{
    CivilStatusAnswer, CompanyAnswer, CompanyCriminalRecordAnswer, CompanyQuery, CriminalRecordAnswer,
    PersonQuery,
};
use crate::registry::{CivilStatusRegister, CompanyRegister, CriminalRecordRegister, LocalRegister};
use crate::sandbox::companies::{self, TestCompany};
use crate::sandbox::outages::{self, Outside};
use crate::sandbox::persons::{self, RegisterBehaviour, TestPerson, made};
use crate::time::Clock;

/// The data and settings of the service.
#[derive(Clone)]
pub struct SimulatedRegisters {
    local: LocalRegister,
    keyring: Arc<Keyring>,
    db: Db,
    clock: Clock,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Remote registers",
        version = "1",
        description = "The queries of cazier to the criminal-record register, the population register and the company register, over HTTPS with mutual TLS: each side shows a certificate of an authority that the other trusts.\n\nA query is a POST, so that no URL contains a personal numeric code or a fiscal code. It changes nothing and may be repeated. Queries carry `traceparent` and, if there is one, `tracestate` (W3C Trace Context); neither holds anything about a person. The answer repeats the query's id and its subject, and its `Content-Digest` (RFC 9530, `sha-256`) covers its exact bytes; the client stores the digest with what it makes from the answer. A status other than 200 is no answer: the client retries later.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "cazier"),
    ),
    // Where the registers are is a setting of each installation.
    servers((url = "/", description = "The register")),
    security(("mutual_tls" = [])),
    tags(
        (name = "criminal-records", description = "ROCRIS"),
        (name = "civil-status", description = "The population register"),
        (name = "companies", description = "The company register"),
    ),
)]
struct Description;

impl SimulatedRegisters {
    /// Makes a service that answers from this register.
    #[must_use]
    pub fn new(local: LocalRegister, keyring: Arc<Keyring>, db: Db, clock: Clock) -> Self {
        Self { local, keyring, db, clock }
    }

    async fn switched(&self, register: Outside) -> Result<Option<RegisterBehaviour>> {
        let now = self.clock.now();
        self.db.read(move |c: &mut PgConnection| outages::behaviour_of(c, register, now)).await
    }

    /// Reads the made person of a CNP or a fiscal code, if there is one.
    async fn learn(&self, number: &str) -> Result<()> {
        made::learn(&self.db, &self.keyring, number).await
    }

    /// Answers with the subject's behaviour; a register that cannot be read is away.
    async fn answer<A: Serialize>(
        &self,
        register: Outside,
        behaviour: RegisterBehaviour,
        answer: impl Future<Output = Result<A>>,
    ) -> HttpResponse {
        let Ok(switched) = self.switched(register).await else { return faults::away() };
        let behaviour = switched.unwrap_or(behaviour);
        match answer.await {
            Ok(answer) => faults::send(behaviour, &answer).await,
            Err(_) => faults::away(),
        }
    }
}

/// Returns the queried person, the register's behaviour, and whom the answer names. A person who cannot be looked up now
/// is not answered about.
async fn person(
    service: &SimulatedRegisters,
    query: &PersonQuery,
    behaviour: fn(&TestPerson) -> RegisterBehaviour,
) -> std::result::Result<(Cnp, RegisterBehaviour, Cnp), HttpResponse> {
    let cnp = Cnp::parse(&query.cnp).map_err(|_| no_question())?;
    service.learn(cnp.as_str()).await.map_err(|_| faults::away())?;
    let behaviour = persons::by_cnp(cnp.as_str()).map_or(RegisterBehaviour::Answers, behaviour);
    let named = match behaviour {
        RegisterBehaviour::WrongPerson => persons::all().first().map_or("", |person| person.cnp),
        _ => cnp.as_str(),
    };
    let named = Cnp::parse(named).map_err(|_| no_question())?;
    Ok((cnp, behaviour, named))
}

/// Returns the same for a legal person.
async fn company(
    service: &SimulatedRegisters,
    query: &CompanyQuery,
    behaviour: fn(&TestCompany) -> RegisterBehaviour,
) -> std::result::Result<(Cui, RegisterBehaviour, Cui), HttpResponse> {
    let cui = Cui::parse(&query.cui).ok().filter(|cui| cui.as_str() == query.cui).ok_or_else(no_question)?;
    service.learn(cui.as_str()).await.map_err(|_| faults::away())?;
    let behaviour = companies::by_cui(cui.as_str())
        .or_else(|| made::company(cui.as_str()))
        .map_or(RegisterBehaviour::Answers, behaviour);
    let named = match behaviour {
        RegisterBehaviour::WrongPerson => companies::all().first().map_or("", |company| company.cui),
        _ => cui.as_str(),
    };
    let named = Cui::parse(named).map_err(|_| no_question())?;
    Ok((cui, behaviour, named))
}

fn no_question() -> HttpResponse {
    HttpResponse::UnprocessableEntity().finish()
}

/// Query a criminal record
///
/// Returns the entries in force; the register alone decides about erasure.
#[utoipa::path(
    tag = "criminal-records",
    request_body = PersonQuery,
    responses(
        (status = 200, description = "The person's criminal record", body = CriminalRecordAnswer,
            headers(("Content-Digest" = String, description = "`sha-256=:…:` of the body"))),
        (status = 422, description = "Not a query of the protocol"),
        (status = 503, description = "The register cannot answer now"),
    )
)]
#[post("/v1/criminal-records/query")]
async fn query_criminal_record(
    service: web::Data<SimulatedRegisters>,
    query: web::Json<PersonQuery>,
) -> HttpResponse {
    let (subject, behaviour, cnp) = match person(&service, &query, |person| person.register).await {
        Ok(queried) => queried,
        Err(refusal) => return refusal,
    };
    let (query_id, local) = (query.query_id, &service.local);
    let answer = async {
        if let Some(person) = made::find(subject.as_str()) {
            let (entries, answered_at) = (cast::entries(person.entries)?, service.clock.now());
            return Ok(CriminalRecordAnswer { query_id, cnp, answered_at, entries });
        }
        let record = local.criminal_record(&subject).await?;
        let (entries, asked_at) = (record.entries()?.to_vec(), record.asked_at);
        Ok(CriminalRecordAnswer { query_id, cnp, answered_at: asked_at, entries })
    };
    service.answer(Outside::CriminalRecords, behaviour, answer).await
}

/// Query the criminal record of a legal person
///
/// Returns the entries in force, as for natural persons.
#[utoipa::path(
    tag = "criminal-records",
    request_body = CompanyQuery,
    responses(
        (status = 200, description = "The legal person's criminal record", body = CompanyCriminalRecordAnswer,
            headers(("Content-Digest" = String, description = "`sha-256=:…:` of the body"))),
        (status = 422, description = "Not a query of the protocol"),
        (status = 503, description = "The register cannot answer now"),
    )
)]
#[post("/v1/company-criminal-records/query")]
async fn query_company_criminal_record(
    service: web::Data<SimulatedRegisters>,
    query: web::Json<CompanyQuery>,
) -> HttpResponse {
    let (subject, behaviour, cui) = match company(&service, &query, |company| company.register).await {
        Ok(queried) => queried,
        Err(refusal) => return refusal,
    };
    let (query_id, local) = (query.query_id, &service.local);
    let answer = async {
        if let Some(company) = made::company(subject.as_str()) {
            let (entries, answered_at) = (cast::entries(company.entries)?, service.clock.now());
            return Ok(CompanyCriminalRecordAnswer { query_id, cui, answered_at, entries });
        }
        let record = local.company_criminal_record(&subject).await?;
        let (entries, asked_at) = (record.entries()?.to_vec(), record.asked_at);
        Ok(CompanyCriminalRecordAnswer { query_id, cui, answered_at: asked_at, entries })
    };
    service.answer(Outside::CriminalRecords, behaviour, answer).await
}

/// Query a person's civil status
///
/// Whether the person lives, with the data that the form is filled from.
#[utoipa::path(
    tag = "civil-status",
    request_body = PersonQuery,
    responses(
        (status = 200, description = "The person's civil status", body = CivilStatusAnswer,
            headers(("Content-Digest" = String, description = "`sha-256=:…:` of the body"))),
        (status = 422, description = "Not a query of the protocol"),
        (status = 503, description = "The register cannot answer now"),
    )
)]
#[post("/v1/civil-status/query")]
async fn query_civil_status(
    service: web::Data<SimulatedRegisters>,
    query: web::Json<PersonQuery>,
) -> HttpResponse {
    let (subject, behaviour, cnp) = match person(&service, &query, |person| person.civil_status).await {
        Ok(queried) => queried,
        Err(refusal) => return refusal,
    };
    let (query_id, answered_at, local) = (query.query_id, service.clock.now(), &service.local);
    let answer = async {
        if let Some(made) = made::find(subject.as_str()) {
            let known = made.civil_status_known.then(|| cast::civil_status(made, answered_at));
            return Ok(CivilStatusAnswer { query_id, cnp, answered_at, person: known.transpose()? });
        }
        let person = local.civil_status(&subject).await?;
        Ok(CivilStatusAnswer { query_id, cnp, answered_at, person: person.found()? })
    };
    service.answer(Outside::CivilStatus, behaviour, answer).await
}

/// Query a legal person
///
/// Returns its name, its seat and its representatives.
#[utoipa::path(
    tag = "companies",
    request_body = CompanyQuery,
    responses(
        (status = 200, description = "The legal person's data", body = CompanyAnswer,
            headers(("Content-Digest" = String, description = "`sha-256=:…:` of the body"))),
        (status = 422, description = "Not a query of the protocol"),
        (status = 503, description = "The register cannot answer now"),
    )
)]
#[post("/v1/companies/query")]
async fn query_company(
    service: web::Data<SimulatedRegisters>,
    query: web::Json<CompanyQuery>,
) -> HttpResponse {
    let (subject, behaviour, cui) = match company(&service, &query, |company| company.company_register).await
    {
        Ok(queried) => queried,
        Err(refusal) => return refusal,
    };
    let (query_id, answered_at, local) = (query.query_id, service.clock.now(), &service.local);
    let answer = async {
        if let Some(made) = made::company(subject.as_str()) {
            let company = Some(cast::company(made, answered_at)?);
            return Ok(CompanyAnswer { query_id, cui, answered_at, company });
        }
        let company = local.company(&subject).await?;
        Ok(CompanyAnswer { query_id, cui, answered_at, company: company.found()? })
    };
    service.answer(Outside::Companies, behaviour, answer).await
}

fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(query_criminal_record)
        .service(query_company_criminal_record)
        .service(query_civil_status)
        .service(query_company);
}

/// Returns the protocol as checked in: pretty JSON with a final newline.
#[must_use]
pub fn contract_json() -> String {
    let app = App::new().into_utoipa_app().openapi(Description::openapi()).configure(configure);
    let (_, mut contract) = app.split_for_parts();
    let description = Some("A certificate of an authority that the other side trusts".to_owned());
    let mutual_tls = SecurityScheme::MutualTls { description, deprecated: None, extensions: None };
    contract.components.get_or_insert_default().add_security_scheme("mutual_tls", mutual_tls);
    contract.to_pretty_json().unwrap_or_default() + "\n"
}

/// Serves until stopped. TLS rejects clients without a certificate of the sandbox's authority.
///
/// # Errors
/// Fails if the listener or the certificates cannot be used.
pub fn serve(
    registers: SimulatedRegisters,
    certificates: &SandboxCertificates,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let registers = web::Data::new(registers);
    let server = HttpServer::new(move || {
        let json = web::JsonConfig::default()
            .error_handler(|error, _| actix_web::error::ErrorUnprocessableEntity(error.to_string()));
        App::new()
            .app_data(registers.clone())
            .app_data(json)
            .into_utoipa_app()
            .configure(configure)
            .into_app()
    });
    let tls = certificates.server().map_err(std::io::Error::other)?;
    Ok(server.workers(1).disable_signals().listen_rustls_0_23(listener, tls)?.run())
}
