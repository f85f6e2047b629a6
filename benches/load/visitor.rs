//! One person on launch day, from the registration to the certificate and to whoever verifies it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use url::{Position, Url};

use super::Result;
use super::http::{Answer, Connection, get_from, post_to};
use super::outside::Person;
use super::sink::Sink;

const PASSWORD: &str = "trei cai albi pe deal";
const SERVICE: &str = "criminal-record-certificate";
/// Where a front end would take the browser back.
const RETURN_URL: &str = "http://localhost:3000/done";
/// How often a person looks into the mailbox, and for how long.
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(60);
/// Passwords that are hashed for each account: at the registration, when its address is confirmed, and at the log-in.
pub const HASHES: u32 = 3;

/// How somebody proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Ghiseul,
    Counter,
    /// Not today.
    None,
}

/// What all visitors share.
pub struct Town<'a> {
    pub api: SocketAddr,
    pub sink: &'a Sink,
    /// The access token of the officer, who sees one person at a time.
    pub officer: Mutex<String>,
    pub requests: AtomicUsize,
    /// Mails that must come.
    pub mails: AtomicUsize,
}

/// What somebody does on the day.
pub struct Plan<'a> {
    pub number: usize,
    pub way: Way,
    /// Needed by whoever proves who they are.
    pub person: Option<&'a Person>,
    /// Whether they get a certificate.
    pub applies: bool,
}

/// Somebody with a browser.
struct Visitor<'a> {
    town: &'a Town<'a>,
    connection: Connection,
    host: String,
    /// The sender, and once there is one, the session.
    headers: String,
}

impl Town<'_> {
    /// Does all that somebody does. Any unexpected answer is a failure.
    pub fn welcome(&self, plan: &Plan<'_>) -> Result<()> {
        let mut visitor = Visitor::new(self, plan.number)?;
        visitor.register(plan.number)?;
        match (plan.way, plan.person) {
            (Way::Ghiseul, Some(person)) => visitor.go_to_ghiseul(person)?,
            (Way::Counter, Some(person)) => visitor.go_to_counter(person)?,
            _ => {}
        }
        visitor.read("/v1/accounts/me")?;
        if plan.applies { visitor.apply() } else { Ok(()) }
    }

    fn expect_mails(&self, count: usize) {
        self.mails.fetch_add(count, Ordering::Relaxed);
    }
}

impl<'a> Visitor<'a> {
    fn new(town: &'a Town<'a>, number: usize) -> Result<Self> {
        let [.., a, b, c] = number.to_be_bytes();
        Ok(Self {
            town,
            connection: Connection::open(town.api)?,
            host: town.api.to_string(),
            headers: format!("X-Forwarded-For: 10.{a}.{b}.{c}\r\n"),
        })
    }

    /// Registers, follows the link of the mail, logs in.
    fn register(&mut self, number: usize) -> Result<()> {
        let email = format!("launch-{number}@example.ro");
        let account = json!({"email": email, "password": PASSWORD});
        self.post("/v1/accounts", &account, 202)?;
        self.town.expect_mails(1);
        let begin = Instant::now();
        let token = loop {
            match self.town.sink.take_token(&email) {
                Some(token) => break token,
                None if begin.elapsed() > PATIENCE => return Err("no mail with a link came".into()),
                None => std::thread::sleep(LOOK),
            }
        };
        // The mail may have taken longer than a server keeps a connection.
        self.connection = Connection::open(self.town.api)?;
        self.post("/v1/accounts/confirm-email", &json!({"token": token, "password": PASSWORD}), 200)?;
        let tokens = self.post("/v1/sessions", &account, 201)?;
        self.headers += &format!("Authorization: Bearer {}\r\n", text(&tokens, "/access_token")?);
        Ok(())
    }

    /// The whole redirect, as a browser follows it.
    fn go_to_ghiseul(&mut self, person: &Person) -> Result<()> {
        let body = json!({"method": "ghiseul", "return_url": RETURN_URL}).to_string();
        let path = "/v1/identity-verifications";
        self.town.requests.fetch_add(1, Ordering::Relaxed);
        let answer = self.connection.send(&post_to(&self.host, path, &self.headers, &body))?;
        let begun = expected(path, &answer, 201)?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.ok_or("the redirect is bound to no browser")?.to_owned();
        let mut address = Url::parse(text(&begun, "/redirect_url")?)?;
        address.query_pairs_mut().append_pair("login_hint", &format!("{}:success", person.id));
        let back = self.follow(address, &cookie)?;
        let status = back.query_pairs().find(|(name, _)| name == "status").map(|(_, status)| status);
        if status.as_deref() != Some("verified") {
            return Err(format!("Ghișeul led to {back}").into());
        }
        self.town.expect_mails(1);
        self.is_verified(text(&begun, "/id")?)
    }

    /// Follows redirects until they lead to the front end.
    fn follow(&self, mut address: Url, cookie: &str) -> Result<Url> {
        while !address.as_str().starts_with(RETURN_URL) {
            let host = &address[Position::BeforeHost..Position::AfterPort];
            let headers = if *host == self.host { format!("Cookie: {cookie}\r\n") } else { String::new() };
            let path = &address[Position::BeforePath..];
            self.town.requests.fetch_add(1, Ordering::Relaxed);
            let mut connection = Connection::open(host.parse()?)?;
            let answer = connection.send(&get_from(host, path, &headers))?;
            let next = answer.header("location").filter(|_| answer.status == 303);
            let next = next.ok_or_else(|| format!("a redirect ends with {}", answer.status))?;
            address = Url::parse(next)?;
        }
        Ok(address)
    }

    /// Claims who they are, and shows a document to the officer.
    fn go_to_counter(&mut self, person: &Person) -> Result<()> {
        let claim = json!({
            "cnp": person.cnp,
            "family_name": person.family_name,
            "given_name": person.given_name,
        });
        let body = json!({"method": "counter", "claim": claim});
        let begun = self.post("/v1/identity-verifications", &body, 201)?;
        let (id, code) = (text(&begun, "/id")?, text(&begun, "/activation_code")?);
        let document = json!({
            "type": "identity_card",
            "series": "CJ",
            "number": "123456",
            "expires_on": "2036-05-14",
        });
        let officer = self.town.officer.lock().unwrap_or_else(PoisonError::into_inner);
        let own = std::mem::replace(&mut self.headers, format!("Authorization: Bearer {}\r\n", *officer));
        self.post("/v1/counter/verifications/open", &json!({"activation_code": code}), 200)?;
        let decision = json!({"decision": "certify", "document": document});
        self.post(&format!("/v1/counter/verifications/{id}/decision"), &decision, 200)?;
        drop(officer);
        self.headers = own;
        // The code by mail, and the outcome.
        self.town.expect_mails(2);
        self.is_verified(id)
    }

    fn is_verified(&mut self, id: &str) -> Result<()> {
        let shown = self.read(&format!("/v1/identity-verifications/{id}"))?;
        match text(&shown, "/status")? {
            "verified" => Ok(()),
            other => Err(format!("the verification is {other}").into()),
        }
    }

    /// Reads the form, applies, downloads the document; whoever gets it verifies it.
    fn apply(&mut self) -> Result<()> {
        self.read(&format!("/v1/applications/prefill?service={SERVICE}"))?;
        let body = json!({"service": SERVICE, "reason": "employment", "declaration": true});
        let application = self.post("/v1/applications", &body, 201)?;
        self.town.expect_mails(1);
        self.read("/v1/certificates")?;
        self.download(text(&application, "/certificate/links/document")?)?;
        let check = json!({
            "registration_number": text(&application, "/certificate/registration_number")?,
            "control_code": text(&application, "/certificate/control_code")?,
        });
        match text(&self.post("/v1/verify", &check, 200)?, "/outcome")? {
            "valid" => Ok(()),
            other => Err(format!("a certificate is {other}").into()),
        }
    }

    fn download(&mut self, path: &str) -> Result<()> {
        self.town.requests.fetch_add(1, Ordering::Relaxed);
        let answer = self.connection.send(&get_from(&self.host, path, &self.headers))?;
        let pdf = answer.status == 200 && answer.body.starts_with(b"%PDF-");
        if pdf { Ok(()) } else { Err(format!("a document was answered with {}", answer.status).into()) }
    }

    fn read(&mut self, path: &str) -> Result<Value> {
        self.town.requests.fetch_add(1, Ordering::Relaxed);
        let answer = self.connection.send(&get_from(&self.host, path, &self.headers))?;
        expected(path, &answer, 200)
    }

    fn post(&mut self, path: &str, body: &Value, status: u16) -> Result<Value> {
        self.town.requests.fetch_add(1, Ordering::Relaxed);
        let request = post_to(&self.host, path, &self.headers, &body.to_string());
        expected(path, &self.connection.send(&request)?, status)
    }
}

fn expected(path: &str, answer: &Answer<'_>, status: u16) -> Result<Value> {
    if answer.status != status {
        let body = String::from_utf8_lossy(answer.body);
        return Err(format!("{path} was answered with {}: {body}", answer.status).into());
    }
    Ok(serde_json::from_slice(answer.body)?)
}

fn text<'a>(json: &'a Value, pointer: &str) -> Result<&'a str> {
    let found = json.pointer(pointer).and_then(Value::as_str);
    found.ok_or_else(|| format!("an answer has no {pointer}").into())
}
