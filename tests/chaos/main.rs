//! `make chaos`: load runs while faults happen, and one checker proves afterwards that what was acknowledged was not lost,
//! not doubled and not contradicted.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `house/` | what the faults happen to: nodes, PostgreSQL, registers, Ghișeul, trust services, mail, people |
//! | `proxy` | a TCP proxy between any two of them, which cuts, refuses, swallows, slows down, makes noise |
//! | `load/` | the clients: honest ones, who try again with the same key |
//! | `history` `progress` | what each asked and was answered, and when; who is served again |
//! | `faults/` | the faults: name, how it happens, how it is healed, within which time everybody is served again |
//! | `run` `dice` | faults one after the other, in an order that follows from a seed |
//! | `checker/` | the invariants over histories and database, and the proof that each is noticed when it is broken |
//! | `report` `options` | the table; the command line |
//!
//! `cargo test` does the short form; `make chaos` the long one. Each prints its seed: the same seed deals the same faults.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail at any line, and says so by failing and printing"
)]

mod checker;
mod dice;
mod faults;
mod history;
mod house;
mod load;
mod options;
mod progress;
mod proxy;
mod report;
mod run;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use checker::ledger::Ledger;
use checker::{Evidence, Violation};
use house::House;
use house::people::Crowd;
use load::Load;
use options::Options;
use run::{Injection, Plan};

/// How long the short form injects.
const SHORT: Duration = Duration::from_secs(45);

fn main() -> ExitCode {
    let options = Options::read();
    if options.skip {
        return ExitCode::SUCCESS;
    }
    if options.table {
        report::table();
        return ExitCode::SUCCESS;
    }
    checker::prove_the_checker();
    if run_once(&options) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// True when everything held.
fn run_once(options: &Options) -> bool {
    let begun = Instant::now();
    println!("chaos: seed {}", options.seed);
    let minutes = options.minutes.unwrap_or(1);
    let scale = usize::try_from(minutes).unwrap().min(60);
    let crowd = Crowd { citizens: 200 + 120 * scale, strangers: 100 + 180 * scale, officers: 4 };
    let mut house = House::start(crowd);
    let mut load = Load::start(&house, options.seed);
    println!("chaos: the house stands after {:.1} s", begun.elapsed().as_secs_f64());
    let plan = Plan {
        seed: options.seed,
        lasts: options.minutes.map_or(SHORT, |minutes| Duration::from_secs(60 * minutes)),
        pairs: options.pairs,
        short: options.minutes.is_none(),
        names: options.faults.clone(),
        previous: options.previous.clone(),
    };
    let injections = run::inject_all(&mut house, &load, &plan);
    run::finish(&house, &mut load);
    println!("chaos: everything has come to an end after {:.1} s", begun.elapsed().as_secs_f64());
    let ledger = Ledger::read(&house);
    let evidence = Evidence { attempts: load.history.all(), ledger, mails: house.mail.mails() };
    let violations = checker::check(&evidence);
    let held = judge(options, &injections, &violations, &evidence);
    if !held {
        write_down(options.seed, &evidence, &violations);
        println!("chaos: logs are kept in {}", house.keep().display());
    }
    println!("chaos: {:.0} s in all", begun.elapsed().as_secs_f64());
    held
}

/// Prints and keeps what came of it.
fn judge(options: &Options, injections: &[Injection], violations: &[Violation], evidence: &Evidence) -> bool {
    let form = (options.seed, options.minutes.is_none());
    let run = report::Run::of(form, injections, violations, evidence);
    run.keep();
    println!(
        "chaos: {} injections, {} requests, {} certificates, {} mails",
        injections.len(),
        run.attempts,
        run.certificates,
        run.mails
    );
    for violation in violations.iter().take(40) {
        let at = violation.at.as_secs_f64();
        println!("chaos: BROKEN at {at:.1} s: {}: {}", violation.invariant, violation.what);
    }
    let late = |injection: &&Injection| injection.recovered.is_none_or(|time| time > injection.limit);
    for injection in injections.iter().filter(late) {
        println!("chaos: TOO LATE at {:.1} s: {:?}", injection.at.as_secs_f64(), injection.faults);
    }
    violations.is_empty() && !injections.iter().any(|injection| late(&injection))
}

/// For whoever looks into it: histories and violations, one a line.
fn write_down(seed: u64, evidence: &Evidence, violations: &[Violation]) {
    fs::create_dir_all(report::folder()).unwrap();
    let path = report::folder().join(format!("history-{seed}.jsonl"));
    let mut file = BufWriter::new(File::create(&path).unwrap());
    for violation in violations {
        writeln!(file, "{}", serde_json::to_string(violation).unwrap()).unwrap();
    }
    for attempt in &evidence.attempts {
        writeln!(file, "{}", serde_json::to_string(attempt).unwrap()).unwrap();
    }
    println!("chaos: the history is {}", path.display());
}
