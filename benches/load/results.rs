//! `benches/RESULTS.md`, from all findings that are kept.

use std::fs;

use super::Result;
use super::findings::Findings;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md");

/// The parts, in the order of the page.
const PARTS: [&str; 4] = ["throughput", "year", "documents", "start"];

/// Writes the page anew.
pub fn write() -> Result<()> {
    let mut kept = Vec::new();
    for part in PARTS {
        kept.extend(Findings::kept(part)?);
    }
    let mut text = String::from(
        "# Results\n\nWritten by `make bench` (`benches/load` says what each part measures); the figures of each part are \
         in `results/`. Trust the ratios: machines differ.\n",
    );
    kept.iter().for_each(|findings| text.push_str(&section(findings)));
    Ok(fs::write(FILE, text)?)
}

fn section(findings: &Findings) -> String {
    let mut text = format!("\n## `{}`\n\n{}", findings.part, findings.markdown());
    for (number, chart) in (1..).zip(&findings.charts) {
        text.push_str(&format!("\n![{}](results/{})\n", chart.title, findings.chart(number)));
    }
    text
}
