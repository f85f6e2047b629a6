//! The closed loop: as many threads as connections, each sending its next request when the last one is answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::Result;
use super::cpu::Cpu;
use super::http::{Answer, Connection};

/// What is sent, and what must come back.
pub trait Case: Sync {
    /// The next request, and a ticket for it; `None` when there is nothing left to send.
    fn request(&self) -> Option<(usize, String)>;

    /// Fails on any answer but the expected one.
    fn check(&self, ticket: usize, answer: &Answer<'_>) -> Result<()>;
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
    /// 99th percentile, in milliseconds.
    pub p99: f64,
    /// What a transaction cost, in microseconds of CPU time.
    pub cpu: Cpu,
}

impl Measure {
    /// From the latency of each transaction, in microseconds, and the time that all of them took.
    pub fn of(mut micros: Vec<u32>, took: Duration) -> Result<Self> {
        micros.sort_unstable();
        let count = f64::from(u32::try_from(micros.len())?);
        let percentile = |percent: usize| {
            let micros = micros.get((micros.len() * percent / 100).min(micros.len().saturating_sub(1)));
            micros.map(|micros| f64::from(*micros) / 1000.0).ok_or("not one transaction was done")
        };
        let per_second = count / took.as_secs_f64();
        Ok(Self { count, per_second, p50: percentile(50)?, p99: percentile(99)?, cpu: Cpu::default() })
    }
}

/// Puts a case to the server for a while.
pub fn drive(address: SocketAddr, clients: usize, run: Duration, case: &dyn Case) -> Result<Measure> {
    let connections = (0..clients).map(|_| Connection::open(address)).collect::<Result<Vec<_>>>()?;
    let start = Instant::now();
    let micros: Result<Vec<Vec<u32>>> = std::thread::scope(|scope| {
        let until = start + run;
        let spawn = |connection| scope.spawn(move || client(connection, until, case));
        let clients: Vec<_> = connections.into_iter().map(spawn).collect();
        clients.into_iter().map(|client| client.join().map_err(|_| "a client panicked")?).collect()
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
