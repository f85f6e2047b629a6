//! One run: load, faults one after the other, and the time that everybody is served again.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::dice::Dice;
use crate::faults::{self, Fault};
use crate::history::Kind;
use crate::house::House;
use crate::load::Load;

/// No recovery is waited for longer.
const PATIENCE: Duration = Duration::from_secs(90);
/// After the last fault, what was accepted comes to its end: so long without another one is too long.
const ENDS_WITHIN: Duration = Duration::from_secs(90);
/// How many of a hundred injections are of two faults, when pairs are asked for.
const PAIRS: usize = 30;

/// One injection.
#[derive(Debug, Clone, Serialize)]
pub struct Injection {
    /// One fault, or two at once.
    pub faults: Vec<&'static str>,
    /// Since the run began.
    pub at: Duration,
    /// When it was healed.
    pub healed: Duration,
    /// From the healing until every kind of client was served again; None: not within any patience.
    pub recovered: Option<Duration>,
    /// Who was served last.
    pub last: Option<Kind>,
    /// Within which it should have been.
    pub limit: Duration,
}

/// How a run goes.
pub struct Plan {
    pub seed: u64,
    pub lasts: Duration,
    pub pairs: bool,
    pub short: bool,
    /// Parts of names; none: all.
    pub names: Vec<String>,
    /// A build of the version before.
    pub previous: Option<PathBuf>,
}

/// Injects until the time is over; the sequence of faults follows from the seed alone.
pub fn inject_all(house: &mut House, load: &Load, plan: &Plan) -> Vec<Injection> {
    let mut faults = faults::all(&load.flood, plan.previous.clone());
    let wanted =
        |fault: &Fault| plan.names.is_empty() || plan.names.iter().any(|name| fault.name.contains(name));
    faults.retain(|fault| wanted(fault) && (fault.short || !plan.short));
    assert!(!faults.is_empty(), "no fault has such a name");
    warm_up(load);
    let (begun, mut dice, mut injections) = (Instant::now(), Dice::new(plan.seed), Vec::new());
    let mut deck = Vec::new();
    while begun.elapsed() < plan.lasts {
        let chosen = choose(&faults, &mut deck, &mut dice, plan.pairs);
        let mut inner = dice.fork();
        match inject(house, load, &chosen, &mut inner) {
            Some(injection) => {
                say(&injection, load);
                injections.push(injection);
            }
            None => println!("chaos: cannot happen here or now: {}", chosen[0].name),
        }
        sleep(inner.millis(300) + Duration::from_millis(200));
    }
    injections
}

/// Until everybody was served once.
fn warm_up(load: &Load) {
    let begun = Instant::now();
    load.progress.heal(Duration::ZERO);
    while load.progress.recovered().is_none() {
        assert!(begun.elapsed() < PATIENCE, "not even served without faults: {:?}", load.progress.missing());
        sleep(Duration::from_millis(50));
    }
}

/// Each fault in turn, in an order of the seed, as a deck of cards is dealt; sometimes with a second one of another group.
fn choose<'a>(faults: &'a [Fault], deck: &mut Vec<usize>, dice: &mut Dice, pairs: bool) -> Vec<&'a Fault> {
    if deck.is_empty() {
        deck.extend(0..faults.len());
    }
    let first = &faults[deck.swap_remove(dice.below(deck.len()))];
    let (paired, second) = (dice.percent(PAIRS), &faults[dice.below(faults.len())]);
    if pairs && paired && second.group != first.group { vec![first, second] } else { vec![first] }
}

fn inject(house: &mut House, load: &Load, faults: &[&Fault], dice: &mut Dice) -> Option<Injection> {
    let at = load.history.now();
    let names: Vec<_> = faults.iter().map(|fault| fault.name).collect();
    // A fault that could not happen, such as a lock on a server that is frozen, is no injection; what did happen is healed.
    let happened: Vec<_> = faults.iter().map(|fault| fault.inject(house, dice)).collect();
    sleep(faults.iter().map(|fault| fault.hold).max().unwrap_or_default());
    faults.iter().rev().for_each(|fault| fault.heal(house));
    let healed = load.history.now();
    load.progress.heal(healed);
    while load.progress.recovered().is_none() && load.history.now() < healed + PATIENCE {
        sleep(Duration::from_millis(10));
    }
    let limit = faults.iter().map(|fault| fault.limit).max().unwrap_or_default();
    let (recovered, last) = load.progress.recovered().unzip();
    happened.iter().all(|happened| *happened).then_some(Injection {
        faults: names,
        at,
        healed,
        recovered,
        last,
        limit,
    })
}

fn say(injection: &Injection, load: &Load) {
    let after = match (injection.recovered, injection.last) {
        (Some(time), Some(last)) => format!("recovered in {:.2} s, {last:?} last", time.as_secs_f64()),
        _ => format!("NOT RECOVERED: {:?}", load.progress.missing()),
    };
    println!("chaos: {:7.1} s  {}: {after}", injection.at.as_secs_f64(), injection.faults.join(" + "));
}

/// Nothing new is begun, and what was begun comes to its end, for as long as it gets less. Mails that wait for their next try
/// are tried now: the pauses of a mail server that was away are long.
pub fn finish(house: &House, load: &mut Load) {
    load.close();
    let (mut least, mut since) = (i64::MAX, Instant::now());
    while least > 0 && since.elapsed() < ENDS_WITHIN {
        house.database.run(&[HURRY]);
        let left = house.database.number(LEFT).unwrap_or(i64::MAX);
        if left < least {
            (least, since) = (left, Instant::now());
        }
        sleep(Duration::from_millis(500));
    }
    load.end();
}

/// What is not at its end.
const LEFT: &str = "SELECT (SELECT count(*) FROM applications WHERE status IN ('awaiting_register', 'referred', 'in_review')) + (SELECT count(*) FROM jobs WHERE kind = 'mail' AND dead_at IS NULL) AS number";
const HURRY: &str =
    "UPDATE jobs SET run_at = now() WHERE kind = 'mail' AND run_at > now() AND dead_at IS NULL";
