//! Why an answer is none, and whether that speaks against the register or against the answer alone.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::circuit_breaker::{Circuit, Outage};
use crate::registry::NoAnswer;

/// Between these a register says itself when to ask it again (`Retry-After`): it is not asked in a loop, and one that
/// announces a night's work is asked now and then whether it is done sooner.
const RETRY_AFTER_BOUNDS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// Soon after a fault of the register's own another question may be answered: it is there, and asking costs little.
const AFTER_A_FAULT: Duration = Duration::from_secs(1);

/// Why an answer is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("no connection, or it broke")]
    Connection,
    #[error("the answer has status {status}")]
    Status { status: u16, retry_after: Option<Duration> },
    #[error("the answer is longer than an answer can be")]
    Length,
    #[error("the answer is not the one that its digest is of")]
    Digest,
    #[error("the answer is not of the protocol")]
    Form,
    #[error("the answer breaks the rule {rule} at {place}")]
    Rule { place: String, rule: String },
    #[error("the answer is to another question")]
    Question,
    #[error("the answer is about another person")]
    Person,
}

impl Fault {
    /// An answer with a status that none has.
    pub(super) fn status(response: &Response, now: DateTime<Utc>) -> Self {
        Self::Status { status: response.status().as_u16(), retry_after: retry_after(response.headers(), now) }
    }

    /// Whether the fault speaks against the register, and not only against this answer. The protocol answers with 200,
    /// or says with 400 or 422 that it does not understand the question; any other status comes from a register that
    /// does not work now, or from whatever stands before it.
    pub(super) fn outage(&self) -> Option<Outage> {
        match self {
            Self::Connection => Some(Outage::default()),
            Self::Status { status: 400 | 422, .. } => None,
            Self::Status { status: 500, retry_after: None } => Some(Outage { again_in: Some(AFTER_A_FAULT) }),
            Self::Status { retry_after, .. } => Some(Outage { again_in: *retry_after }),
            _ => None,
        }
    }

    /// What the fault means for the question. A register that fails at one question while its circuit stays closed answers
    /// others. `pause` is how long an opened circuit stays open.
    pub(super) fn no_answer(&self, pause: Duration, circuit: Circuit) -> NoAnswer {
        let Some(outage) = self.outage() else { return NoAnswer::Unusable };
        let again_in = outage.again_in.unwrap_or(pause);
        match circuit {
            Circuit::Closed => NoAnswer::Failing(again_in),
            Circuit::Trial | Circuit::Open(_) => NoAnswer::Away(again_in),
        }
    }
}

/// When the register wants to be asked again, within bounds: in seconds, or at a date (RFC 9110, section 10.2.3).
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
    fn what_says_that_the_register_does_not_work_is_an_outage_and_a_bad_answer_is_none() {
        for status in [301, 401, 403, 404, 408, 429, 500, 501, 502, 503, 504, 599] {
            assert!(self::status(status).outage().is_some(), "{status}");
        }
        assert!(Fault::Connection.outage().is_some(), "nor is a refused TLS handshake any other");
        let rule = Fault::Rule { place: "/entries".to_owned(), rule: "date_in_future".to_owned() };
        let answers = [Fault::Length, Fault::Digest, Fault::Form, rule, Fault::Question, Fault::Person];
        for fault in answers.into_iter().chain([status(400), status(422)]) {
            assert_eq!(fault.outage(), None, "{fault}");
            assert!(matches!(fault.no_answer(PAUSE, Circuit::Closed), NoAnswer::Unusable), "{fault}");
        }
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
        assert_eq!(said.outage(), Some(Outage { again_in: Some(Duration::from_secs(20)) }));
    }
}
