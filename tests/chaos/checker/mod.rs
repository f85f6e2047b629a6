//! Proves from the histories and the database that what was acknowledged is never lost, never doubled, never contradicted.

mod invariants;
pub mod ledger;
mod proofs;

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;

use crate::history::Attempt;
use crate::house::mail::Mail;
use ledger::Ledger;

pub use proofs::prove_the_checker;

/// All that there is to judge by.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    pub attempts: Vec<Attempt>,
    pub ledger: Ledger,
    pub mails: Vec<Mail>,
}

/// What a violation means for whoever was promised something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    Lost,
    Doubled,
    Contradicted,
    /// An error that is none of those that a client is told to expect.
    Dishonest,
}

#[derive(Debug, Clone, Serialize)]
pub struct Violation {
    pub harm: Harm,
    pub invariant: &'static str,
    pub what: String,
    /// When whoever was promised something was promised it.
    pub at: Duration,
}

/// A rule over all the evidence.
struct Invariant {
    name: &'static str,
    harm: Harm,
    /// Each break, with its time.
    breaks: fn(&Evidence) -> Vec<(Duration, String)>,
}

/// Every break of every invariant; none is the proof.
pub fn check(evidence: &Evidence) -> Vec<Violation> {
    let of = |invariant: &Invariant| -> Vec<Violation> {
        let violation = |(at, what)| Violation { harm: invariant.harm, invariant: invariant.name, what, at };
        (invariant.breaks)(evidence).into_iter().map(violation).collect()
    };
    invariants::ALL.iter().flat_map(of).collect()
}

/// Groups by what `key` says; what has no key is left out.
fn grouped<'a, T, K: std::hash::Hash + Eq>(
    items: impl IntoIterator<Item = &'a T>,
    key: impl Fn(&'a T) -> Option<K>,
) -> HashMap<K, Vec<&'a T>> {
    let mut groups: HashMap<K, Vec<&T>> = HashMap::new();
    for item in items {
        if let Some(key) = key(item) {
            groups.entry(key).or_default().push(item);
        }
    }
    groups
}
