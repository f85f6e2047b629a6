//! What a run showed: on the terminal, as a line of `target/chaos/runs.jsonl`, and as the table of all runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::checker::{Evidence, Harm, Violation};
use crate::history::Attempt;
use crate::run::Injection;

/// What is kept of a run.
#[derive(Serialize, Deserialize)]
pub struct Run {
    pub seed: u64,
    pub short: bool,
    /// Tries of all clients.
    pub attempts: usize,
    pub certificates: usize,
    pub mails: usize,
    pub injections: Vec<Kept>,
    /// What was broken before any fault, or at no time that is known.
    pub unattributed: Vec<String>,
}

/// What is kept of an injection; times in seconds.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    pub fault: String,
    pub recovered: Option<f64>,
    pub lost: usize,
    pub doubled: usize,
    pub other: usize,
    /// Answers while it lasted: those that did what was asked, 503, none at all.
    pub answered: usize,
    pub refused: usize,
    pub unanswered: usize,
    /// 99th percentile of those that did what was asked.
    pub p99: f64,
}

impl Run {
    /// Each violation belongs to the last injection before it.
    pub fn of(
        (seed, short): (u64, bool),
        injections: &[Injection],
        violations: &[Violation],
        evidence: &Evidence,
    ) -> Self {
        let mut run = Self {
            seed,
            short,
            attempts: evidence.attempts.len(),
            certificates: evidence.ledger.certificates.len(),
            mails: evidence.mails.len(),
            injections: injections.iter().map(|injection| Kept::of(injection, evidence)).collect(),
            unattributed: Vec::new(),
        };
        for violation in violations {
            let before = injections.iter().rposition(|injection| injection.at <= violation.at);
            match before
                .filter(|_| violation.at > Duration::ZERO)
                .and_then(|place| run.injections.get_mut(place))
            {
                Some(kept) => match violation.harm {
                    Harm::Lost => kept.lost += 1,
                    Harm::Doubled => kept.doubled += 1,
                    Harm::Contradicted | Harm::Dishonest => kept.other += 1,
                },
                None => run.unattributed.push(format!("{}: {}", violation.invariant, violation.what)),
            }
        }
        run
    }

    /// Appends it to those that were kept before.
    pub fn keep(&self) {
        fs::create_dir_all(folder()).unwrap();
        let mut file = File::options().append(true).create(true).open(kept()).unwrap();
        // In one piece: another run may end at the same moment.
        file.write_all((serde_json::to_string(self).unwrap() + "\n").as_bytes()).unwrap();
    }
}

impl Kept {
    fn of(injection: &Injection, evidence: &Evidence) -> Self {
        let recovered = injection.recovered.map(|time| time.as_secs_f64());
        let lasted = injection.at..injection.healed;
        let during: Vec<_> =
            evidence.attempts.iter().filter(|attempt| lasted.contains(&attempt.begun)).collect();
        let count = |holds: fn(&Attempt) -> bool| during.iter().filter(|attempt| holds(attempt)).count();
        let served = during.iter().filter(|attempt| attempt.success().is_some());
        let mut times: Vec<_> = served.map(|attempt| attempt.ended.saturating_sub(attempt.begun)).collect();
        times.sort();
        Self {
            fault: injection.faults.join(" + "),
            recovered,
            lost: 0,
            doubled: 0,
            other: 0,
            answered: times.len(),
            refused: count(|attempt| attempt.answer.as_ref().is_some_and(|answer| answer.status == 503)),
            unanswered: count(|attempt| attempt.answer.is_none()),
            p99: times.get(times.len() * 99 / 100).map_or(0.0, Duration::as_secs_f64),
        }
    }
}

/// Below `target`, which is wherever cargo was told.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("chaos")
}

fn kept() -> PathBuf {
    folder().join("runs.jsonl")
}

/// Prints the table of all runs that were kept, as Markdown.
pub fn table() {
    let text = fs::read_to_string(kept()).unwrap_or_default();
    let runs: Vec<Run> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seeds: BTreeSet<String> = runs.iter().map(|run| run.seed.to_string()).collect();
    let sum = |count: fn(&Run) -> usize| runs.iter().map(count).sum::<usize>();
    println!("Runs: {}; seeds: {}.", runs.len(), seeds.into_iter().collect::<Vec<_>>().join(", "));
    println!(
        "Injections: {}; requests: {}; certificates: {}; mails: {}; at no time that is known: {}.\n",
        sum(|run| run.injections.len()),
        sum(|run| run.attempts),
        sum(|run| run.certificates),
        sum(|run| run.mails),
        sum(|run| run.unattributed.len()),
    );
    print_rows(runs.iter().flat_map(|run| &run.injections));
}

/// One row a fault; all pairs are one row.
fn print_rows<'a>(injections: impl Iterator<Item = &'a Kept>) {
    let mut rows: BTreeMap<&str, Vec<&Kept>> = BTreeMap::new();
    for kept in injections {
        let name = if kept.fault.contains(" + ") { "two of them at once" } else { &kept.fault };
        rows.entry(name).or_default().push(kept);
    }
    let columns = "Recovered in (median) | (longest) | Lost | Doubled | Other | Meanwhile: done | 503 | no answer | p99 of done";
    println!("| Fault | How often | {columns} |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (name, kept) in rows {
        let sum = |count: fn(&Kept) -> usize| kept.iter().map(|kept| count(kept)).sum::<usize>();
        let mut times: Vec<f64> = kept.iter().map(|kept| kept.recovered.unwrap_or(f64::INFINITY)).collect();
        times.sort_by(f64::total_cmp);
        let (median, longest) = (times[times.len() / 2], times[times.len() - 1]);
        let (often, lost, doubled) = (kept.len(), sum(|kept| kept.lost), sum(|kept| kept.doubled));
        let other = sum(|kept| kept.other);
        let (done, refused) = (sum(|kept| kept.answered), sum(|kept| kept.refused));
        let unanswered = sum(|kept| kept.unanswered);
        let p99 = kept.iter().map(|kept| kept.p99).fold(0.0, f64::max);
        println!(
            "| {name} | {often} | {median:.2} s | {longest:.2} s | {lost} | {doubled} | {other} | {done} | {refused} | {unanswered} | {p99:.2} s |"
        );
    }
}
