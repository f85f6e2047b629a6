//! What was measured, as tables for a person.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::Result;
use super::chart::Chart;
use super::drive::{Load, Measure};
use super::findings::Figures;
use super::house::House;

/// Which case is compared with which.
const COMPARED: [(&str, &str, &str); 3] = [
    ("issue", "issue: pgbench, our statements", "issue: pgbench, eight statements"),
    (
        "issue, with key",
        "issue, with key: pgbench, our statements",
        "issue, with key: pgbench, ten statements",
    ),
    ("verify", "verify: pgbench, our statement", "verify: pgbench, one SELECT and one INSERT"),
];

/// One case under one load; a measure for each round.
struct Row {
    case: &'static str,
    load: Load,
    rounds: Vec<Measure>,
}

impl Row {
    /// The median of the rounds.
    fn median(&self, value: impl Fn(&Measure) -> f64) -> f64 {
        median(self.rounds.iter().map(value).collect())
    }
}

/// A number of each row.
struct Column {
    /// In the table.
    head: &'static str,
    /// Among the figures.
    name: &'static str,
    decimals: usize,
    value: fn(&Measure) -> f64,
}

const fn column(
    head: &'static str,
    name: &'static str,
    decimals: usize,
    value: fn(&Measure) -> f64,
) -> Column {
    Column { head, name, decimals, value }
}

const COLUMNS: [Column; 9] = [
    column("a second", "per_second", 0, |measure| measure.per_second),
    column("p50 ms", "p50_ms", 2, |measure| measure.p50),
    column("p95 ms", "p95_ms", 2, |measure| measure.p95),
    column("p99 ms", "p99_ms", 2, |measure| measure.p99),
    column("p99.9 ms", "p99_9_ms", 2, |measure| measure.p99_9),
    column("CPU µs: server", "cpu_server_us", 0, |measure| measure.cpu.server),
    column("PostgreSQL", "cpu_postgres_us", 0, |measure| measure.cpu.postgres),
    column("load", "cpu_load_us", 0, |measure| measure.cpu.load),
    column("mails ÷", "mails", 2, |measure| measure.mails),
];

/// All rows, in the order of the first round.
#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// Adds the measure of a round.
    pub fn add(&mut self, case: &'static str, load: Load, measure: Measure) {
        match self.0.iter_mut().find(|row| row.case == case && row.load == load) {
            Some(row) => row.rounds.push(measure),
            None => self.0.push(Row { case, load, rounds: vec![measure] }),
        }
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let heads: String = COLUMNS.iter().map(|column| format!(" {} |", column.head)).collect();
        let mut text = format!(
            "| case | load |{heads} ÷ pgbench, ours | ÷ pgbench, plain |\n| --- | --- |{}\n",
            " --: |".repeat(COLUMNS.len() + 2)
        );
        for row in &self.0 {
            let _ = write!(text, "| {} | {} |", row.case, row.load);
            for column in &COLUMNS {
                let _ = write!(text, " {:.*} |", column.decimals, row.median(column.value));
            }
            for ratio in self.ratios(row) {
                let _ = write!(text, " {} |", ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")));
            }
            text.push('\n');
        }
        text
    }

    /// Every number of it, by name.
    pub fn figures(&self) -> Figures {
        let mut figures = Figures::new();
        for row in &self.0 {
            let mut add =
                |what: &str, value| figures.insert(format!("{}, {}: {what}", row.case, row.load), value);
            for column in &COLUMNS {
                add(column.name, row.median(column.value));
            }
            for (name, ratio) in ["÷ ours", "÷ plain"].into_iter().zip(self.ratios(row)) {
                if let Some(ratio) = ratio {
                    add(name, ratio);
                }
            }
        }
        figures
    }

    /// The median latency of a case under the first of its loads, in milliseconds.
    pub fn median_p50(&self, case: &str) -> f64 {
        let row = self.0.iter().find(|row| row.case == case);
        row.map_or(f64::NAN, |row| row.median(|measure| measure.p50))
    }

    /// A chart of the transactions a second of these cases under one load.
    pub fn throughput(&self, title: &str, load: Load, cases: &[&str]) -> Chart {
        let rows = self.0.iter().filter(|row| row.load == load && cases.contains(&row.case));
        let bars = rows.map(|row| (row.case.to_owned(), row.median(|measure| measure.per_second)));
        Chart::new(&format!("{title}, {load}"), "a second", bars.collect())
    }

    /// A chart of the latencies of these cases under one load.
    pub fn latency(&self, title: &str, load: Load, cases: &[&str]) -> Chart {
        let rows = self.0.iter().filter(|row| row.load == load && cases.contains(&row.case));
        let bars = rows.flat_map(|row| {
            let latencies = COLUMNS.iter().filter(|column| column.head.ends_with(" ms"));
            latencies.map(|column| {
                (format!("{}, {}", row.case, column.head.trim_end_matches(" ms")), row.median(column.value))
            })
        });
        Chart::new(&format!("{title}, {load}"), "ms", bars.collect())
    }

    /// What our statements and the plain ones do in the same time.
    fn ratios(&self, row: &Row) -> [Option<f64>; 2] {
        match COMPARED.iter().find(|(case, ..)| *case == row.case) {
            Some((_, ours, plain)) => [self.ratio(row, ours), self.ratio(row, plain)],
            None => [None, None],
        }
    }

    /// The median of the ratios of each round: what else the machine does falls on both.
    fn ratio(&self, row: &Row, to: &str) -> Option<f64> {
        let to = self.0.iter().find(|other| other.case == to && other.load == row.load)?;
        let rounds = row.rounds.iter().zip(&to.rounds);
        Some(median(rounds.map(|(one, other)| one.per_second / other.per_second).collect()))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[derive(QueryableByName)]
struct Settings {
    #[diesel(sql_type = Text)]
    settings: String,
}

/// What everything ran on.
pub fn machine(house: &House) -> Result<String> {
    let query = "SELECT format('PostgreSQL %s, fsync %s, synchronous_commit %s', current_setting('server_version'), \
        current_setting('fsync'), current_setting('synchronous_commit')) AS settings";
    let mut connection = PgConnection::establish(&house.database_url)?;
    let Settings { settings } = sql_query(query).get_result(&mut connection)?;
    let cores = std::thread::available_parallelism()?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default();
    let kernel = Command::new("uname").arg("-sr").output()?.stdout;
    let kernel = String::from_utf8_lossy(&kernel).trim().to_owned();
    let processor = line_of("/proc/cpuinfo", "model name")?;
    let memory = line_of("/proc/meminfo", "MemTotal")?;
    Ok(format!("{cores} cores (load {load}) of {processor}, {memory} of memory, {kernel}, {settings}."))
}

/// What stands behind this name in a file of `/proc`.
fn line_of(file: &str, name: &str) -> Result<String> {
    let text = fs::read_to_string(file)?;
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim());
    Ok(value.unwrap_or("an unknown kind").to_owned())
}
