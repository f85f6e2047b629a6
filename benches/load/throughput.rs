//! Issues and verifications a second, beside what pgbench does in the same round.

use super::case::{self, Issue, Keyed, Verify};
use super::chart::Chart;
use super::debts::{self, Debts};
use super::drive::{Case, Load, drive, offer, once};
use super::findings::Findings;
use super::house::House;
use super::pgbench::Script;
use super::scripts::Scripts;
use super::server::Kind;
use super::table::{self, Table};
use super::{RUN, Result, WARM_UP, say, seed};

/// Each has 21 reasons to apply for today, enough for all rounds on a machine several times as fast as a laptop.
const CITIZENS: usize = 6_000;
/// Connections of the load generator, or clients of pgbench.
const CLIENTS: [usize; 2] = [8, 32];
/// Of the highest throughput, in percent.
const SHARES: [u32; 2] = [50, 90];

/// Each figure is the median of so many rounds.
pub fn measure(rounds: usize) -> Result<Findings> {
    say("starting PostgreSQL and `cazier serve`");
    let mut house = House::build(true, None)?;
    house.serve(Kind::WithoutWorker)?;
    say(&format!("writing {CITIZENS} persons"));
    let citizens = seed::citizens(&house.database_url, &house.keyring, CITIZENS)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    let verify = Verify::of(&issue);
    once(house.address, &Keyed(&issue))?;
    drive(house.address, 8, WARM_UP, &issue)?;
    let scripts = Scripts::prepare(&house.database_url, house.folder())?;
    let (mut table, mut memory) = (Table::default(), 0.0_f64);
    for number in 1..=rounds {
        say(&format!("round {number} of {rounds}"));
        house.serve(Kind::Whole)?;
        service(&house, &issue, &verify, &mut table)?;
        memory = memory.max(house.memory()?.peak);
        house.rest();
        let debts = Debts::begin(&house.database_url)?;
        references(&house, &scripts, &mut table)?;
        debts.forgive()?;
    }
    let mut figures = table.figures();
    figures.insert("peak_memory_mib".to_owned(), memory);
    Ok(Findings {
        part: "throughput".to_owned(),
        settings: format!("Medians of {rounds} rounds of {} s", RUN.as_secs()),
        machine: table::machine(&house)?,
        text: format!("{}\nPeak memory of the server: {memory:.0} MiB.\n", table.markdown()),
        charts: charts(&table),
        figures,
    })
}

fn charts(table: &Table) -> Vec<Chart> {
    let all = Load::Clients(32);
    let issues = [
        "issue",
        "issue: pgbench, our statements",
        "issue: pgbench, eight statements",
        "issue, with key",
        "issue, with key: pgbench, our statements",
        "issue, with key: pgbench, ten statements",
    ];
    // Not the bare SELECT, beside which nothing else could be seen.
    let verifications =
        ["verify", "verify: pgbench, our statement", "verify: pgbench, one SELECT and one INSERT"];
    let people_see = |share| table.latency("Latency", Load::Share(share), &["issue", "verify"]);
    vec![
        table.throughput("Issues", all, &issues),
        table.throughput("Verifications", all, &verifications),
        people_see(50),
        people_see(90),
    ]
}

/// The service, its worker included. Verifications first: the mails that issues owe are the issues' own cost.
fn service(house: &House, issue: &Issue<'_>, verify: &Verify<'_, '_>, table: &mut Table) -> Result<()> {
    for case in [issue as &dyn Case, verify] {
        drive(house.address, 8, WARM_UP, case)?;
    }
    debts::wait_until_paid(&house.database_url)?;
    for (name, case) in [("verify", verify as &dyn Case), ("issue", issue)] {
        let mut highest = 0.0_f64;
        for clients in CLIENTS {
            let measure = house.watch(|| drive(house.address, clients, RUN, case))?;
            highest = highest.max(measure.per_second);
            table.add(name, Load::Clients(clients), measure);
        }
        for share in SHARES {
            let per_second = highest * f64::from(share) / 100.0;
            let measure = house.watch(|| offer(house.address, per_second, RUN, case))?;
            table.add(name, Load::Share(share), measure);
        }
    }
    for clients in CLIENTS {
        let keyed = house.watch(|| drive(house.address, clients, RUN, &Keyed(issue)))?;
        table.add("issue, with key", Load::Clients(clients), keyed);
    }
    Ok(())
}

/// What it is compared with, while it rests.
fn references(house: &House, scripts: &Scripts, table: &mut Table) -> Result<()> {
    for clients in CLIENTS {
        let mut run = |name, script: &Script| -> Result<()> {
            table.add(name, Load::Clients(clients), house.watch(|| script.run(clients, RUN))?);
            Ok(())
        };
        run("issue: pgbench, our statements", &scripts.our_issue)?;
        run("issue: pgbench, eight statements", &scripts.eight_statements)?;
        run("issue, with key: pgbench, our statements", &scripts.our_keyed_issue)?;
        run("issue, with key: pgbench, ten statements", &scripts.ten_statements)?;
        run("verify: pgbench, our statement", &scripts.our_verify)?;
        run("verify: pgbench, one SELECT", &scripts.one_select)?;
        run("verify: pgbench, one SELECT and one INSERT", &scripts.select_and_insert)?;
    }
    Ok(())
}
