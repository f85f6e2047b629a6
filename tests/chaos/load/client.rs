//! A client over HTTP that writes down each try, and tries again as an honest one does.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::rt::time::{sleep, timeout};
use reqwest::header::LOCATION;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::dice::Dice;
use crate::history::{Answer, Attempt, Kind, Operation, Recorder};
use crate::progress::Progress;

/// What a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What all clients of a run share.
pub struct Common {
    pub http: reqwest::Client,
    /// The nodes that serve: each try goes to any of them, as behind a load balancer.
    pub nodes: Vec<Url>,
    pub history: Recorder,
    pub progress: Progress,
    /// Nothing new is begun any more.
    pub closing: Arc<AtomicBool>,
    /// Everybody goes home.
    pub over: Arc<AtomicBool>,
}

pub struct Client {
    pub kind: Kind,
    pub common: Rc<Common>,
    dice: RefCell<Dice>,
}

/// A request.
pub struct Ask {
    operation: Operation,
    subject: String,
    method: Method,
    path: String,
    bearer: Option<String>,
    key: Option<String>,
    body: Option<Value>,
    form: Option<Vec<(&'static str, String)>>,
}

impl Ask {
    pub fn get(operation: Operation, subject: &str, path: &str) -> Self {
        Self {
            operation,
            subject: subject.to_owned(),
            method: Method::GET,
            path: path.to_owned(),
            bearer: None,
            key: None,
            body: None,
            form: None,
        }
    }

    pub fn post(operation: Operation, subject: &str, path: &str, body: Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(operation, subject, path) }
    }

    pub fn form(operation: Operation, subject: &str, path: &str, form: Vec<(&'static str, String)>) -> Self {
        Self { method: Method::POST, form: Some(form), ..Self::get(operation, subject, path) }
    }

    pub fn by(self, access: &str) -> Self {
        Self { bearer: Some(access.to_owned()), ..self }
    }

    pub fn keyed(self) -> Self {
        Self { key: Some(Uuid::now_v7().to_string()), ..self }
    }
}

impl Client {
    pub fn new(kind: Kind, common: Rc<Common>, dice: Dice) -> Self {
        Self { kind, common, dice: RefCell::new(dice) }
    }

    pub fn is_closing(&self) -> bool {
        self.common.closing.load(Ordering::Relaxed)
    }

    pub fn is_over(&self) -> bool {
        self.common.over.load(Ordering::Relaxed)
    }

    pub fn percent(&self, chance: usize) -> bool {
        self.dice.borrow_mut().percent(chance)
    }

    pub fn pick<T: Clone>(&self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| self.dice.borrow_mut().pick(from).clone())
    }

    /// Between two things that a person does.
    pub async fn pause(&self, most: usize) {
        let time = self.dice.borrow_mut().millis(most);
        sleep(time).await;
    }

    /// Sends it once.
    pub async fn send(&self, ask: &Ask) -> Option<Answer> {
        let node = self.pick(&self.common.nodes)?;
        let request = self.request(&node, ask);
        let begun = self.common.history.now();
        let answering = async { read(request.send().await.ok()?).await };
        let answer = timeout(PATIENCE, answering).await.ok().flatten();
        let ended = self.common.history.now();
        let (subject, key) = (ask.subject.clone(), ask.key.clone());
        let attempt =
            Attempt { client: self.kind, operation: ask.operation, subject, key, begun, ended, answer };
        self.common.progress.note(&attempt);
        let answer = attempt.answer.clone();
        self.common.history.record(attempt);
        answer
    }

    /// Sends it again and again, with the same key, until it is known what came of it.
    pub async fn insist(&self, ask: &Ask) -> Option<Answer> {
        while !self.is_over() {
            match self.send(ask).await {
                Some(answer) if !is_put_off(&answer) => return Some(answer),
                _ => self.pause(200).await,
            }
        }
        None
    }

    /// For what works once: sent again only after a refusal that says that nothing happened.
    pub async fn unless_unknown(&self, ask: &Ask) -> Option<Answer> {
        while !self.is_over() {
            match self.send(ask).await? {
                answer if is_put_off(&answer) => self.pause(200).await,
                answer => return Some(answer),
            }
        }
        None
    }

    fn request(&self, node: &Url, ask: &Ask) -> RequestBuilder {
        let url = node.join(&ask.path).unwrap();
        // Many people, whom no limit by sender may stop.
        let [.., a, b, c] = Uuid::now_v7().into_bytes();
        let mut request = self.common.http.request(ask.method.clone(), url);
        request = request.header("x-forwarded-for", format!("10.{a}.{b}.{c}"));
        if let Some(access) = &ask.bearer {
            request = request.bearer_auth(access);
        }
        if let Some(key) = &ask.key {
            request = request.header("idempotency-key", key);
        }
        match (&ask.body, &ask.form) {
            (Some(body), _) => request.json(body),
            (None, Some(form)) => request.form(form),
            (None, None) => request,
        }
    }
}

/// To be repeated: not now, or the same request is still running.
fn is_put_off(answer: &Answer) -> bool {
    answer.status == 503 || (answer.status == 409 && answer.text("/code") == "request_in_progress")
}

/// Status, the headers that matter and the body; of a redirect, where it leads.
async fn read(response: Response) -> Option<Answer> {
    let status = response.status().as_u16();
    let (retry_after, replayed) = (
        response.headers().contains_key("retry-after"),
        response.headers().contains_key("idempotency-replayed"),
    );
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let text = response.text().await.ok()?;
    let body = match location.as_deref().and_then(|location| Url::parse(location).ok()) {
        Some(url) if status == 303 => {
            let of = |name: &str| {
                url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
            };
            json!({"location": url.as_str(), "code": of("code"), "location_error": of("error")})
        }
        _ => serde_json::from_str(&text).unwrap_or(Value::String(text)),
    };
    Some(Answer { status, retry_after, replayed, body })
}
