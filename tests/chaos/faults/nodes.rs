//! What happens to the nodes: killed, replaced, frozen, flooded.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::process::Signal;

use super::{Fault, Group};
use crate::dice::Dice;
use crate::house::House;
use crate::house::nodes::Node;

/// Clients on top of the usual dozen.
const TEN_TIMES: usize = 120;

pub fn faults(flood: &Arc<AtomicUsize>) -> Vec<Fault> {
    let (rises, falls) = (flood.clone(), flood.clone());
    let surge = move |_: &mut House, _: &mut Dice| rises.store(TEN_TIMES, Ordering::Relaxed);
    let ebb = move |_: &mut House| falls.store(0, Ordering::Relaxed);
    vec![
        node("node: kill -9", 500, Node::kill).short(),
        node("node: SIGTERM, as in a rolling restart", 100, terminate).short(),
        frozen("node: frozen (SIGSTOP)", Group::Nodes, |house, dice| vec![one(dice, &mut house.serving)]),
        Fault::new(
            "all nodes: kill -9",
            Group::Nodes,
            500,
            |house, _| all(house, Node::kill),
            House::start_nodes,
        ),
        worker("worker: kill -9", 500, Node::kill).short(),
        worker("worker: SIGTERM", 100, terminate),
        frozen("both workers: frozen (SIGSTOP)", Group::Workers, |house, _| {
            house.working.iter_mut().collect()
        }),
        Fault::new("ten times the load", Group::Load, 4000, surge, ebb).within(10),
    ]
}

fn terminate(node: &mut Node) {
    node.terminate();
}

fn all(house: &mut House, change: fn(&mut Node)) {
    house.serving.iter_mut().chain(&mut house.working).for_each(change);
}

fn one<'a>(dice: &mut Dice, nodes: &'a mut [Node]) -> &'a mut Node {
    let place = dice.below(nodes.len());
    &mut nodes[place]
}

fn node(name: &'static str, hold: u64, end: fn(&mut Node)) -> Fault {
    let inject = move |house: &mut House, dice: &mut Dice| end(one(dice, &mut house.serving));
    Fault::new(name, Group::Nodes, hold, inject, House::start_nodes)
}

fn worker(name: &'static str, hold: u64, end: fn(&mut Node)) -> Fault {
    let inject = move |house: &mut House, dice: &mut Dice| end(one(dice, &mut house.working));
    Fault::new(name, Group::Workers, hold, inject, House::start_nodes)
}

fn frozen(
    name: &'static str,
    group: Group,
    whom: for<'a> fn(&'a mut House, &mut Dice) -> Vec<&'a mut Node>,
) -> Fault {
    let inject = move |house: &mut House, dice: &mut Dice| {
        whom(house, dice).into_iter().for_each(|node| node.signal(Signal::STOP));
    };
    Fault::new(name, group, 2500, inject, |house| all(house, |node| node.signal(Signal::CONT)))
}
