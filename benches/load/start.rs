//! What a node needs before and beside its requests: the time until it is ready, the size of the program, its memory.

use std::fmt::Write;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::case::{self, Guess, Issue, Verify};
use super::chart::Chart;
use super::drive::{drive, offer};
use super::findings::{Figures, Findings};
use super::house::{House, Memory};
use super::server::Kind;
use super::{Result, say, seed, table};

/// How long a node that has nothing to do may settle.
const IDLE: Duration = Duration::from_secs(5);
/// Issues, then verifications, as many as the node can do, each for so long.
const FULL: Duration = Duration::from_secs(10);
const CLIENTS: usize = 32;
/// Issues a second of the mixed load, beside as many verifications as the node can do.
const ISSUES: u32 = 150;
/// Wrong passwords for so long, from so many clients.
const FLOOD: Duration = Duration::from_secs(20);
const FLOODING: usize = 128;
/// Enough for issues at full load; each has 21 reasons to apply.
const CITIZENS: u32 = 2_500;
const REASONS: u32 = 21;

/// What was seen, in the order in which it was.
struct Seen {
    first: Duration,
    again: Duration,
    idle: Memory,
    loaded: Memory,
    mixed: Memory,
    restarted: Duration,
    flooded: Memory,
    guesses: f64,
}

/// The mixed load lasts for so many seconds.
pub fn measure(seconds: u32) -> Result<Findings> {
    let begin = Instant::now();
    let mut house = House::start(true)?;
    let seen = Seen::of(&mut house, begin.elapsed(), seconds)?;
    let memories = [
        ("idle", &seen.idle),
        ("full load", &seen.loaded),
        ("mixed load", &seen.mixed),
        ("wrong passwords", &seen.flooded),
    ];
    let bars = memories.map(|(name, memory)| (name.to_owned(), memory.now)).to_vec();
    Ok(Findings {
        part: "start".to_owned(),
        settings: format!(
            "Full load: {CLIENTS} clients, {} s of issues and as long of verifications. Mixed load: {seconds} s, {ISSUES} \
             issues a second beside {CLIENTS} clients that verify. Wrong passwords: {} s, {FLOODING} clients",
            FULL.as_secs(),
            FLOOD.as_secs()
        ),
        machine: table::machine(&house)?,
        text: seen.markdown()?,
        figures: seen.figures()?,
        charts: vec![Chart::new("Memory of the server after", "MiB", bars)],
    })
}

impl Seen {
    fn of(house: &mut House, first: Duration, seconds: u32) -> Result<Self> {
        let again = house.serve(Kind::Whole)?;
        thread::sleep(IDLE);
        let idle = house.memory()?;
        say("start: full load");
        let count = CITIZENS + (ISSUES * seconds).div_ceil(REASONS);
        let citizens = seed::citizens(&house.database_url, &house.keyring, usize::try_from(count)?)?;
        let issue = Issue::of(&citizens, case::reasons(house.address)?);
        let verify = Verify::of(&issue);
        drive(house.address, CLIENTS, FULL, &issue)?;
        drive(house.address, CLIENTS, FULL, &verify)?;
        let loaded = house.memory()?;
        say(&format!("start: {seconds} s of mixed load"));
        mixed(house, &issue, &verify, Duration::from_secs(seconds.into()))?;
        let mixed = house.memory()?;
        let restarted = house.serve(Kind::Whole)?;
        say("start: wrong passwords");
        let guesses = drive(house.address, FLOODING, FLOOD, &Guess::default())?.per_second;
        let flooded = house.memory()?;
        Ok(Self { first, again, idle, loaded, mixed, restarted, flooded, guesses })
    }

    fn markdown(&self) -> Result<String> {
        let mut text = String::from("| start and memory | |\n| --- | --: |\n");
        let mut row = |name: &str, value: String| writeln!(text, "| {name} | {value} |");
        row("PostgreSQL, schema and node from nothing until ready", seconds(self.first))?;
        row("node until ready, the second time", seconds(self.again))?;
        row("node until ready, after the load", seconds(self.restarted))?;
        row("program", format!("{:.1} MiB", program()?))?;
        row("memory, idle", mib(&self.idle))?;
        row("memory after full load", mib(&self.loaded))?;
        row("memory after mixed load", mib(&self.mixed))?;
        row(&format!("memory after wrong passwords, {:.0} a second", self.guesses), mib(&self.flooded))?;
        Ok(text)
    }

    fn figures(&self) -> Result<Figures> {
        let figures = [
            ("first_start_s", self.first.as_secs_f64()),
            ("second_start_s", self.again.as_secs_f64()),
            ("loaded_start_s", self.restarted.as_secs_f64()),
            ("program_mib", program()?),
            ("memory_idle_mib", self.idle.now),
            ("memory_loaded_mib", self.loaded.now),
            ("memory_mixed_mib", self.mixed.now),
            ("memory_flooded_mib", self.flooded.now),
            ("memory_loaded_peak_mib", self.loaded.peak),
            ("memory_flooded_peak_mib", self.flooded.peak),
            ("guesses_per_second", self.guesses),
        ];
        Ok(figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// Issues at a steady pace, while others verify as fast as they can.
fn mixed(house: &House, issue: &Issue<'_>, verify: &Verify<'_, '_>, run: Duration) -> Result<()> {
    thread::scope(|scope| {
        let issuing = scope.spawn(|| offer(house.address, f64::from(ISSUES), run, issue));
        drive(house.address, CLIENTS, run, verify)?;
        issuing.join().map_err(|_| "the issues panicked")??;
        Ok(())
    })
}

fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

fn mib(memory: &Memory) -> String {
    format!("{:.0} MiB (peak {:.0})", memory.now, memory.peak)
}

/// The size of the program, in MiB.
fn program() -> Result<f64> {
    let bytes = fs::metadata(env!("CARGO_BIN_EXE_cazier"))?.len();
    Ok(f64::from(u32::try_from(bytes >> 10)?) / 1024.0)
}
