//! The closed loop: as many threads as connections, each sending its next request when the last one is answered. And the
//! open one, where requests come as they do in life: whether or not earlier ones are answered.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::Result;
use super::cpu::Cpu;
use super::http::{Answer, Connection};
use super::random::scattered;

/// Connections of the open loop. A request that finds none free waits, and its latency counts from when it was due.
const CONNECTIONS: usize = 64;

/// What is sent, and what must come back.
pub trait Case: Sync {
    /// The next request, and a ticket for it; `None` when there is nothing left to send.
    fn request(&self) -> Option<(usize, String)>;

    /// Fails on any answer but the expected one.
    fn check(&self, ticket: usize, answer: &Answer<'_>) -> Result<()>;
}

/// How requests come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// So many clients in a closed loop.
    Clients(usize),
    /// So many nodes on one PostgreSQL, to which clients in a closed loop are spread.
    Nodes(usize),
    /// An open loop at that share of the highest throughput of the round, in percent.
    Share(u32),
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clients(clients) => write!(f, "{clients} clients"),
            Self::Nodes(1) => write!(f, "1 node"),
            Self::Nodes(nodes) => write!(f, "{nodes} nodes"),
            Self::Share(percent) => write!(f, "{percent} % of the highest"),
        }
    }
}

/// What a run showed.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Transactions in all.
    pub count: f64,
    /// Transactions a second.
    pub per_second: f64,
    /// Median latency, in milliseconds.
    pub p50: f64,
    /// 95th percentile, in milliseconds.
    pub p95: f64,
    /// 99th percentile, in milliseconds.
    pub p99: f64,
    /// 99.9th percentile, in milliseconds.
    pub p99_9: f64,
    /// What a transaction cost, in microseconds of CPU time.
    pub cpu: Cpu,
    /// Mails that were delivered meanwhile, for each transaction.
    pub mails: f64,
}

impl Measure {
    /// From the latency of each transaction, in microseconds, and the time that all of them took.
    pub fn of(mut micros: Vec<u32>, took: Duration) -> Result<Self> {
        micros.sort_unstable();
        let count = f64::from(u32::try_from(micros.len())?);
        let per_mille = |share: usize| {
            let micros = micros.get((micros.len() * share / 1000).min(micros.len().saturating_sub(1)));
            micros.map(|micros| f64::from(*micros) / 1000.0).ok_or("not one transaction was done")
        };
        Ok(Self {
            count,
            per_second: count / took.as_secs_f64(),
            p50: per_mille(500)?,
            p95: per_mille(950)?,
            p99: per_mille(990)?,
            p99_9: per_mille(999)?,
            cpu: Cpu::default(),
            mails: 0.0,
        })
    }
}

/// Puts a case to the server for a while.
pub fn drive(address: SocketAddr, clients: usize, run: Duration, case: &dyn Case) -> Result<Measure> {
    spread(&[address], clients, run, case)
}

/// Likewise to several servers, each with its share of the clients.
pub fn spread(addresses: &[SocketAddr], clients: usize, run: Duration, case: &dyn Case) -> Result<Measure> {
    side_by_side(addresses, clients, |start, connection| client(connection, start + run, case))
}

/// Offers so many requests a second to the server for a while, at random moments. A latency counts from the moment at
/// which the request was due, however late it could be sent: none that waits behind a slow one is left out.
pub fn offer(address: SocketAddr, per_second: f64, run: Duration, case: &dyn Case) -> Result<Measure> {
    let (moments, next) = (moments(per_second, run), AtomicUsize::new(0));
    let take = || moments.get(next.fetch_add(1, Ordering::Relaxed)).copied();
    side_by_side(&[address], CONNECTIONS, |start, mut connection| {
        let mut latencies = Vec::new();
        while let Some((due, (ticket, request))) = take().zip(case.request()) {
            let due = start + due;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let answer = connection.send(&request)?;
            latencies.push(u32::try_from(due.elapsed().as_micros())?);
            case.check(ticket, &answer)?;
        }
        Ok(latencies)
    })
}

/// When requests are due, from the start: the gaps between them are exponentially distributed, as of people who do not
/// know of each other.
fn moments(per_second: f64, run: Duration) -> Vec<Duration> {
    let gap = |number| {
        let uniform =
            (f64::from(u32::try_from(scattered(number)).unwrap_or_default()) + 1.0) / f64::from(1_u32 << 31);
        -uniform.ln() / per_second
    };
    let moments = (0..).scan(0.0, |at, number| {
        *at += gap(number);
        Some(Duration::from_secs_f64(*at))
    });
    moments.take_while(|at| *at < run).collect()
}

/// Runs the same work on as many connections at once; it gets the common start, and gives latencies in microseconds.
fn side_by_side(
    addresses: &[SocketAddr],
    connections: usize,
    work: impl Fn(Instant, Connection) -> Result<Vec<u32>> + Sync,
) -> Result<Measure> {
    let addresses = addresses.iter().cycle().take(connections);
    let connections = addresses.map(|address| Connection::open(*address)).collect::<Result<Vec<_>>>()?;
    let (start, work) = (Instant::now(), &work);
    let micros: Result<Vec<Vec<u32>>> = std::thread::scope(|scope| {
        let spawn = |connection| scope.spawn(move || work(start, connection));
        let threads: Vec<_> = connections.into_iter().map(spawn).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a client panicked")?).collect()
    });
    Measure::of(micros?.concat(), start.elapsed())
}

/// Puts a case to the server once.
pub fn once(address: SocketAddr, case: &dyn Case) -> Result<()> {
    let (ticket, request) = case.request().ok_or("there is nothing to send")?;
    case.check(ticket, &Connection::open(address)?.send(&request)?)
}

/// One client's latencies, in microseconds.
fn client(mut connection: Connection, until: Instant, case: &dyn Case) -> Result<Vec<u32>> {
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let Some((ticket, request)) = case.request() else { break };
        let sent = Instant::now();
        let answer = connection.send(&request)?;
        latencies.push(u32::try_from(sent.elapsed().as_micros())?);
        case.check(ticket, &answer)?;
    }
    Ok(latencies)
}
