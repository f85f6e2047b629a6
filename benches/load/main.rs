//! What the service carries: issues and verifications under load, from outside the process, on a durable PostgreSQL.
//!
//! `make bench` runs all parts but the last three, prints what they find and what was to be reached, and writes
//! `benches/RESULTS.md`. `cargo bench --bench load -- throughput` runs one part, or several that are named one after the
//! other, and prints; with the word `keep` it writes what they found too. `-- year=1000000` sets the size of a part.
//! `cargo test` does each transaction once and measures nothing, so that a change of the contract or of the schema does not
//! break the benchmark unseen.
//!
//! | Part | Size | What it shows |
//! | --- | --- | --- |
//! | `throughput` | rounds, 3 | issues and verifications beside pgbench, as below |
//! | `launch-day` | percent, 100 | the first day of the real service: accounts, redirects, the counter, certificates, beside the time that its passwords take alone |
//! | `documents` | | the PDF: made and signed at the first download, and later ones |
//! | `start` | seconds of mixed load, 600 | the time until a node is ready, its memory idle, loaded and under a flood of wrong passwords |
//! | `nodes` | | issues and verifications by one, two and four nodes on the same PostgreSQL |
//! | `year` | certificates, 1,000,000 | issue and verify among 10,000 certificates and among so many, while housekeeping and `VACUUM` run |
//! | `instructions` | | `make bench-check`: instructions of an issue and of a verification, beside those that are recorded |
//!
//! It starts a PostgreSQL of its own (fsync and synchronous_commit on) and `cazier serve`, a release build with its
//! ordinary settings, both below `target/`, takes the mails itself, and leaves nothing behind. `CAZIER_DATABASE_POOL`,
//! `CAZIER_WORKERS` and `RUST_LOG` are handed on to the server, to see what they do.
//!
//! # What is measured
//! | Case | One transaction |
//! | --- | --- |
//! | issue | `POST /v1/applications`, each by another person or for another reason: 201 with a certificate |
//! | issue, with key | the same with an `Idempotency-Key` |
//! | verify | `POST /v1/verify` by number and CNP of a random certificate that was issued before: `valid` |
//! | pgbench, our statements | the SQL that one such request runs, as pgbench runs it, mail and kept answer included: no HTTP, no signature |
//! | pgbench, eight statements | an issue as it is usually written: BEGIN, two SELECTs, four INSERTs, COMMIT; no mail |
//! | pgbench, ten statements | the same with the rows of the mail and of the key, and its ids and hashes made by the client |
//! | pgbench, one SELECT | the certificate by its number: the least that a verification could do |
//! | pgbench, one SELECT and one INSERT | the same, and the check is logged: the least that one must do that can be answered for |
//!
//! Each runs with 8 and with 32 clients in a closed loop (the next request follows the answer, as in pgbench), so
//! latencies are those of a saturated server. Issue and verify also run in an open loop, where requests come at random
//! moments at half and at 90 % of the highest throughput of the round, answered or not: these are the latencies that
//! people see. "Mails ÷" says how many mails were delivered meanwhile for each transaction. An answer that is not the
//! expected one fails the benchmark; a slow one does not: machines differ. Trust the ratios. They are taken within a
//! round: first the service (verifications, then issues), which does its background work meanwhile, then pgbench, while no
//! server runs; what the rows of pgbench would have a worker do is taken away after it. Each figure is the median of the
//! rounds.

mod case;
mod chart;
mod check;
mod cpu;
mod debts;
mod documents;
mod drive;
mod findings;
mod floor;
mod goals;
mod house;
mod http;
mod instructions;
mod launch_day;
mod nodes;
mod outside;
mod part;
mod pgbench;
mod random;
mod results;
mod scripts;
mod seed;
mod server;
mod sink;
mod start;
mod table;
mod throughput;
mod visitor;
mod year;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use part::{Order, Part};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// One run of one case.
const RUN: Duration = Duration::from_secs(3);
/// Before anything is measured: connections open, statements get prepared, certificates to verify come into being.
const WARM_UP: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).init();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // As `cargo bench` says it; `cargo test` says which tests are meant.
    if arguments.iter().any(|argument| argument == "--bench") {
        return benchmark(&Order::of(&arguments)?);
    }
    let meant = |argument: &String| argument.starts_with('-') || "benchmark".contains(argument.as_str());
    if arguments.iter().all(meant) && !arguments.iter().any(|argument| argument == "--list") {
        return check::run();
    }
    Ok(())
}

/// Prints what each part finds, and at the end what was reached; keeps it if that is wanted.
fn benchmark(order: &Order) -> Result<()> {
    let mut all = Vec::new();
    for part in &order.parts {
        let findings = match *part {
            Part::Throughput { rounds } => throughput::measure(rounds)?,
            Part::LaunchDay { percent } => launch_day::measure(percent)?,
            Part::Documents => documents::measure()?,
            Part::Start { seconds } => start::measure(seconds)?,
            Part::Nodes => nodes::measure()?,
            Part::Year { certificates } => year::measure(certificates)?,
            Part::Instructions => return instructions::check(order.keeps),
        };
        writeln!(std::io::stdout(), "{}", findings.markdown())?;
        // At once: a later part may fail.
        if order.keeps {
            findings.keep()?;
        }
        all.push(findings);
    }
    writeln!(std::io::stdout(), "{}", results::reached(&all))?;
    if order.keeps { results::write() } else { Ok(()) }
}

fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {what}");
}
