//! The primary is gone, and its synchronous standby takes over. Who may write is decided here as Patroni would: nobody can
//! reach the old primary any more before the new one is promoted.

use std::mem::{replace, swap};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::Signal;

use super::{Fault, Group};
use crate::house::House;
use crate::house::database::Database;
use crate::proxy::{Mode, Upstream};

/// How long nobody notices that a primary is frozen.
const UNNOTICED: Duration = Duration::from_secs(1);

pub fn faults() -> Vec<Fault> {
    let dead = "PostgreSQL: failover to its synchronous standby";
    let frozen = "PostgreSQL: failover from a frozen primary, which is fenced and comes back";
    vec![
        Fault::new(dead, Group::Server, 10, |house, _| from_dead(house), |_| ()),
        Fault::new(frozen, Group::Server, 10, |house, _| from_frozen(house), |_| ()),
    ]
}

fn from_dead(house: &mut House) {
    let standby = follow(house);
    house.database.end(Signal::KILL);
    drop(take_over(house, standby));
}

fn from_frozen(house: &mut House) {
    let standby = follow(house);
    house.database.signal_all(Signal::STOP);
    sleep(UNNOTICED);
    let former = take_over(house, standby);
    former.signal_all(Signal::CONT);
    sleep(UNNOTICED);
    drop(former);
}

/// A standby that has every commit before it is acknowledged.
fn follow(house: &mut House) -> Database {
    // On the same disk, which can be filled.
    let place = house.database.place().join(format!("standby-{}", uuid::Uuid::now_v7().simple()));
    let standby = house.database.standby(&place);
    house.ways.standby.lead_to(vec![Upstream::Unix(standby.socket())]);
    house.ways.standby.set(Mode::Pass);
    house.database.wait_for_standby();
    standby
}

/// The way to the primary leads nowhere, then the standby is promoted; answers the former primary.
fn take_over(house: &mut House, standby: Database) -> Database {
    house.ways.database.set(Mode::Refuse);
    house.ways.database.cut();
    standby.promote();
    swap(&mut house.ways.database, &mut house.ways.standby);
    replace(&mut house.database, standby)
}
