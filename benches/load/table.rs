//! What was measured, as tables for a person.

use std::fs;
use std::process::Command;

use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::Result;
use super::drive::{Load, Measure};
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
        let mut text = String::from(
            "| case | load | a second | p50 ms | p95 ms | p99 ms | p99.9 ms | CPU µs: server | PostgreSQL | load \
             | mails ÷ | ÷ pgbench, ours | ÷ pgbench, plain |\n\
             | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n",
        );
        self.0.iter().for_each(|row| text.push_str(&self.line(row)));
        text
    }

    /// The median latency of a case under the first of its loads, in milliseconds.
    pub fn median_p50(&self, case: &str) -> f64 {
        let row = self.0.iter().find(|row| row.case == case);
        row.map_or(f64::NAN, |row| median(row.rounds.iter().map(|measure| measure.p50).collect()))
    }

    fn line(&self, row: &Row) -> String {
        let median_of = |value: fn(&Measure) -> f64| median(row.rounds.iter().map(value).collect());
        let (ours, plain) = match COMPARED.iter().find(|(case, ..)| *case == row.case) {
            Some((_, ours, plain)) => (self.ratio(row, ours), self.ratio(row, plain)),
            None => (String::new(), String::new()),
        };
        format!(
            "| {} | {} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} | {:.0} | {:.0} | {:.2} | {ours} | {plain} |\n",
            row.case,
            row.load,
            median_of(|measure| measure.per_second),
            median_of(|measure| measure.p50),
            median_of(|measure| measure.p95),
            median_of(|measure| measure.p99),
            median_of(|measure| measure.p99_9),
            median_of(|measure| measure.cpu.server),
            median_of(|measure| measure.cpu.postgres),
            median_of(|measure| measure.cpu.load),
            median_of(|measure| measure.mails),
        )
    }

    /// The median of the ratios of each round: what else the machine does falls on both.
    fn ratio(&self, row: &Row, to: &str) -> String {
        let Some(to) = self.0.iter().find(|other| other.case == to && other.load == row.load) else {
            return String::new();
        };
        let rounds = row.rounds.iter().zip(&to.rounds);
        format!("{:.2}", median(rounds.map(|(one, other)| one.per_second / other.per_second).collect()))
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
    Ok(format!("{cores} cores (load {load}), {kernel}, {settings}."))
}
