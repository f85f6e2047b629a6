//! What happens on the way to PostgreSQL and to everybody else.

use super::{Fault, Group};
use crate::house::House;
use crate::proxy::{Mode, Proxy};

pub fn faults() -> Vec<Fault> {
    let names = [
        "network to PostgreSQL: refused",
        "network to PostgreSQL: half-open",
        "network to PostgreSQL: 200 ms slower",
        "network to PostgreSQL: noise",
    ];
    let cut = "network to PostgreSQL: cut";
    let of_database = of_way(names, Group::Network, |house| &house.ways.database);
    let mut faults: Vec<_> = of_database.map(Fault::short).collect();
    faults.push(Fault::new(cut, Group::Network, 50, |house, _| house.ways.database.cut(), |_| ()).short());
    faults
}

/// Faults of one way, by their names: nobody there, silence, slowness, noise.
pub(super) fn of_way(
    names: [&'static str; 4],
    group: Group,
    way: fn(&House) -> &Proxy,
) -> impl Iterator<Item = Fault> {
    let faults = [(Mode::Refuse, 1500), (Mode::HalfOpen, 2500), (Mode::Slow, 2000), (Mode::Garbage, 1500)];
    names.into_iter().zip(faults).map(move |(name, (mode, hold))| {
        let inject = move |house: &mut House, _: &mut _| {
            way(house).set(mode);
            if mode == Mode::Refuse {
                way(house).cut();
            }
        };
        Fault::new(name, group, hold, inject, move |house| way(house).set(Mode::Pass))
    })
}
