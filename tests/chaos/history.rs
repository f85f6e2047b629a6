//! What the clients asked and what they were answered: append-only, each try with its times.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::Value;

/// What was asked for. The comment says what the subject of a try is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// The address.
    Register,
    /// The token of the mail.
    ConfirmEmail,
    /// The address.
    LogIn,
    /// The refresh token.
    Refresh,
    /// The person.
    BeginRedirect,
    /// The address of the callback: its state works once.
    Callback,
    /// The assertion.
    HandOver,
    /// The one-time code.
    Exchange,
    /// Person, a slash, reason.
    Apply,
    /// The application.
    ReadApplication,
    /// The registration number of the certificate.
    Correct,
    /// The application.
    Claim,
    /// The application.
    Decide,
    /// The registration number.
    Revoke,
    /// The registration number.
    Verify,
    /// The account.
    BeginCounter,
    /// The activation code.
    OpenCounter,
    /// The verification.
    Certify,
    /// The key.
    AskForHelp,
    /// A path: nothing but the answer matters.
    Read,
}

/// Which client asked: each kind recovers on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Accounts,
    Redirects,
    Handoffs,
    Applications,
    Reviews,
    Corrections,
    Revocations,
    Verifications,
    Counter,
    Help,
    /// More of the same, to overload the nodes; nobody waits for its recovery.
    Flood,
}

impl Kind {
    /// Those that must recover after a fault.
    pub const ALL: [Self; 10] = [
        Self::Accounts,
        Self::Redirects,
        Self::Handoffs,
        Self::Applications,
        Self::Reviews,
        Self::Corrections,
        Self::Revocations,
        Self::Verifications,
        Self::Counter,
        Self::Help,
    ];
}

/// An answer as it came.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    pub status: u16,
    /// Whether it says when to come back.
    pub retry_after: bool,
    pub replayed: bool,
    pub body: Value,
}

impl Answer {
    /// A text of the body; empty when it has none.
    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn is_success(&self) -> bool {
        (200..400).contains(&self.status) && self.error().is_none()
    }

    /// What a redirect says went wrong.
    pub fn error(&self) -> Option<&str> {
        self.body.pointer("/location_error").and_then(Value::as_str)
    }
}

/// One try.
#[derive(Debug, Clone, Serialize)]
pub struct Attempt {
    pub client: Kind,
    pub operation: Operation,
    pub subject: String,
    pub key: Option<String>,
    /// Since the run began.
    pub begun: Duration,
    pub ended: Duration,
    /// None: the connection broke or nothing came; whether it took effect is not known.
    pub answer: Option<Answer>,
}

impl Attempt {
    /// The answer of a success.
    pub fn success(&self) -> Option<&Answer> {
        self.answer.as_ref().filter(|answer| answer.is_success())
    }
}

/// Where all clients write; cheap to clone.
#[derive(Clone)]
pub struct Recorder {
    start: Instant,
    attempts: Arc<Mutex<Vec<Attempt>>>,
}

impl Recorder {
    pub fn new() -> Self {
        Self { start: Instant::now(), attempts: Arc::default() }
    }

    pub fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub fn record(&self, attempt: Attempt) {
        self.attempts.lock().unwrap().push(attempt);
    }

    pub fn all(&self) -> Vec<Attempt> {
        self.attempts.lock().unwrap().clone()
    }
}
