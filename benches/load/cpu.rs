//! What processes cost, by `/proc`: unlike throughput, hardly disturbed by what else the machine does.

use std::fs;

use super::Result;

/// Microseconds of a clock tick of `/proc`, which are a hundredth of a second on every Linux there is.
const TICK: f64 = 10_000.0;

/// CPU time in microseconds since the start of each.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    /// The server of the service.
    pub server: f64,
    /// PostgreSQL, all of its processes.
    pub postgres: f64,
    /// This program with pgbench: what the load itself costs on a machine that is shared with what it loads.
    pub load: f64,
}

impl Cpu {
    /// What was used up to now; nothing by a server that does not run.
    pub fn now(server: Option<u32>, postmaster: u32) -> Result<Self> {
        let own = Usage::of(std::process::id())?;
        let load = own.own + own.ended_children;
        let server = server.map_or(Ok(0.0), |server| Usage::of(server).map(|usage| usage.own))?;
        Ok(Self { server, postgres: family(postmaster)?, load })
    }

    /// What each of `count` transactions cost since then.
    pub fn per_transaction(self, since: Self, count: f64) -> Self {
        Self {
            server: (self.server - since.server) / count,
            postgres: (self.postgres - since.postgres) / count,
            load: (self.load - since.load) / count,
        }
    }
}

/// A process with its children, those that have ended too. One that ends between two looks would be missed or counted
/// twice, so it looks until none does.
fn family(process: u32) -> Result<f64> {
    loop {
        let before = Usage::of(process)?;
        let running: f64 = children(process)?.map(|child| child.own).sum();
        let after = Usage::of(process)?;
        if before.ended_children == after.ended_children {
            return Ok(after.own + after.ended_children + running);
        }
    }
}

/// CPU time of one process, in microseconds.
struct Usage {
    parent: u32,
    own: f64,
    ended_children: f64,
}

impl Usage {
    fn of(process: u32) -> Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The name, in parentheses, may hold anything.
        let (_, rest) = stat.rsplit_once(") ").ok_or("/proc is not as proc(5) says")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        // Counted from the third field of proc(5).
        let field = |number: usize| fields.get(number - 3).copied().unwrap_or_default();
        let micros = |number| field(number).parse::<f64>().map(|ticks| ticks * TICK);
        Ok(Self {
            parent: field(4).parse()?,
            own: micros(14)? + micros(15)?,
            ended_children: micros(16)? + micros(17)?,
        })
    }
}

/// The running children of a process; one that ends meanwhile is left out.
fn children(process: u32) -> Result<impl Iterator<Item = Usage>> {
    let all = fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    Ok(all.filter_map(|other: u32| Usage::of(other).ok()).filter(move |other| other.parent == process))
}
