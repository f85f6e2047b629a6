//! The PDF of a certificate, downloaded for the first time, when it is made and signed, and later.

use super::case::{self, Download, Issue};
use super::drive::{Load, drive};
use super::findings::Findings;
use super::house::House;
use super::table::{self, Table};
use super::{ROUNDS, RUN, Result, WARM_UP, say, seed};

const CITIZENS: usize = 2_000;
const CLIENTS: usize = 8;

/// First downloads and later ones, in turn.
pub fn measure() -> Result<Findings> {
    say("documents: issuing what is downloaded");
    let house = House::start(true)?;
    let citizens = seed::citizens(&house.database_url, &house.keyring, CITIZENS)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    drive(house.address, CLIENTS, RUN * 3, &issue)?;
    let first = Download::first(&issue);
    drive(house.address, CLIENTS, WARM_UP, &first)?;
    let mut table = Table::default();
    for round in 1..=ROUNDS {
        say(&format!("documents: round {round} of {ROUNDS}"));
        let load = Load::Clients(CLIENTS);
        table.add("first download", load, house.watch(|| drive(house.address, CLIENTS, RUN, &first))?);
        table.add(
            "later download",
            load,
            house.watch(|| drive(house.address, CLIENTS, RUN, &first.later()))?,
        );
    }
    let (load, cases) = (Load::Clients(CLIENTS), ["first download", "later download"]);
    Ok(Findings {
        part: "documents".to_owned(),
        settings: format!("Medians of {ROUNDS} rounds of {} s", RUN.as_secs()),
        machine: table::machine(&house)?,
        text: table.markdown(),
        figures: table.figures(),
        charts: vec![table.throughput("Documents", load, &cases)],
    })
}
