//! What the service carries: issues and verifications under load, from outside the process, on a durable PostgreSQL.
//!
//! `make bench` runs it in under three minutes; `cargo bench --bench load -- 1` does one round of the three. `cargo test`
//! does each transaction once and measures nothing, so that a change of the contract or of the schema does not break the
//! benchmark unseen.
//! It starts a PostgreSQL of its own (fsync and synchronous_commit on) and `cazier serve`, a release build with its
//! ordinary settings, both below `target/`, and leaves nothing behind. `CAZIER_DATABASE_POOL`, `CAZIER_WORKERS` and
//! `RUST_LOG` are handed on to the server, to see what they do.
//!
//! # What is measured
//! | Case | One transaction |
//! | --- | --- |
//! | issue | `POST /v1/applications`, each by another person or for another reason: 201 with a certificate |
//! | issue, with key | the same with an `Idempotency-Key` |
//! | verify | `POST /v1/verify` by number and CNP of a random certificate that was issued before: `valid` |
//! | pgbench, our statements | the SQL that one such request runs, as pgbench runs it: no HTTP, no signature |
//! | pgbench, eight statements | an issue as it is usually written: BEGIN, two SELECTs, four INSERTs, COMMIT |
//! | pgbench, one SELECT | the certificate by its number: the least that a verification could do |
//! | pgbench, one SELECT and one INSERT | the same, and the check is logged: the least that one must do that can be answered for |
//!
//! Each runs with 8 and with 32 clients in a closed loop (the next request follows the answer, as in pgbench), so
//! latencies are those of a saturated server. An answer that is not the expected one fails the benchmark; a slow one
//! does not: machines differ. Trust the ratios. They are taken within a round, where the service and pgbench run one
//! after the other; each figure is the median of the rounds.

mod case;
mod cpu;
mod drive;
mod house;
mod http;
mod pgbench;
mod scripts;
mod seed;
mod table;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use case::{Issue, Keyed, Verify};
use drive::{Case, drive, once};
use house::House;
use pgbench::Script;
use scripts::Scripts;
use table::Table;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Each has 21 reasons to apply for today, enough for all rounds on a machine several times as fast as a laptop.
const CITIZENS: usize = 6_000;
/// One run of one case.
const RUN: Duration = Duration::from_secs(3);
/// Before anything is measured: connections open, statements get prepared, certificates to verify come into being.
const WARM_UP: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;
/// Connections of the load generator, or clients of pgbench.
const CLIENTS: [usize; 2] = [8, 32];

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
        return benchmark(arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS));
    }
    let meant = |argument: &String| argument.starts_with('-') || "benchmark".contains(argument.as_str());
    if arguments.iter().all(meant) && !arguments.iter().any(|argument| argument == "--list") {
        return check();
    }
    Ok(())
}

fn benchmark(rounds: usize) -> Result<()> {
    say("starting PostgreSQL and `cazier serve`");
    let house = House::start(true)?;
    say(&format!("writing {CITIZENS} persons"));
    let citizens = seed::citizens(&house.database_url, &house.keyring, CITIZENS)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    let verify = Verify::of(&issue);
    drive(house.address, 8, WARM_UP, &issue)?;
    drive(house.address, 8, WARM_UP, &verify)?;
    let scripts = Scripts::prepare(&house.database_url, house.folder())?;
    let mut table = Table::default();
    for round in 1..=rounds {
        say(&format!("round {round} of {rounds}"));
        measure(&house, &issue, &verify, &scripts, &mut table)?;
    }
    write!(std::io::stdout(), "{}", table.with_machine(&house)?)?;
    Ok(())
}

/// Does each transaction once.
fn check() -> Result<()> {
    let house = House::start(false)?;
    let citizens = seed::citizens(&house.database_url, &house.keyring, 2)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    let (keyed, verify) = (Keyed(&issue), Verify::of(&issue));
    for case in [&issue as &dyn Case, &keyed, &verify] {
        once(house.address, case)?;
    }
    Scripts::prepare(&house.database_url, house.folder())?.each_once()
}

/// One round: every case once, each next to what it is compared with.
fn measure(
    house: &House,
    issue: &Issue<'_>,
    verify: &Verify<'_, '_>,
    scripts: &Scripts,
    table: &mut Table,
) -> Result<()> {
    for clients in CLIENTS {
        let service = |case: &dyn Case| house.watch(|| drive(house.address, clients, RUN, case));
        let pgbench = |script: &Script| house.watch(|| script.run(clients, RUN));
        table.add("issue", clients, service(issue)?);
        table.add("issue, with key", clients, service(&Keyed(issue))?);
        table.add("issue: pgbench, our statements", clients, pgbench(&scripts.our_issue)?);
        table.add("issue: pgbench, eight statements", clients, pgbench(&scripts.eight_statements)?);
        table.add("verify", clients, service(verify)?);
        table.add("verify: pgbench, our statement", clients, pgbench(&scripts.our_verify)?);
        table.add("verify: pgbench, one SELECT", clients, pgbench(&scripts.one_select)?);
        let both = pgbench(&scripts.select_and_insert)?;
        table.add("verify: pgbench, one SELECT and one INSERT", clients, both);
    }
    Ok(())
}

fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {what}");
}
