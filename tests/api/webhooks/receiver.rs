//! A receiver: it keeps what it gets, and answers as it is told.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use actix_web::rt::net::TcpListener;
use actix_web::rt::{self, task::JoinHandle, time::sleep};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Received {
    pub fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn kind(&self) -> String {
        self.event()["type"].as_str().unwrap().to_owned()
    }
}

#[derive(Default)]
struct State {
    status: Cell<u16>,
    holds: Cell<Duration>,
    location: RefCell<Option<String>>,
    received: RefCell<Vec<Received>>,
    connections: Cell<usize>,
}

pub struct Receiver {
    pub url: String,
    pub port: u16,
    state: Rc<State>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// Answers 204.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Rc::new(State { status: Cell::new(204), ..State::default() });
        let shared = state.clone();
        let serving = rt::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                shared.connections.set(shared.connections.get() + 1);
                let shared = shared.clone();
                rt::spawn(async move {
                    let mut bytes = Vec::new();
                    let received = loop {
                        let mut part = [0; 4096];
                        let count = stream.read(&mut part).await.unwrap_or(0);
                        bytes.extend_from_slice(&part[..count]);
                        if let Some(received) = parse(&bytes) {
                            break received;
                        }
                        if count == 0 {
                            return;
                        }
                    };
                    shared.received.borrow_mut().push(received);
                    let location = shared.location.borrow().clone();
                    let location = location.map(|url| format!("location: {url}\r\n")).unwrap_or_default();
                    sleep(shared.holds.get()).await;
                    let status = shared.status.get();
                    let head = format!("HTTP/1.1 {status} Told\r\n{location}content-length: 0\r\n\r\n");
                    drop(stream.write_all(head.as_bytes()).await);
                });
            }
        });
        Self { url: format!("http://127.0.0.1:{port}/hook"), port, state, serving }
    }

    /// Answers this status from now on.
    pub fn answers(&self, status: u16) {
        self.state.status.set(status);
    }

    /// Answers so much later from now on.
    pub fn holds(&self, time: Duration) {
        self.state.holds.set(time);
    }

    /// Returns once so many have connected.
    pub async fn met(&self, connections: usize) {
        while self.connections() < connections {
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Sends elsewhere from now on.
    pub fn redirects(&self, url: &str) {
        self.state.status.set(307);
        *self.state.location.borrow_mut() = Some(url.to_owned());
    }

    /// What came since it was last asked.
    pub fn took(&self) -> Vec<Received> {
        self.state.received.borrow_mut().split_off(0)
    }

    /// The types of events that came since it was last asked, sorted.
    pub fn took_kinds(&self) -> Vec<String> {
        let mut kinds: Vec<String> = self.took().iter().map(Received::kind).collect();
        kinds.sort();
        kinds
    }

    pub fn connections(&self) -> usize {
        self.state.connections.get()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The whole request, once it is there.
fn parse(bytes: &[u8]) -> Option<Received> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let headers: HashMap<String, String> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().unwrap();
    (body.len() >= length).then(|| Received { headers, body: body.to_owned() })
}
