//! A year's certificates in the tables, and what an issue and a verification then take.
//!
//! The rows are written by the database, each with the bytes of a certificate that the service issued but with numbers,
//! hashes and days of its own, as scattered over the indexes as real ones; the service logs them, as it logs all. Those
//! that are verified were issued and signed by the service. `VACUUM` runs meanwhile, and so does housekeeping, which has
//! expired rows to delete.

use std::fmt::Write;
use std::time::{Duration, Instant};

use cazier::{housekeeping, jobs};
use chrono::Utc;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Integer, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::case::{self, Issue, Verify};
use super::chart::Chart;
use super::drive::{Case, Load, Measure, drive, offer};
use super::findings::{Figures, Findings};
use super::house::House;
use super::table::{self, Table};
use super::{ROUNDS, RUN, Result, WARM_UP, say, seed};

const CITIZENS: usize = 6_000;
/// What the size of the year is compared with.
const FEW: u32 = 10_000;
/// Rows of one transaction.
const BATCH: u32 = 50_000;
/// Waited for, with where it is counted: the log, which holds all rows at last,
const LOG: (&str, &str) = ("rows wait for the log", "log_queue");
/// and what deletes expired ones.
const HOUSEKEEPING: (&str, &str) =
    ("rounds of housekeeping run", "jobs WHERE kind = 'housekeeping' AND dead_at IS NULL");
/// How long either may take.
const PATIENCE: Duration = Duration::from_secs(6 * 3600);
/// How often it is told how many are left.
const TELL: Duration = Duration::from_secs(300);
/// How requests come: alone one after the other, which shows the cost of each; and at half of the highest throughput.
const CLIENTS: usize = 8;

/// Among few certificates, and among so many.
pub fn measure(certificates: u32) -> Result<Findings> {
    let house = House::start(true)?;
    let citizens = seed::citizens(&house.database_url, &house.keyring, CITIZENS)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    let verify = Verify::of(&issue);
    drive(house.address, CLIENTS, WARM_UP, &issue)?;
    let (mut text, mut figures, mut written) = (String::new(), Figures::new(), 0);
    let (mut medians, mut bars) = (Vec::new(), Vec::new());
    for size in [FEW.min(certificates), certificates] {
        let begin = Instant::now();
        write(&house, written, size)?;
        let wrote = begin.elapsed().as_secs_f64();
        wait_until_none(&house, LOG)?;
        let logged = begin.elapsed().as_secs_f64();
        written = size;
        say(&format!("year: measuring among {size} certificates"));
        let table = among(&house, &issue, &verify)?;
        let p50 = ["issue", "verify"].map(|case| table.median_p50(case));
        bars.extend(
            ["issue", "verify"].into_iter().zip(p50).map(|(case, p50)| (format!("{case}, {size}"), p50)),
        );
        medians.push(p50);
        writeln!(
            text,
            "Among {size} certificates (written in {wrote:.0} s, all logged after {logged:.0} s):\n"
        )?;
        writeln!(text, "{}\n{}", table.markdown(), sizes(&house)?)?;
        let named = |(name, value)| (format!("among {size}: {name}"), value);
        figures.extend(table.figures().into_iter().map(named));
    }
    if let [few, many] = medians.as_slice() {
        for (case, (few, many)) in ["issue", "verify"].into_iter().zip(few.iter().zip(many)) {
            writeln!(text, "{case}: p50 among {certificates} ÷ among {FEW} is {:.2}.", many / few)?;
            figures.insert(format!("{case}: many ÷ few"), many / few);
        }
    }
    Ok(Findings {
        part: "year".to_owned(),
        settings: format!("{certificates} certificates. Medians of {ROUNDS} rounds of {} s", RUN.as_secs()),
        machine: table::machine(&house)?,
        text,
        figures,
        charts: vec![Chart::new("Median latency among certificates", "ms", bars)],
    })
}

/// Writes certificates until there are so many.
pub fn write(house: &House, from: u32, to: u32) -> Result<()> {
    let mut connection = PgConnection::establish(&house.database_url)?;
    connection.batch_execute(include_str!("sql/key_before.sql"))?;
    let mut next = from;
    while next < to {
        let last = to.min(next + BATCH);
        let rows = sql_query(include_str!("sql/year.sql"));
        rows.bind::<Integer, _>(i32::try_from(next)? + 1)
            .bind::<Integer, _>(i32::try_from(last)?)
            .execute(&mut connection)?;
        next = last;
        if next.is_multiple_of(500_000) {
            say(&format!("year: {next} certificates written"));
        }
    }
    connection.batch_execute("VACUUM (ANALYZE) certificates, applications, application_events")?;
    Ok(connection.batch_execute("CHECKPOINT")?)
}

/// Waits until nothing of this is left.
fn wait_until_none(house: &House, (what, from): (&str, &str)) -> Result<()> {
    let mut connection = PgConnection::establish(&house.database_url)?;
    let query = format!("SELECT count(*) AS count FROM {from}");
    let (begin, mut told) = (Instant::now(), Instant::now());
    loop {
        let waiting: Count = sql_query(&query).get_result(&mut connection)?;
        if waiting.count == 0 {
            return Ok(());
        }
        if begin.elapsed() > PATIENCE {
            return Err(format!("{} {what} after {PATIENCE:?}", waiting.count).into());
        }
        if told.elapsed() > TELL {
            say(&format!("year: {} {what}", waiting.count));
            told = Instant::now();
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Issues and verifications, while `VACUUM` and housekeeping run.
fn among(house: &House, issue: &Issue<'_>, verify: &Verify<'_, '_>) -> Result<Table> {
    let mut table = Table::default();
    drive(house.address, CLIENTS, WARM_UP, issue)?;
    drive(house.address, CLIENTS, WARM_UP, verify)?;
    for _ in 0..ROUNDS {
        for (name, case) in [("issue", issue as &dyn Case), ("verify", verify)] {
            let closed = beside_upkeep(house, || drive(house.address, CLIENTS, RUN, case))?;
            let half = closed.per_second / 2.0;
            table.add(name, Load::Clients(CLIENTS), closed);
            table.add(name, Load::Share(50), beside_upkeep(house, || offer(house.address, half, RUN, case))?);
        }
    }
    Ok(table)
}

/// Does a run while `VACUUM` goes through the tables of certificates again and again, and housekeeping deletes.
fn beside_upkeep(house: &House, run: impl FnOnce() -> Result<Measure>) -> Result<Measure> {
    let mut connection = PgConnection::establish(&house.database_url)?;
    expire(&mut connection, house)?;
    let (running, stopped) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let vacuum = scope.spawn(move || {
            while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                connection.batch_execute("VACUUM certificates, applications, certificate_checks")?;
            }
            diesel::QueryResult::Ok(())
        });
        let measure = house.watch(run);
        drop(running);
        vacuum.join().map_err(|_| "the vacuum panicked")??;
        // The next run begins with as many rows to delete as this one.
        wait_until_none(house, HOUSEKEEPING)?;
        measure
    })
}

/// Has a round of housekeeping begin, with expired rows to delete: more than it can within a run.
pub fn expire(connection: &mut PgConnection, house: &House) -> Result<()> {
    connection.batch_execute("VACUUM (ANALYZE) idempotency_keys, throttles")?;
    connection.batch_execute(include_str!("sql/expired.sql"))?;
    Ok(jobs::enqueue(connection, &house.keyring, housekeeping::SCHEDULE.kind, &(), Utc::now())?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    table_size: String,
    #[diesel(sql_type = Text)]
    index_size: String,
}

/// The largest tables.
fn sizes(house: &House) -> Result<String> {
    let mut connection = PgConnection::establish(&house.database_url)?;
    let sizes: Vec<Size> = sql_query(include_str!("sql/sizes.sql")).load(&mut connection)?;
    let mut text = String::from("| table | rows and TOAST | indexes |\n| --- | --: | --: |\n");
    for Size { name, table_size, index_size } in sizes {
        writeln!(text, "| {name} | {table_size} | {index_size} |")?;
    }
    Ok(text)
}
