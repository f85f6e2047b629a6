//! The faults. Each has a name, a way to happen, a way to be healed, and a time within which everybody is served again.

mod failover;
mod machine;
mod network;
mod nodes;
mod outside;
mod postgres;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use crate::dice::Dice;
use crate::house::House;

/// Faults of one group exclude each other: of a pair, each is of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Nodes,
    Workers,
    Server,
    Tables,
    Network,
    Registers,
    Provider,
    Trust,
    Mail,
    Load,
    Device,
}

type Inject = Box<dyn Fn(&mut House, &mut Dice) -> bool>;
type Heal = Box<dyn Fn(&mut House)>;

pub struct Fault {
    pub name: &'static str,
    pub group: Group,
    /// How long it lasts.
    pub hold: Duration,
    /// From the healing until every kind of client is served again.
    pub limit: Duration,
    /// Whether the short form has it.
    pub short: bool,
    inject: Inject,
    heal: Heal,
}

/// Long enough for a node that starts, for a mail whose worker lost its lease, and for a machine that is busy otherwise.
const LIMIT: Duration = Duration::from_secs(20);

impl Fault {
    /// One that always can happen.
    fn new(
        name: &'static str,
        group: Group,
        hold: u64,
        inject: impl Fn(&mut House, &mut Dice) + 'static,
        heal: impl Fn(&mut House) + 'static,
    ) -> Self {
        let happens = move |house: &mut House, dice: &mut Dice| {
            inject(house, dice);
            true
        };
        Self::may_fail(name, group, hold, happens, heal)
    }

    /// One that cannot happen while another stands in its way.
    fn may_fail(
        name: &'static str,
        group: Group,
        hold: u64,
        inject: impl Fn(&mut House, &mut Dice) -> bool + 'static,
        heal: impl Fn(&mut House) + 'static,
    ) -> Self {
        let hold = Duration::from_millis(hold);
        let (inject, heal) = (Box::new(inject), Box::new(heal));
        Self { name, group, hold, limit: LIMIT, short: false, inject, heal }
    }

    /// The short form has it too.
    fn short(self) -> Self {
        Self { short: true, ..self }
    }

    /// Its recovery may take longer, such as one that a circuit breaker delays on purpose.
    fn within(self, seconds: u64) -> Self {
        Self { limit: Duration::from_secs(seconds), ..self }
    }

    /// Makes it happen; false when that is not possible now.
    pub fn inject(&self, house: &mut House, dice: &mut Dice) -> bool {
        (self.inject)(house, dice)
    }

    pub fn heal(&self, house: &mut House) {
        (self.heal)(house);
    }
}

/// All of them. `flood` says how many clients come at once on top of the usual ones; `previous` is a build of the version
/// before.
pub fn all(flood: &Arc<AtomicUsize>, previous: Option<PathBuf>) -> Vec<Fault> {
    let mut all = nodes::faults(flood);
    all.extend(postgres::faults());
    all.extend(failover::faults());
    all.extend(machine::faults(flood, previous));
    all.extend(network::faults());
    all.extend(outside::faults());
    all
}
