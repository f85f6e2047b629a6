//! A wire to Postgres that breaks at the step of a session where the test wants it to, or falls silent.

use std::io::{Read, Result, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use url::Url;

/// What is lost when the wire breaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lost {
    /// The server never hears the step.
    #[default]
    Step,
    /// The server has done the step, and nobody hears that.
    Answer,
}

/// Stands between a node and the tests' server.
pub struct Wire {
    url: String,
    address: SocketAddr,
    state: Arc<State>,
}

/// What all sessions over a wire know of it.
#[derive(Default)]
struct State {
    cut: Mutex<Cut>,
    silent: AtomicBool,
    closed: AtomicBool,
}

impl State {
    /// Waits as long as the wire is silent; answers whether something passes.
    fn passes(&self) -> bool {
        while self.silent.load(Ordering::Relaxed) {
            if self.closed.load(Ordering::Relaxed) {
                return false;
            }
            thread::sleep(Duration::from_millis(20));
        }
        true
    }
}

/// Where the wire will break.
#[derive(Default)]
struct Cut {
    /// Steps that pass before it; `None` when it does not break.
    passing: Option<usize>,
    lost: Lost,
}

impl Wire {
    /// To the database of this URL.
    pub fn to(url: &str) -> Self {
        let end = End::of(url);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        thread::spawn({
            let state = state.clone();
            move || {
                for client in listener.incoming() {
                    if state.closed.load(Ordering::Relaxed) {
                        break;
                    }
                    join(client.unwrap(), &end, &state).unwrap();
                }
            }
        });
        Self { url: url_over(url, address), address, state }
    }

    /// The same database by way of this wire.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on so many steps pass, and the wire of the session that takes the next one breaks.
    pub fn cut_after(&self, steps: usize, lost: Lost) {
        *self.state.cut.lock().unwrap() = Cut { passing: Some(steps), lost };
    }

    /// From now on all pass; answers whether the wire broke.
    pub fn mend(&self) -> bool {
        self.state.cut.lock().unwrap().passing.take().is_none()
    }

    /// From now on nothing passes, and nobody is told.
    pub fn fall_silent(&self) {
        self.state.silent.store(true, Ordering::Relaxed);
    }
}

impl Drop for Wire {
    /// Whoever waits for an answer that will not come is told now.
    fn drop(&mut self) {
        self.state.closed.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
    }
}

/// Where the server listens.
enum End {
    Socket(String),
    Address(String),
}

impl End {
    fn of(url: &str) -> Self {
        let url = Url::parse(url).unwrap();
        let of = |name| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let host = of("host").or(url.host_str().map(str::to_owned)).unwrap();
        let port = of("port").or(url.port().map(|port| port.to_string())).unwrap_or("5432".to_owned());
        if host.starts_with('/') {
            Self::Socket(format!("{host}/.s.PGSQL.{port}"))
        } else {
            Self::Address(format!("{host}:{port}"))
        }
    }
}

/// The same URL with another address, and without encryption, which could not be looked into.
fn url_over(url: &str, address: SocketAddr) -> String {
    let mut url = Url::parse(url).unwrap();
    let kept: Vec<_> =
        url.query_pairs().into_owned().filter(|(key, _)| key != "host" && key != "port").collect();
    let (host, port) = (address.ip().to_string(), address.port().to_string());
    let own = [("host", host.as_str()), ("port", &port), ("sslmode", "disable"), ("gssencmode", "disable")];
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(own);
    url.into()
}

/// Carries a session's messages both ways until one side ends, or the wire breaks.
fn join(client: TcpStream, end: &End, state: &Arc<State>) -> Result<()> {
    client.set_nodelay(true)?;
    match end {
        End::Socket(path) => {
            let server = UnixStream::connect(path)?;
            let (reading, broken) = (server.try_clone()?, server.try_clone()?);
            carry((client.try_clone()?, server), (reading, client), state, move || {
                broken.shutdown(Shutdown::Both)
            });
        }
        End::Address(address) => {
            let server = TcpStream::connect(address)?;
            server.set_nodelay(true)?;
            let (reading, broken) = (server.try_clone()?, server.try_clone()?);
            carry((client.try_clone()?, server), (reading, client), state, move || {
                broken.shutdown(Shutdown::Both)
            });
        }
    }
    Ok(())
}

fn carry<S: Read + Write + Send + 'static>(
    (mut from_client, mut to_server): (TcpStream, S),
    (mut from_server, mut to_client): (S, TcpStream),
    state: &Arc<State>,
    break_server: impl Fn() -> Result<()> + Send + 'static,
) {
    let deaf = Arc::new(AtomicBool::new(false));
    thread::spawn({
        let (state, deaf) = (state.clone(), deaf.clone());
        move || {
            let ended = ask(&mut from_client, &mut to_server, &state, &deaf);
            drop((ended, break_server(), from_client.shutdown(Shutdown::Both)));
        }
    });
    let state = state.clone();
    thread::spawn(move || {
        let ended = answer(&mut from_server, &mut to_client, &state, &deaf);
        drop((ended, to_client.shutdown(Shutdown::Both)));
    });
}

/// The client's messages, step by step, until the wire breaks.
fn ask(client: &mut impl Read, server: &mut impl Write, state: &State, deaf: &AtomicBool) -> Result<()> {
    // The first message has no kind.
    let mut step = body(client)?;
    server.write_all(&step)?;
    loop {
        step.clear();
        let kind = loop {
            let kind = message(client, &mut step)?;
            // Simple query, end of an extended one; the rest belongs to the start and the end of a session.
            if matches!(kind, b'Q' | b'S' | b'p' | b'X') {
                break kind;
            }
        };
        if matches!(kind, b'Q' | b'S') {
            match state.cut.lock().unwrap().take() {
                Some(Lost::Step) => return Ok(()),
                Some(Lost::Answer) => deaf.store(true, Ordering::SeqCst),
                None => {}
            }
        }
        if !state.passes() {
            return Ok(());
        }
        server.write_all(&step)?;
    }
}

impl Cut {
    /// What is lost of this step.
    fn take(&mut self) -> Option<Lost> {
        let left = self.passing?;
        self.passing = left.checked_sub(1);
        (left == 0).then_some(self.lost)
    }
}

/// The server's messages, until the answer that nobody is to hear is complete.
fn answer(server: &mut impl Read, client: &mut impl Write, state: &State, deaf: &AtomicBool) -> Result<()> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let kind = message(server, &mut buffer)?;
        let ready_for_query = kind == b'Z';
        if !state.passes() {
            return Ok(());
        }
        match (deaf.load(Ordering::SeqCst), ready_for_query) {
            (true, true) => return Ok(()),
            (true, false) => {}
            (false, _) => client.write_all(&buffer)?,
        }
    }
}

/// Appends the next message; answers its kind.
fn message(from: &mut impl Read, buffer: &mut Vec<u8>) -> Result<u8> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    buffer.extend(kind);
    buffer.extend(body(from)?);
    Ok(kind[0])
}

/// The length, which counts itself, and what it counts.
fn body(from: &mut impl Read) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut body = length.to_vec();
    body.resize(u32::from_be_bytes(length) as usize, 0);
    from.read_exact(&mut body[4..])?;
    Ok(body)
}
