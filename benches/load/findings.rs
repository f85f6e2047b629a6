//! What a part found: printed for a person, and kept as JSON.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Result;
use super::chart::Chart;

/// Numbers, by what they are of.
pub type Figures = BTreeMap<String, f64>;

/// Where they are kept.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/results");

/// What a part found.
#[derive(Serialize, Deserialize)]
pub struct Findings {
    pub part: String,
    /// How it was run: rounds, sizes, times.
    pub settings: String,
    /// On what it ran.
    pub machine: String,
    /// Tables, as Markdown.
    pub text: String,
    pub figures: Figures,
    pub charts: Vec<Chart>,
}

impl Findings {
    /// As it is printed: the tables, then how and on what they came about.
    pub fn markdown(&self) -> String {
        format!("{}\n\n{}. {}\n", self.text.trim_end(), self.settings, self.machine)
    }

    /// Keeps it, in place of what the same part found before.
    pub fn keep(&self) -> Result<()> {
        fs::create_dir_all(FOLDER)?;
        let json = serde_json::to_string_pretty(self)?;
        fs::write(file(&format!("{}.json", self.part)), json + "\n")?;
        for (number, chart) in (1..).zip(&self.charts) {
            fs::write(file(&self.chart(number)), chart.svg())?;
        }
        Ok(())
    }

    /// The file of a chart, below the folder.
    pub fn chart(&self, number: usize) -> String {
        format!("{}-{number}.svg", self.part)
    }

    /// What is kept of a part, if anything is.
    pub fn kept(part: &str) -> Result<Option<Self>> {
        let path = file(&format!("{part}.json"));
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&fs::read_to_string(path)?)?))
    }
}

fn file(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}
