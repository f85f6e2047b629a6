//! The requests: issue a certificate, verify one.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

use serde::Deserialize;

use super::Result;
use super::drive::Case;
use super::http::{Answer, Connection, get, post};
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
    let list: ReasonList = serde_json::from_str(answer.body)?;
    Ok(list.items.into_iter().filter(|reason| !reason.needs_detail).map(|reason| reason.code).collect())
}

/// Issue: one application a day is allowed to a person for a reason, so every pair is used once.
pub struct Issue<'a> {
    citizens: &'a [Citizen],
    reasons: Vec<String>,
    next: AtomicUsize,
    /// Registration numbers, and whose they are.
    issued: RwLock<Vec<(String, &'a Citizen)>>,
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
        let number = text_of(answer.body, "registration_number").filter(|_| answer.status == 201);
        let Some((number, citizen)) = number.zip(self.citizen(ticket)) else {
            return Err(unexpected("an issue", answer));
        };
        let mut issued = self.issued.write().unwrap_or_else(PoisonError::into_inner);
        issued.push((number.to_owned(), citizen));
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
        let (number, citizen) = issued.get(ticket)?;
        let body = format!(r#"{{"registration_number":"{number}","cnp":"{}"}}"#, citizen.cnp.as_str());
        let [.., a, b, c] = ticket.to_be_bytes();
        Some((ticket, post("/v1/verify", &format!("X-Forwarded-For: 10.{a}.{b}.{c}\r\n"), &body)))
    }

    fn check(&self, ticket: usize, answer: &Answer<'_>) -> Result<()> {
        let issued = self.issue.issued.read().unwrap_or_else(PoisonError::into_inner);
        let number = issued.get(ticket).map(|(number, _)| number.as_str());
        let valid = answer.status == 200 && text_of(answer.body, "outcome") == Some("valid");
        if valid && text_of(answer.body, "registration_number") == number {
            return Ok(());
        }
        Err(unexpected("a verification", answer))
    }
}

/// The first text of that name. Looking for it costs less than reading all of the JSON, on a machine that is shared
/// with the server.
fn text_of<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    rest.split('"').next()
}

/// SplitMix64: neighbours end up far apart.
fn scattered(number: usize) -> usize {
    let mut z = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from(z >> 33).unwrap_or_default()
}

fn unexpected(what: &str, answer: &Answer<'_>) -> Box<dyn std::error::Error + Send + Sync> {
    format!("{what} was answered with {}: {}", answer.status, answer.body).into()
}
