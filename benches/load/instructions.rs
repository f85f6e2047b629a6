//! How many instructions the server takes for an issue and for a verification, which no other load on the machine
//! changes: `make bench-check` fails when they grow.
//!
//! The server runs under callgrind, without background work. One client sends one request after the other, so that none is
//! written together with another, and what callgrind counted meanwhile is divided by their number. What the server does
//! beside them (timers, gauges) only adds, so each is counted three times, and the least is taken.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::case::{self, Issue, Verify};
use super::drive::Case;
use super::house::House;
use super::http::Connection;
use super::server::Kind;
use super::{Result, say, seed};

/// What was counted when somebody last looked at it and accepted it.
const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.json");
/// How much more is accepted. Counts of one program differ by less than a hundredth; another compiler or library may bring
/// more.
const GROWTH: f64 = 0.05;

/// Until caches are filled and statements are prepared.
const WARM_UP: u32 = 40;
/// Requests of one count.
const REQUESTS: u32 = 100;
const COUNTS: usize = 3;
const CITIZENS: usize = 100;

/// For one request each.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Instructions {
    issue: f64,
    verify: f64,
}

/// Counts, and compares with what is recorded, or records it. A development build is only counted.
pub fn check(record: bool) -> Result<()> {
    let counted = count()?;
    if cfg!(debug_assertions) {
        say("instructions: a development build is neither compared nor recorded");
        return Ok(());
    }
    if record {
        return Ok(fs::write(RECORDED, serde_json::to_string_pretty(&counted)? + "\n")?);
    }
    let recorded = fs::read_to_string(RECORDED)
        .map_err(|error| format!("{RECORDED}: {error}; `instructions keep` writes it"))?;
    let recorded: Instructions = serde_json::from_str(&recorded)?;
    compare("issue", counted.issue, recorded.issue)?;
    compare("verify", counted.verify, recorded.verify)
}

fn compare(name: &str, counted: f64, recorded: f64) -> Result<()> {
    let growth = counted / recorded - 1.0;
    writeln!(std::io::stdout(), "{name}: {:+.2} % of {recorded:.0} that were recorded", growth * 100.0)?;
    if growth > GROWTH {
        return Err(format!("{name} takes {counted:.0} instructions, and {recorded:.0} were recorded").into());
    }
    if growth < -GROWTH {
        say(&format!("{name} takes fewer: record it, so that they do not come back unseen"));
    }
    Ok(())
}

fn count() -> Result<Instructions> {
    let mut house = House::build(false, None)?;
    say("instructions: the server starts under callgrind");
    house.serve(Kind::Counted)?;
    let citizens = seed::citizens(&house.database_url, &house.keyring, CITIZENS)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    let verify = Verify::of(&issue);
    let cases = [("issue", &issue as &dyn Case), ("verify", &verify)];
    for (_, case) in cases {
        send(&house, case, WARM_UP)?;
    }
    let mut least = [f64::INFINITY; 2];
    for _ in 0..COUNTS {
        for ((name, case), least) in cases.into_iter().zip(&mut least) {
            let counted = of_each(&house, case)?;
            writeln!(std::io::stdout(), "{name}: {counted:.0} instructions")?;
            *least = least.min(counted);
        }
    }
    let [issue, verify] = least;
    Ok(Instructions { issue, verify })
}

/// Instructions of one request, on the average of some.
fn of_each(house: &House, case: &dyn Case) -> Result<f64> {
    dump(house)?;
    send(house, case, REQUESTS)?;
    Ok(dump(house)? / f64::from(REQUESTS))
}

/// One request after the other, over one connection.
fn send(house: &House, case: &dyn Case, count: u32) -> Result<()> {
    let mut connection = Connection::open(house.address)?;
    for _ in 0..count {
        let (ticket, request) = case.request().ok_or("there is nothing to send")?;
        case.check(ticket, &connection.send(&request)?)?;
    }
    Ok(())
}

/// Instructions since the dump before. Its file is removed.
fn dump(house: &House) -> Result<f64> {
    let process = format!("--pid={}", house.server()?);
    let output = Command::new("vgdb").args([&process, "dump"]).output()?;
    if !output.status.success() {
        return Err(format!("vgdb: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let path = newest(house.folder())?;
    let text = fs::read_to_string(&path)?;
    fs::remove_file(&path)?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or("callgrind wrote no totals")?.trim().parse()?)
}

/// The one dump in the folder.
fn newest(folder: &Path) -> Result<PathBuf> {
    let names = fs::read_dir(folder)?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let is_dump = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("callgrind.out."))
    };
    Ok(names.filter(is_dump).last().ok_or("callgrind dumped nothing")?)
}
