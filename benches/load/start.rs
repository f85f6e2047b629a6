//! What a node needs before and beside its requests: the time until it is ready, the size of the program, its memory.

use std::fmt::Write;
use std::fs;
use std::time::{Duration, Instant};

use super::case::{self, Guess, Issue, Verify};
use super::drive::drive;
use super::house::{House, Memory};
use super::server::Kind;
use super::{Result, say, seed, table};

/// How long a node that has nothing to do may settle.
const IDLE: Duration = Duration::from_secs(5);
/// Issues and verifications in turn, for so long.
const MIXED: Duration = Duration::from_secs(20);
/// Wrong passwords for so long, from so many clients.
const FLOOD: Duration = Duration::from_secs(20);
const FLOODING: usize = 128;
const CITIZENS: usize = 3_000;

/// Prints a table.
pub fn measure() -> Result<String> {
    say("start: an empty database");
    let begin = Instant::now();
    let mut house = House::start(true)?;
    let first = begin.elapsed();
    let again = house.serve(Kind::Whole)?;
    std::thread::sleep(IDLE);
    let idle = house.memory()?;
    say("start: load");
    let citizens = seed::citizens(&house.database_url, &house.keyring, CITIZENS)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    let verify = Verify::of(&issue);
    drive(house.address, 32, MIXED / 2, &issue)?;
    drive(house.address, 32, MIXED / 2, &verify)?;
    let loaded = house.memory()?;
    let restarted = house.serve(Kind::Whole)?;
    say("start: wrong passwords");
    let flood = drive(house.address, FLOODING, FLOOD, &Guess::default())?;
    let flooded = house.memory()?;
    let mut text = String::from("| start and memory | |\n| --- | --: |\n");
    let mut row = |name: &str, value: String| writeln!(text, "| {name} | {value} |");
    row("PostgreSQL, schema and node from nothing until ready", seconds(first))?;
    row("node until ready, the second time", seconds(again))?;
    row("node until ready, after the load", seconds(restarted))?;
    row("program", format!("{:.1} MiB", program()?))?;
    row("memory, idle", mib(&idle))?;
    row(
        &format!("memory after {} s of issues and verifications, 32 clients", MIXED.as_secs()),
        mib(&loaded),
    )?;
    let guesses = format!(
        "memory after {} s of wrong passwords, {FLOODING} clients, {:.0} a second",
        FLOOD.as_secs(),
        flood.per_second
    );
    row(&guesses, mib(&flooded))?;
    Ok(format!("{text}\n{}\n", table::machine(&house)?))
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
