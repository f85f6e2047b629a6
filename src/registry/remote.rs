//! A remote register, asked over HTTPS with mutual TLS (`openapi/registry.json`).
//!
//! A question changes nothing over there, so it may be asked twice: once more, at once, when the connection broke. What
//! comes back is taken only when it is whole, answers this very question and is about this very person; anything else
//! counts as no answer.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use uuid::Uuid;

use super::protocol::{
    CIVIL_STATUS_PATH, COMPANIES_PATH, COMPANY_CRIMINAL_RECORDS_PATH, CONTENT_DIGEST, CRIMINAL_RECORDS_PATH,
    CivilStatusAnswer, CompanyAnswer, CompanyCriminalRecordAnswer, CompanyQuery, CriminalRecordAnswer,
    Message, PersonQuery, content_digest, sha256,
};
use super::types::{CivilStatus, Company, CriminalRecord, Known};
use super::{CivilStatusRegister, CompanyRegister, CriminalRecordRegister, unavailable};
use crate::circuit::{CallError, CircuitBreaker, Tolerance};
use crate::clock::Clock;
use crate::error::Result;
use crate::person::{Cnp, Cui};

/// A person waits for the answer.
const TOLERANCE: Tolerance =
    Tolerance { deadline: Duration::from_secs(4), failures: 5, pause: Duration::from_secs(10) };
const CONNECT: Duration = Duration::from_secs(1);
/// The longest answer that is read.
const MAX_BYTES: usize = 1024 * 1024;
/// When another try makes sense after an answer that could not be used.
const AGAIN: Duration = Duration::from_secs(60);

/// Both sides' certificates of the connection, PEM.
pub struct Mutual {
    /// The authority that the register's certificate must come from.
    pub authority: Vec<u8>,
    /// Our own certificate and its key.
    pub identity: Vec<u8>,
}

/// Why a remote register cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum RemoteRegisterError {
    /// Anything but TLS.
    #[error("must begin with https://")]
    PlainHttp,
    /// Certificates or keys that cannot be read; reqwest's texts hold none of them.
    #[error("the certificates cannot be used: {0}")]
    Certificates(#[from] reqwest::Error),
}

/// A register at an address.
#[derive(Debug)]
pub struct RemoteRegister {
    http: Client,
    base: Url,
    clock: Clock,
    circuit: CircuitBreaker,
}

/// Why an answer is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("no connection, or it broke")]
    Connection,
    #[error("the answer has status {0}")]
    Status(u16),
    #[error("the answer is longer than an answer can be")]
    Length,
    #[error("the answer is not the one that its digest is of")]
    Digest,
    #[error("the answer is not of the protocol")]
    Form,
    #[error("the answer is to another question")]
    Question,
    #[error("the answer is about another person")]
    Person,
}

impl RemoteRegister {
    /// The register at this address; `name` stands in logs and metrics.
    ///
    /// # Errors
    /// When the address is not of TLS, or the certificates are none.
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

    /// One question; the digest is of the answer's bytes.
    async fn ask<Q, A>(&self, path: &str, query: Q) -> Result<(A, [u8; 32])>
    where
        Q: Message + Serialize,
        A: Message + DeserializeOwned,
    {
        let answered = self.circuit.call(self.exchange(path, &query), |fault| *fault == Fault::Connection);
        let fault = match answered.await {
            Ok(answer) => return Ok(answer),
            Err(CallError::Unavailable(pause)) => return Err(unavailable(pause)),
            Err(CallError::Failed(fault)) => fault,
        };
        log::warn!("{}: query {}: {fault}", self.base, query.query_id());
        Err(unavailable(AGAIN))
    }

    async fn exchange<Q, A>(&self, path: &str, query: &Q) -> Result<(A, [u8; 32]), Fault>
    where
        Q: Message + Serialize,
        A: Message + DeserializeOwned,
    {
        let mut response = self.send(path, query).await;
        if response.is_err() {
            response = self.send(path, query).await;
        }
        let response = response?;
        if response.status() != 200 {
            return Err(Fault::Status(response.status().as_u16()));
        }
        let claimed = response.headers().get(CONTENT_DIGEST).and_then(|value| value.to_str().ok());
        let claimed = claimed.ok_or(Fault::Digest)?.to_owned();
        let body = body(response).await?;
        if claimed != content_digest(&body) {
            return Err(Fault::Digest);
        }
        let answer: A = serde_json::from_slice(&body).map_err(|_| Fault::Form)?;
        if answer.query_id() != query.query_id() {
            return Err(Fault::Question);
        }
        if answer.subject() != query.subject() {
            return Err(Fault::Person);
        }
        Ok((answer, sha256(&body)))
    }

    async fn send(&self, path: &str, query: &impl Serialize) -> Result<Response, Fault> {
        let mut url = self.base.clone();
        url.set_path(path);
        self.http.post(url).json(query).send().await.map_err(|_| Fault::Connection)
    }
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
    fn criminal_record<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<CriminalRecord>> {
        async move {
            let asked_at = self.clock.now();
            let (answer, digest): (CriminalRecordAnswer, _) =
                self.ask(CRIMINAL_RECORDS_PATH, about(cnp)).await?;
            Ok(CriminalRecord::new(answer.entries, asked_at, digest))
        }
        .boxed_local()
    }

    fn company_criminal_record<'a>(&'a self, cui: &'a Cui) -> LocalBoxFuture<'a, Result<CriminalRecord>> {
        async move {
            let asked_at = self.clock.now();
            let (answer, digest): (CompanyCriminalRecordAnswer, _) =
                self.ask(COMPANY_CRIMINAL_RECORDS_PATH, about_company(cui)).await?;
            Ok(CriminalRecord::new(answer.entries, asked_at, digest))
        }
        .boxed_local()
    }
}

impl CivilStatusRegister for RemoteRegister {
    fn civil_status<'a>(&'a self, cnp: &'a Cnp) -> LocalBoxFuture<'a, Result<Known<CivilStatus>>> {
        async move {
            let (answer, _): (CivilStatusAnswer, _) = self.ask(CIVIL_STATUS_PATH, about(cnp)).await?;
            Ok(answer.person.into())
        }
        .boxed_local()
    }
}

impl CompanyRegister for RemoteRegister {
    fn company<'a>(&'a self, cui: &'a Cui) -> LocalBoxFuture<'a, Result<Known<Company>>> {
        async move {
            let (answer, _): (CompanyAnswer, _) = self.ask(COMPANIES_PATH, about_company(cui)).await?;
            Ok(answer.company.into())
        }
        .boxed_local()
    }
}

fn about(cnp: &Cnp) -> PersonQuery {
    PersonQuery { query_id: Uuid::now_v7(), cnp: cnp.as_str().to_owned() }
}

fn about_company(cui: &Cui) -> CompanyQuery {
    CompanyQuery { query_id: Uuid::now_v7(), cui: cui.as_str().to_owned() }
}
