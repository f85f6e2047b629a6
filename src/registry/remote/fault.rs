//! Why an answer is unusable, and whether that counts against the register or only against the answer.

use std::error::Error;
use std::time::Duration;
use std::{io, iter};

use chrono::{DateTime, Utc};
use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::circuit_breaker::{Circuit, Failure};
use crate::registry::NoAnswer;

/// Limits of a register's `Retry-After`: at least, so that we do not loop; at most, so that a register that announces a
/// night's work is still tried now and then.
const RETRY_AFTER_BOUNDS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// The pause after a fault of a register that is up: another query may succeed, and trying costs little.
const AFTER_A_FAULT: Duration = Duration::from_secs(1);

/// Why an answer is unusable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("no connection, or a broken one")]
    Connection,
    /// Their certificate, or ours, is not accepted, or somebody else answers.
    #[error("no agreement on TLS: {0}")]
    Handshake(String),
    #[error("the answer has status {status}")]
    Status { status: u16, retry_after: Option<Duration> },
    #[error("the answer is too long")]
    Length,
    #[error("the answer does not match its digest")]
    Digest,
    #[error("the answer does not follow the protocol")]
    Form,
    #[error("the answer breaks the rule {rule} at {place}")]
    Rule { place: String, rule: String },
    #[error("the answer is to another query")]
    Question,
    #[error("the answer is about another person")]
    Person,
}

impl Fault {
    /// Makes the fault for an exchange that failed.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        handshake(error).map_or(Self::Connection, Self::Handshake)
    }

    /// Makes the fault for an unexpected status.
    pub(super) fn status(response: &Response, now: DateTime<Utc>) -> Self {
        Self::Status { status: response.status().as_u16(), retry_after: retry_after(response.headers(), now) }
    }

    /// Returns whether the fault counts against the register. The protocol answers 200, or 400 or 422 if it does not
    /// understand the query; any other status means that the register, or a proxy in front of it, does not work now.
    pub(super) fn failure(&self) -> Option<Failure> {
        match self {
            Self::Connection | Self::Handshake(_) => Some(Failure::default()),
            Self::Status { status: 400 | 422, .. } => None,
            Self::Status { status: 500, retry_after: None } => {
                Some(Failure { again_in: Some(AFTER_A_FAULT) })
            }
            Self::Status { retry_after, .. } => Some(Failure { again_in: *retry_after }),
            _ => None,
        }
    }

    /// Classifies the fault. A register that fails at one query while its circuit stays closed answers others. `pause`
    /// is how long an opened circuit stays open.
    pub(super) fn no_answer(&self, pause: Duration, circuit: Circuit) -> NoAnswer {
        let Some(failure) = self.failure() else { return NoAnswer::Unusable };
        let again_in = failure.again_in.unwrap_or(pause);
        match circuit {
            Circuit::Closed => NoAnswer::Failing(again_in),
            Circuit::Trial | Circuit::Open(_) => NoAnswer::Away(again_in),
        }
    }
}

/// Finds what TLS says beneath an error. It names certificates and messages, and nothing of what was sent.
fn handshake(error: &reqwest::Error) -> Option<String> {
    iter::successors(error.source(), |&error| error.source()).find_map(of_tls).map(ToString::to_string)
}

/// Finds an error of TLS in what carries it: an error of input and output, or one in another.
fn of_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => of_tls(inner),
        None => error.downcast_ref(),
    }
}

/// Reads `Retry-After`, within limits: in seconds, or as a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now).to_std().unwrap_or_default(),
    };
    Some(wait.clamp(RETRY_AFTER_BOUNDS.0, RETRY_AFTER_BOUNDS.1))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    const PAUSE: Duration = Duration::from_secs(10);

    fn status(status: u16) -> Fault {
        Fault::Status { status, retry_after: None }
    }

    #[test]
    fn signs_of_a_broken_register_are_outages_and_a_bad_answer_is_not() {
        for status in [301, 401, 403, 404, 408, 429, 500, 501, 502, 503, 504, 599] {
            assert!(self::status(status).failure().is_some(), "{status}");
        }
        assert!(Fault::Connection.failure().is_some());
        assert!(Fault::Handshake(String::new()).failure().is_some(), "whoever it is, it is not the register");
        let rule = Fault::Rule { place: "/entries".to_owned(), rule: "date_in_future".to_owned() };
        let answers = [Fault::Length, Fault::Digest, Fault::Form, rule, Fault::Question, Fault::Person];
        for fault in answers.into_iter().chain([status(400), status(422)]) {
            assert_eq!(fault.failure(), None, "{fault}");
            assert!(matches!(fault.no_answer(PAUSE, Circuit::Closed), NoAnswer::Unusable), "{fault}");
        }
    }

    #[actix_web::test]
    async fn a_handshake_that_fails_is_told_from_a_connection_that_nobody_takes() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}/", listener.local_addr().unwrap());
        let client = reqwest::Client::builder().use_rustls_tls().no_proxy().build().unwrap();
        let answering = std::thread::spawn(move || {
            let (mut stranger, _) = listener.accept().unwrap();
            std::io::Write::write_all(&mut stranger, b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            std::io::Read::read(&mut stranger, &mut [0; 1024]).unwrap();
        });
        let of = async || Fault::of(&client.post(&url).send().await.unwrap_err());
        let fault = of().await;
        assert!(matches!(&fault, Fault::Handshake(why) if !why.is_empty()), "{fault:?}");
        answering.join().unwrap();
        assert_eq!(of().await, Fault::Connection, "nobody listens any more");
    }

    #[test]
    fn a_failure_beside_good_answers_is_the_questions_own_and_any_other_is_the_registers() {
        let failing = |fault: Fault, circuit| match fault.no_answer(PAUSE, circuit) {
            NoAnswer::Failing(again_in) => (true, again_in),
            NoAnswer::Away(again_in) => (false, again_in),
            other => panic!("{other}"),
        };
        assert_eq!(failing(status(500), Circuit::Closed), (true, AFTER_A_FAULT));
        assert_eq!(failing(status(503), Circuit::Closed), (true, PAUSE));
        assert_eq!(failing(status(503), Circuit::Open(PAUSE)), (false, PAUSE));
        assert_eq!(failing(status(503), Circuit::Trial), (false, PAUSE));
        assert_eq!(
            failing(Fault::Connection, Circuit::Closed),
            (true, PAUSE),
            "it may be this question that breaks it"
        );
        assert_eq!(failing(Fault::Connection, Circuit::Open(PAUSE)), (false, PAUSE));
    }

    #[test]
    fn the_register_says_when_to_ask_it_again_within_bounds() {
        let now = "2026-11-24T09:00:00Z".parse().unwrap();
        let after = |text: &'static str| {
            let headers = [(RETRY_AFTER, HeaderValue::from_static(text))].into_iter().collect();
            retry_after(&headers, now).map(|wait| wait.as_secs())
        };
        assert_eq!(after("20"), Some(20));
        assert_eq!(after("0"), Some(1));
        assert_eq!(after("86400"), Some(60));
        assert_eq!(after("Tue, 24 Nov 2026 09:00:30 GMT"), Some(30));
        assert_eq!(after("Tue, 24 Nov 2026 08:00:00 GMT"), Some(1));
        assert_eq!(after("tomorrow"), None);
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
        let said = Fault::Status { status: 500, retry_after: Some(Duration::from_secs(20)) };
        assert_eq!(said.failure(), Some(Failure { again_in: Some(Duration::from_secs(20)) }));
    }
}
