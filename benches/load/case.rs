//! The requests: issue a certificate, verify one, download its document, try passwords.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

use serde::Deserialize;

use super::Result;
use super::drive::Case;
use super::http::{Answer, Connection, get, get_with, post};
use super::random::scattered;
use super::seed::Citizen;

const SERVICE: &str = "criminal-record-certificate";

#[derive(Deserialize)]
struct ReasonList {
    items: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    code: String,
    needs_detail: bool,
}

/// The reasons that need no words of one's own, as the service lists them.
pub fn reasons(address: SocketAddr) -> Result<Vec<String>> {
    let mut connection = Connection::open(address)?;
    let answer = connection.send(&get(&format!("/v1/services/{SERVICE}/reasons")))?;
    let list: ReasonList = serde_json::from_slice(answer.body)?;
    Ok(list.items.into_iter().filter(|reason| !reason.needs_detail).map(|reason| reason.code).collect())
}

/// Issue: one application a day is allowed to a person for a reason, so every pair is used once.
pub struct Issue<'a> {
    citizens: &'a [Citizen],
    reasons: Vec<String>,
    next: AtomicUsize,
    issued: RwLock<Vec<Issued<'a>>>,
}

/// A certificate that came into being.
struct Issued<'a> {
    number: String,
    /// The path of its PDF.
    document: String,
    citizen: &'a Citizen,
}

impl<'a> Issue<'a> {
    pub fn of(citizens: &'a [Citizen], reasons: Vec<String>) -> Self {
        Self { citizens, reasons, next: AtomicUsize::new(0), issued: RwLock::default() }
    }

    /// The next pair, by its number, as headers and body.
    fn next(&self) -> Option<(usize, String, String)> {
        let ticket = self.next.fetch_add(1, Ordering::Relaxed);
        let citizen = self.citizen(ticket)?;
        let reason = self.reasons.get(ticket / self.citizens.len())?;
        let headers = format!("Authorization: Bearer {}\r\n", citizen.token);
        let body = format!(r#"{{"service":"{SERVICE}","reason":"{reason}","declaration":true}}"#);
        Some((ticket, headers, body))
    }

    fn citizen(&self, ticket: usize) -> Option<&'a Citizen> {
        self.citizens.get(ticket % self.citizens.len())
    }
}

impl Case for Issue<'_> {
    fn request(&self) -> Option<(usize, String)> {
        let (ticket, headers, body) = self.next()?;
        Some((ticket, post("/v1/applications", &headers, &body)))
    }

    fn check(&self, ticket: usize, answer: &Answer<'_>) -> Result<()> {
        let body = std::str::from_utf8(answer.body)?;
        let named = text_of(body, "registration_number").zip(text_of(body, "document"));
        let Some(((number, document), citizen)) =
            named.filter(|_| answer.status == 201).zip(self.citizen(ticket))
        else {
            return Err(unexpected("an issue", answer));
        };
        let (number, document) = (number.to_owned(), document.to_owned());
        let mut issued = self.issued.write().unwrap_or_else(PoisonError::into_inner);
        issued.push(Issued { number, document, citizen });
        Ok(())
    }
}

/// Issue, each request with a key of its own.
pub struct Keyed<'a, 'b>(pub &'b Issue<'a>);

impl Case for Keyed<'_, '_> {
    fn request(&self) -> Option<(usize, String)> {
        let (ticket, mut headers, body) = self.0.next()?;
        headers.push_str(&format!("Idempotency-Key: bench-{ticket}\r\n"));
        Some((ticket, post("/v1/applications", &headers, &body)))
    }

    fn check(&self, ticket: usize, answer: &Answer<'_>) -> Result<()> {
        self.0.check(ticket, answer)
    }
}

/// Verify certificates that were issued before, in no order.
pub struct Verify<'a, 'b> {
    issue: &'b Issue<'a>,
    next: AtomicUsize,
}

impl<'a, 'b> Verify<'a, 'b> {
    pub fn of(issue: &'b Issue<'a>) -> Self {
        Self { issue, next: AtomicUsize::new(0) }
    }
}

impl Case for Verify<'_, '_> {
    fn request(&self) -> Option<(usize, String)> {
        let issued = self.issue.issued.read().unwrap_or_else(PoisonError::into_inner);
        let ticket = scattered(self.next.fetch_add(1, Ordering::Relaxed)).checked_rem(issued.len())?;
        let Issued { number, citizen, .. } = issued.get(ticket)?;
        let body = format!(r#"{{"registration_number":"{number}","cnp":"{}"}}"#, citizen.cnp.as_str());
        let [.., a, b, c] = ticket.to_be_bytes();
        Some((ticket, post("/v1/verify", &format!("X-Forwarded-For: 10.{a}.{b}.{c}\r\n"), &body)))
    }

    fn check(&self, ticket: usize, answer: &Answer<'_>) -> Result<()> {
        let issued = self.issue.issued.read().unwrap_or_else(PoisonError::into_inner);
        let number = issued.get(ticket).map(|issued| issued.number.as_str());
        let body = std::str::from_utf8(answer.body)?;
        let valid = answer.status == 200 && text_of(body, "outcome") == Some("valid");
        if valid && text_of(body, "registration_number") == number {
            return Ok(());
        }
        Err(unexpected("a verification", answer))
    }
}

/// Download the PDF of certificates that were issued before, one after the other.
pub struct Download<'a, 'b> {
    issue: &'b Issue<'a>,
    next: AtomicUsize,
    /// After so many, the first again.
    cycle: Option<usize>,
}

impl<'a, 'b> Download<'a, 'b> {
    /// Each once: it is made now.
    pub fn first(issue: &'b Issue<'a>) -> Self {
        Self { issue, next: AtomicUsize::new(0), cycle: None }
    }

    /// Those that were downloaded before, again and again.
    pub fn later(&self) -> Self {
        Self { issue: self.issue, next: AtomicUsize::new(0), cycle: Some(self.next.load(Ordering::Relaxed)) }
    }
}

impl Case for Download<'_, '_> {
    fn request(&self) -> Option<(usize, String)> {
        let issued = self.issue.issued.read().unwrap_or_else(PoisonError::into_inner);
        let count = self.cycle.map_or(issued.len(), |cycle| cycle.min(issued.len()));
        let ticket = self.next.fetch_add(1, Ordering::Relaxed);
        let ticket = if self.cycle.is_some() { ticket.checked_rem(count)? } else { ticket };
        let Issued { document, citizen, .. } = issued.get(ticket)?;
        let headers = format!("Authorization: Bearer {}\r\n", citizen.token);
        Some((ticket, get_with(document, &headers)))
    }

    fn check(&self, _: usize, answer: &Answer<'_>) -> Result<()> {
        let pdf = answer.status == 200 && answer.body.starts_with(b"%PDF-");
        if pdf { Ok(()) } else { Err(unexpected("a download", answer)) }
    }
}

/// Wrong passwords, each for another address and from another sender.
#[derive(Default)]
pub struct Guess {
    next: AtomicUsize,
}

impl Case for Guess {
    fn request(&self) -> Option<(usize, String)> {
        let ticket = self.next.fetch_add(1, Ordering::Relaxed);
        let [.., a, b, c] = ticket.to_be_bytes();
        let body = format!(r#"{{"email":"nobody-{ticket}@example.ro","password":"not the right one"}}"#);
        Some((ticket, post("/v1/sessions", &format!("X-Forwarded-For: 10.{a}.{b}.{c}\r\n"), &body)))
    }

    fn check(&self, _: usize, answer: &Answer<'_>) -> Result<()> {
        // Refused, or turned away: more hashes than fit are not computed.
        let expected = [401, 503].contains(&answer.status);
        if expected { Ok(()) } else { Err(unexpected("a wrong password", answer)) }
    }
}

/// The first text of that name. Looking for it costs less than reading all of the JSON, on a machine that is shared
/// with the server.
fn text_of<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    rest.split('"').next()
}

fn unexpected(what: &str, answer: &Answer<'_>) -> Box<dyn std::error::Error + Send + Sync> {
    let body = String::from_utf8_lossy(answer.body);
    format!("{what} was answered with {}: {body}", answer.status).into()
}
