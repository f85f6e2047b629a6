//! Issues and verifications a second, beside what pgbench does in the same round.

use super::case::{self, Issue, Keyed, Verify};
use super::drive::{Case, Load, drive, offer};
use super::house::House;
use super::pgbench::Script;
use super::scripts::Scripts;
use super::table::{self, Table};
use super::{RUN, Result, WARM_UP, say, seed};

/// Each has 21 reasons to apply for today, enough for all rounds on a machine several times as fast as a laptop.
const CITIZENS: usize = 6_000;
/// Connections of the load generator, or clients of pgbench.
const CLIENTS: [usize; 2] = [8, 32];
/// Of the highest throughput, in percent.
const SHARES: [u32; 2] = [50, 90];

/// Prints a table; each figure is the median of so many rounds.
pub fn measure(rounds: usize) -> Result<String> {
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
    for number in 1..=rounds {
        say(&format!("round {number} of {rounds}"));
        round(&house, &issue, &verify, &scripts, &mut table)?;
    }
    let memory = house.memory()?.peak;
    let machine = table::machine(&house)?;
    Ok(format!("{}\nPeak memory of the server: {memory:.0} MiB. {machine}\n", table.markdown()))
}

/// Every case once, each next to what it is compared with.
fn round(
    house: &House,
    issue: &Issue<'_>,
    verify: &Verify<'_, '_>,
    scripts: &Scripts,
    table: &mut Table,
) -> Result<()> {
    let mut highest = [("issue", issue as &dyn Case, 0.0_f64), ("verify", verify, 0.0)];
    for clients in CLIENTS {
        let load = Load::Clients(clients);
        let service = |case: &dyn Case| house.watch(|| drive(house.address, clients, RUN, case));
        let pgbench = |script: &Script| house.watch(|| script.run(clients, RUN));
        let [issued, verified] = &mut highest;
        let measure = service(issue)?;
        issued.2 = issued.2.max(measure.per_second);
        table.add("issue", load, measure);
        table.add("issue, with key", load, service(&Keyed(issue))?);
        table.add("issue: pgbench, our statements", load, pgbench(&scripts.our_issue)?);
        table.add("issue: pgbench, eight statements", load, pgbench(&scripts.eight_statements)?);
        let measure = service(verify)?;
        verified.2 = verified.2.max(measure.per_second);
        table.add("verify", load, measure);
        table.add("verify: pgbench, our statement", load, pgbench(&scripts.our_verify)?);
        table.add("verify: pgbench, one SELECT", load, pgbench(&scripts.one_select)?);
        let both = pgbench(&scripts.select_and_insert)?;
        table.add("verify: pgbench, one SELECT and one INSERT", load, both);
    }
    for (name, case, highest) in highest {
        for share in SHARES {
            let per_second = highest * f64::from(share) / 100.0;
            let measure = house.watch(|| offer(house.address, per_second, RUN, case))?;
            table.add(name, Load::Share(share), measure);
        }
    }
    Ok(())
}
