//! A remote register, queried over HTTPS with mutual TLS (`openapi/registry.json`).
//!
//! A query changes nothing in the register, so it is retried once, at once, if the connection broke. An answer counts
//! only if it is complete, belongs to this query and is about this subject.

#[cfg(test)]
pub(crate) mod doors;
mod fault;

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use uuid::Uuid;

use self::fault::Fault;
use super::protocol::{
    Answer, CIVIL_STATUS_PATH, COMPANIES_PATH, COMPANY_CRIMINAL_RECORDS_PATH, CONTENT_DIGEST,
    CRIMINAL_RECORDS_PATH, CivilStatusAnswer, CompanyAnswer, CompanyCriminalRecordAnswer, CompanyQuery,
    CriminalRecordAnswer, Message, PersonQuery, content_digest, sha256,
};
use super::{
    CivilStatus, CivilStatusRegister, Company, CompanyRegister, CriminalRecord, CriminalRecordRegister,
    Known, NoAnswer, Subjects,
};
use crate::circuit_breaker::{CallError, Circuit, CircuitBreaker, Tolerance};
use crate::person::{Cnp, Cui};
use crate::text::rule::{self, Rule};
use crate::time::Clock;
use crate::trace;

/// A person waits for the answer.
const TOLERANCE: Tolerance =
    Tolerance { deadline: Duration::from_secs(4), failures: 5, pause: Duration::from_secs(10) };
const CONNECT: Duration = Duration::from_secs(1);
/// The longest accepted answer, in bytes.
const MAX_BYTES: usize = 1024 * 1024;

/// The certificates for mutual TLS, in PEM.
pub struct Mutual {
    /// The authority that issues the register's certificate.
    pub authority: Vec<u8>,
    /// Our certificate and its key.
    pub identity: Vec<u8>,
}

/// Why a remote register cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RemoteRegisterError {
    /// The URL is not HTTPS.
    #[error("must begin with https://")]
    PlainHttp,
    /// Certificates or keys cannot be read, or do not match.
    #[error(
        "our certificate and its key, or the authority's certificate, cannot be read or do not fit together"
    )]
    Certificates(#[from] reqwest::Error),
}

/// A register at a URL.
#[derive(Debug)]
pub struct RemoteRegister {
    http: Client,
    base: Url,
    clock: Clock,
    circuit: CircuitBreaker,
}

impl RemoteRegister {
    /// Makes a client of the register at this URL; `name` appears in logs and metrics.
    ///
    /// # Errors
    /// Fails if the URL is not HTTPS, or the certificates cannot be used.
    pub fn new(name: &str, base: Url, mutual: &Mutual, clock: Clock) -> Result<Self, RemoteRegisterError> {
        if base.scheme() != "https" {
            return Err(RemoteRegisterError::PlainHttp);
        }
        let http = Client::builder()
            .use_rustls_tls()
            .tls_built_in_root_certs(false)
            .add_root_certificate(Certificate::from_pem(&mutual.authority)?)
            .identity(Identity::from_pem(&mutual.identity)?)
            .https_only(true)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .build()?;
        Ok(Self { http, base, clock, circuit: CircuitBreaker::new(name, TOLERANCE) })
    }

    /// Sends one query; also returns the digest of the answer's bytes.
    async fn ask<Q, A>(&self, path: &str, query: Q) -> Result<(A, [u8; 32]), NoAnswer>
    where
        Q: Message + Serialize,
        A: Answer + DeserializeOwned,
    {
        let fault = match self.circuit.call(self.exchange(path, &query), Fault::failure).await {
            Ok(answer) => return Ok(answer),
            Err(CallError::Unavailable(pause)) => return Err(late(pause, self.circuit.state())),
            Err(CallError::Failed(fault)) => fault,
        };
        log::warn!("{}: query {}: {fault}", self.base, query.query_id());
        Err(fault.no_answer(TOLERANCE.pause, self.circuit.state()))
    }

    async fn exchange<Q, A>(&self, path: &str, query: &Q) -> Result<(A, [u8; 32]), Fault>
    where
        Q: Message + Serialize,
        A: Answer + DeserializeOwned,
    {
        let mut response = self.send(path, query).await;
        if response.is_err() {
            response = self.send(path, query).await;
        }
        let response = response?;
        if response.status() != 200 {
            return Err(Fault::status(&response, self.clock.now()));
        }
        let claimed = response.headers().get(CONTENT_DIGEST).and_then(|value| value.to_str().ok());
        let claimed = claimed.ok_or(Fault::Digest)?.to_owned();
        let body = body(response).await?;
        if claimed != content_digest(&body) {
            return Err(Fault::Digest);
        }
        let answer: A = read(&body)?;
        if answer.query_id() != query.query_id() {
            return Err(Fault::Question);
        }
        if answer.subject() != query.subject() {
            return Err(Fault::Person);
        }
        let broken =
            |(place, rule): (&str, &Rule)| Fault::Rule { place: place.into(), rule: rule.code.into() };
        answer.check(self.clock.now()).map_err(broken)?;
        Ok((answer, sha256(&body)))
    }

    async fn send(&self, path: &str, query: &impl Serialize) -> Result<Response, Fault> {
        let mut url = self.base.clone();
        url.set_path(path);
        let request = self.http.post(url).json(query);
        let headers = trace::headers().into_iter();
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        request.send().await.map_err(|error| Fault::of(&error))
    }
}

/// Classifies a query without an answer in time. If the circuit is still closed, the register answers other queries.
fn late(pause: Duration, circuit: Circuit) -> NoAnswer {
    match circuit {
        Circuit::Closed => NoAnswer::Failing(pause),
        Circuit::Trial | Circuit::Open(_) => NoAnswer::Away(pause),
    }
}

/// Parses an answer. The fault names the place and the rule, never the value.
fn read<A: DeserializeOwned>(body: &[u8]) -> Result<A, Fault> {
    // A byte-order mark is not JSON, and carries no meaning.
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let mut reader = serde_json::Deserializer::from_slice(body);
    let answer = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let text = error.inner().to_string();
        let rule = rule::in_serde_text(&text).map(|[code, ..]| code.to_owned());
        rule.map_or(Fault::Form, |rule| Fault::Rule { place: error.path().to_string(), rule })
    })?;
    reader.end().map_err(|_| Fault::Form)?;
    Ok(answer)
}

async fn body(mut response: Response) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Fault::Connection)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BYTES {
            return Err(Fault::Length);
        }
    }
    Ok(body)
}

impl CriminalRecordRegister for RemoteRegister {
    fn criminal_record<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<CriminalRecord, NoAnswer>> {
        async move {
            let asked_at = self.clock.now();
            let (answer, digest): (CriminalRecordAnswer, _) =
                self.ask(CRIMINAL_RECORDS_PATH, about(cnp)).await?;
            Ok(CriminalRecord::new(answer.entries, asked_at, digest))
        }
        .boxed_local()
    }

    fn company_criminal_record<'a>(
        &'a self,
        cui: &'a Cui,
    ) -> LocalBoxFuture<'a, Result<CriminalRecord, NoAnswer>> {
        async move {
            let asked_at = self.clock.now();
            let (answer, digest): (CompanyCriminalRecordAnswer, _) =
                self.ask(COMPANY_CRIMINAL_RECORDS_PATH, about_company(cui)).await?;
            Ok(CriminalRecord::new(answer.entries, asked_at, digest))
        }
        .boxed_local()
    }

    /// Returns the only circuit: one register serves all subjects.
    fn circuit(&self, _: Subjects) -> Circuit {
        self.circuit.state()
    }
}

impl CivilStatusRegister for RemoteRegister {
    fn civil_status<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<Known<CivilStatus>, NoAnswer>> {
        async move {
            let (answer, _): (CivilStatusAnswer, _) = self.ask(CIVIL_STATUS_PATH, about(cnp)).await?;
            Ok(answer.person.into())
        }
        .boxed_local()
    }

    fn circuit(&self) -> Circuit {
        self.circuit.state()
    }
}

impl CompanyRegister for RemoteRegister {
    fn company<'a>(&'a self, cui: &'a Cui) -> LocalBoxFuture<'a, Result<Known<Company>, NoAnswer>> {
        async move {
            let (answer, _): (CompanyAnswer, _) = self.ask(COMPANIES_PATH, about_company(cui)).await?;
            Ok(answer.company.into())
        }
        .boxed_local()
    }

    fn circuit(&self) -> Circuit {
        self.circuit.state()
    }
}

fn about(cnp: &Cnp) -> PersonQuery {
    PersonQuery { query_id: Uuid::now_v7(), cnp: cnp.as_str().to_owned() }
}

fn about_company(cui: &Cui) -> CompanyQuery {
    CompanyQuery { query_id: Uuid::now_v7(), cui: cui.as_str().to_owned() }
}
