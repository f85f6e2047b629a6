//! A TCP proxy between two parts of the house, which fails on demand.

use std::io::{ErrorKind, Read, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How often a waiting thread looks at the mode.
const LOOK: Duration = Duration::from_millis(20);
/// What `Slow` adds to each chunk, in each direction.
const SLOW: Duration = Duration::from_millis(200);

/// What becomes of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Pass,
    /// Nobody listens.
    Refuse,
    /// Bytes vanish without a word. A connection that lost some is reset when the network is back: the other side has
    /// forgotten it.
    HalfOpen,
    Slow,
    /// Answers are noise.
    Garbage,
    /// New connections lead to the second address.
    Divert,
}

/// Where connections lead.
#[derive(Debug, Clone)]
pub enum Upstream {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

#[derive(Clone)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    mode: Mutex<Mode>,
    /// Connections of an older one are cut.
    generation: AtomicU64,
    upstreams: Mutex<Vec<Upstream>>,
}

impl Proxy {
    /// On a free port; the second upstream is where `Divert` leads.
    pub fn start(upstreams: Vec<Upstream>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self::start_on(listener, upstreams)
    }

    pub fn start_on(listener: TcpListener, upstreams: Vec<Upstream>) -> Self {
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            mode: Mutex::new(Mode::Pass),
            generation: AtomicU64::new(0),
            upstreams: Mutex::new(upstreams),
        });
        let accepting = shared.clone();
        thread::spawn(move || accepting.accept(listener, address));
        Self { address, shared }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn set(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
    }

    /// Ends every connection that there is.
    pub fn cut(&self) {
        self.shared.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Leads new connections to other addresses.
    pub fn lead_to(&self, upstreams: Vec<Upstream>) {
        *self.shared.upstreams.lock().unwrap() = upstreams;
    }
}

impl Shared {
    fn mode(&self) -> Mode {
        *self.mode.lock().unwrap()
    }

    fn accept(self: Arc<Self>, listener: TcpListener, address: SocketAddr) {
        let mut open = Some(listener);
        loop {
            match (&open, self.mode()) {
                (Some(_), Mode::Refuse) => open = None,
                (None, Mode::Refuse) => {}
                // The port is ours again unless somebody was quicker; then it is tried again.
                (None, _) => open = TcpListener::bind(address).ok(),
                (Some(listener), _) => {
                    listener.set_nonblocking(true).unwrap();
                    while let Ok((client, _)) = listener.accept() {
                        let shared = self.clone();
                        thread::spawn(move || shared.carry(client));
                    }
                }
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// One connection, from its first byte to its last.
    fn carry(self: Arc<Self>, client: TcpStream) {
        let generation = self.generation.load(Ordering::SeqCst);
        client.set_nonblocking(false).unwrap();
        while self.mode() == Mode::HalfOpen {
            thread::sleep(LOOK);
            if self.mode() != Mode::HalfOpen {
                return;
            }
        }
        let Ok(upstream) = self.connect() else { return };
        let lost = Arc::new(AtomicBool::new(false));
        let client = Stream::Tcp(client);
        let (Ok(back_from), Ok(back_to)) = (upstream.try_clone(), client.try_clone()) else { return };
        let back = Pump { shared: self.clone(), generation, answers: true, lost: lost.clone() };
        let answering = thread::spawn(move || back.run(back_from, back_to));
        Pump { shared: self, generation, answers: false, lost }.run(client, upstream);
        let _ = answering.join();
    }

    fn connect(&self) -> Result<Stream> {
        let upstreams = self.upstreams.lock().unwrap().clone();
        let diverted = self.mode() == Mode::Divert;
        let upstream = if diverted { upstreams.last() } else { upstreams.first() };
        match upstream.ok_or(ErrorKind::ConnectionRefused)? {
            Upstream::Tcp(address) => TcpStream::connect(address).map(Stream::Tcp),
            Upstream::Unix(path) => UnixStream::connect(path).map(Stream::Unix),
        }
    }
}

/// One direction of a connection.
struct Pump {
    shared: Arc<Shared>,
    generation: u64,
    answers: bool,
    lost: Arc<AtomicBool>,
}

impl Pump {
    fn run(&self, mut from: Stream, mut to: Stream) {
        let _ = from.look_up_every(LOOK);
        let mut chunk = vec![0; 16 << 10];
        while self.goes_on() {
            match from.read(&mut chunk) {
                Ok(0) => break,
                Ok(length) if self.forward(&mut to, &chunk[..length]).is_err() => break,
                Ok(_) => {}
                Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {}
                Err(_) => break,
            }
        }
        from.shut_down();
        to.shut_down();
    }

    /// Not after a cut, and not when bytes were lost and the network is back.
    fn goes_on(&self) -> bool {
        let forgotten = self.lost.load(Ordering::SeqCst) && self.shared.mode() != Mode::HalfOpen;
        !forgotten && self.generation == self.shared.generation.load(Ordering::SeqCst)
    }

    fn forward(&self, to: &mut Stream, chunk: &[u8]) -> Result<()> {
        match self.shared.mode() {
            Mode::HalfOpen => {
                self.lost.store(true, Ordering::SeqCst);
                return Ok(());
            }
            Mode::Slow => thread::sleep(SLOW),
            Mode::Garbage if self.answers => {
                let noise: Vec<u8> = chunk.iter().map(|byte| byte.wrapping_mul(167) ^ 0x5a).collect();
                let _ = to.write_all(&noise);
                return Err(ErrorKind::InvalidData.into());
            }
            _ => {}
        }
        to.write_all(chunk)
    }
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    fn try_clone(&self) -> Result<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
            Self::Unix(stream) => stream.try_clone().map(Self::Unix),
        }
    }

    fn look_up_every(&self, time: Duration) -> Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_nodelay(true).and(stream.set_read_timeout(Some(time))),
            Self::Unix(stream) => stream.set_read_timeout(Some(time)),
        }
    }

    fn shut_down(&self) {
        let _ = match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both),
            Self::Unix(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
