//! Several nodes on one PostgreSQL: what they issue and verify together. On one machine they share its cores too, so this shows
//! what further nodes cost, not what further machines bring.

use super::case::{self, Issue, Verify};
use super::drive::{Case, Load, drive, spread};
use super::findings::Findings;
use super::house::House;
use super::table::{self, Table};
use super::{ROUNDS, RUN, Result, WARM_UP, say, seed};

const CITIZENS: usize = 6_000;
const NODES: [usize; 3] = [1, 2, 4];
/// Of all nodes together.
const CLIENTS: usize = 32;

/// Issues and verifications, in turn, by more and more nodes.
pub fn measure() -> Result<Findings> {
    let mut house = House::start(true)?;
    let citizens = seed::citizens(&house.database_url, &house.keyring, CITIZENS)?;
    let issue = Issue::of(&citizens, case::reasons(house.address)?);
    let verify = Verify::of(&issue);
    drive(house.address, CLIENTS, WARM_UP, &issue)?;
    let (mut table, mut addresses) = (Table::default(), vec![house.address]);
    for nodes in NODES {
        while addresses.len() < nodes {
            addresses.push(house.add_node()?);
        }
        say(&format!("nodes: {nodes}"));
        let cases = [("issue", &issue as &dyn Case), ("verify", &verify)];
        for (_, case) in cases {
            spread(&addresses, CLIENTS, WARM_UP, case)?;
        }
        for _ in 0..ROUNDS {
            for (name, case) in cases {
                table.add(name, Load::Nodes(nodes), spread(&addresses, CLIENTS, RUN, case)?);
            }
        }
    }
    Ok(Findings {
        part: "nodes".to_owned(),
        settings: format!(
            "{CLIENTS} clients in a closed loop, spread over the nodes; medians of {ROUNDS} rounds of {} s",
            RUN.as_secs()
        ),
        machine: table::machine(&house)?,
        text: table.markdown(),
        figures: table.figures(),
        charts: Vec::new(),
    })
}
