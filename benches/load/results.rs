//! `benches/RESULTS.md`, from all findings that are kept.

use std::fs;

use super::findings::Findings;
use super::{Result, goals};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md");

/// The parts, in the order of the page.
const PARTS: [&str; 6] = ["throughput", "launch-day", "nodes", "year", "documents", "start"];

/// Writes the page anew.
pub fn write() -> Result<()> {
    let mut kept = Vec::new();
    for part in PARTS {
        kept.extend(Findings::kept(part)?);
    }
    let mut text = format!(
        "# Results\n\nWritten by `make bench` (`benches/load` says what each part measures); the figures of each part are \
         in `results/`. Trust the ratios: machines differ.\n\n## What it must reach\n\n{}",
        reached(&kept)
    );
    kept.iter().for_each(|findings| text.push_str(&section(findings)));
    Ok(fs::write(FILE, text)?)
}

/// The table of goals, of these findings.
pub fn reached(all: &[Findings]) -> String {
    goals::table(|part, name| all.iter().find(|findings| findings.part == part)?.figures.get(name).copied())
}

fn section(findings: &Findings) -> String {
    let mut text = format!("\n## `{}`\n\n{}", findings.part, findings.markdown());
    for (number, chart) in (1..).zip(&findings.charts) {
        text.push_str(&format!("\n![{}](results/{})\n", chart.title, findings.chart(number)));
    }
    text
}
