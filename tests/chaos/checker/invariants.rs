//! The invariants, one function each.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::ledger::{Application, Certificate};
use super::{Evidence, Harm, Invariant, grouped};
use crate::history::{Answer, Attempt, Operation};

type Breaks = Vec<(Duration, String)>;

pub const ALL: [Invariant; 13] = [
    Invariant { name: "every 201 exists exactly once", harm: Harm::Lost, breaks: issued_once },
    Invariant { name: "its signature verifies", harm: Harm::Contradicted, breaks: signatures },
    Invariant { name: "every 202 comes to an end", harm: Harm::Lost, breaks: accepted_ends },
    Invariant { name: "no number twice", harm: Harm::Doubled, breaks: numbers },
    Invariant { name: "one certificate for one application", harm: Harm::Doubled, breaks: one_certificate },
    Invariant { name: "one a day for one reason", harm: Harm::Doubled, breaks: one_a_day },
    Invariant { name: "codes, assertions and tokens are used once", harm: Harm::Doubled, breaks: used_once },
    Invariant { name: "the same key has the same answer", harm: Harm::Doubled, breaks: same_key },
    Invariant { name: "a support request is done once for its key", harm: Harm::Doubled, breaks: help_once },
    Invariant { name: "every mail at least once", harm: Harm::Lost, breaks: mails },
    Invariant {
        name: "nothing is valid after its end was told",
        harm: Harm::Contradicted,
        breaks: valid_after_end,
    },
    Invariant { name: "no row without what it belongs to", harm: Harm::Lost, breaks: orphans },
    Invariant { name: "no 5xx but 503 with Retry-After", harm: Harm::Dishonest, breaks: errors },
];

fn of<'a>(evidence: &'a Evidence, operations: &'static [Operation]) -> impl Iterator<Item = &'a Attempt> {
    evidence.attempts.iter().filter(|attempt| operations.contains(&attempt.operation))
}

fn id(answer: &Answer, pointer: &str) -> Option<Uuid> {
    answer.text(pointer).parse().ok()
}

/// Answers that show an issued application, with the time of each.
fn issued(evidence: &Evidence) -> impl Iterator<Item = (Duration, &Answer)> {
    let shown = of(evidence, &[Operation::Apply, Operation::ReadApplication]);
    let answers = shown.filter_map(|attempt| Some((attempt.ended, attempt.success()?)));
    answers.filter(|(_, answer)| answer.text("/status") == "issued")
}

fn issued_once(evidence: &Evidence) -> Breaks {
    let applications = grouped(&evidence.ledger.applications, |row: &Application| Some(row.id));
    let certificates = grouped(&evidence.ledger.certificates, |row: &Certificate| Some(row.id));
    let missing = |(at, answer): (Duration, &Answer)| {
        let (application, certificate) = (id(answer, "/id")?, id(answer, "/certificate/id")?);
        let number = answer.text("/certificate/registration_number");
        let rows = certificates.get(&certificate).map_or(&[] as &[_], Vec::as_slice);
        let there = applications.get(&application).is_some_and(|rows| rows.len() == 1)
            && matches!(rows, [row] if row.application == application && row.number == number);
        (!there).then(|| (at, format!("application {application}, certificate {certificate}")))
    };
    issued(evidence).filter_map(missing).collect()
}

fn signatures(evidence: &Evidence) -> Breaks {
    let broken = evidence.ledger.certificates.iter().filter(|row| !row.verifies);
    broken.map(|row| (Duration::ZERO, format!("certificate {}", row.id))).collect()
}

fn accepted_ends(evidence: &Evidence) -> Breaks {
    let states: HashMap<Uuid, &str> =
        evidence.ledger.applications.iter().map(|row| (row.id, row.status.as_str())).collect();
    let open = |attempt: &Attempt| {
        let answer = attempt.success().filter(|answer| answer.status == 202)?;
        let application = id(answer, "/id")?;
        let state = states.get(&application).copied().unwrap_or("not there");
        let ended = ["issued", "rejected", "withdrawn"].contains(&state);
        (!ended).then(|| (attempt.ended, format!("application {application} is {state}")))
    };
    of(evidence, &[Operation::Apply, Operation::Correct]).filter_map(open).collect()
}

/// One break for each group of more than one row.
fn more_than_one<'a, T, K: std::hash::Hash + Eq + std::fmt::Debug>(
    rows: &'a [T],
    key: impl Fn(&'a T) -> Option<K>,
) -> Breaks {
    let groups = grouped(rows, key).into_iter().filter(|(_, rows)| rows.len() > 1);
    groups.map(|(key, rows)| (Duration::ZERO, format!("{} times {key:?}", rows.len()))).collect()
}

fn numbers(evidence: &Evidence) -> Breaks {
    more_than_one(&evidence.ledger.certificates, |row: &Certificate| Some(&row.number))
}

fn one_certificate(evidence: &Evidence) -> Breaks {
    more_than_one(&evidence.ledger.certificates, |row: &Certificate| Some(row.application))
}

fn one_a_day(evidence: &Evidence) -> Breaks {
    more_than_one(&evidence.ledger.applications, |row: &Application| {
        row.corrects.is_none().then_some((&row.person_index, &row.service, &row.reason, row.applied_on))
    })
}

/// Successes for one subject that are not one and the same answer.
fn used_once(evidence: &Evidence) -> Breaks {
    const ONCE: &[Operation] = &[
        Operation::ConfirmEmail,
        Operation::Exchange,
        Operation::HandOver,
        Operation::Callback,
        Operation::Refresh,
    ];
    let uses = of(evidence, ONCE).filter(|attempt| attempt.success().is_some());
    let mut breaks = Breaks::new();
    for ((operation, _), uses) in
        grouped(uses, |attempt: &Attempt| Some((attempt.operation, &attempt.subject)))
    {
        let answers: HashSet<String> = uses
            .iter()
            .filter_map(|attempt| attempt.success())
            .map(|answer| answer.body.to_string())
            .collect();
        if answers.len() > 1 {
            breaks.push((uses[0].ended, format!("{operation:?} succeeded {} times", answers.len())));
        }
    }
    breaks
}

fn same_key(evidence: &Evidence) -> Breaks {
    let keyed = |attempt: &Attempt| -> Option<String> {
        attempt.success().filter(|answer| answer.status < 300)?;
        attempt.key.clone()
    };
    let mut breaks = Breaks::new();
    for (_, attempts) in grouped(&evidence.attempts, keyed) {
        let bodies: HashSet<String> =
            attempts.iter().filter_map(|attempt| Some(attempt.success()?.body.to_string())).collect();
        if bodies.len() > 1 {
            let first = attempts[0];
            breaks.push((
                first.ended,
                format!("{:?} of {} had {} answers", first.operation, first.subject, bodies.len()),
            ));
        }
    }
    breaks
}

/// At least one row for each key that was acknowledged, and no more than keys that were sent.
fn help_once(evidence: &Evidence) -> Breaks {
    let keys = |attempts: &mut dyn Iterator<Item = &Attempt>| -> i64 {
        let keys: HashSet<&String> = attempts.filter_map(|attempt| attempt.key.as_ref()).collect();
        i64::try_from(keys.len()).unwrap()
    };
    let asked = keys(&mut of(evidence, &[Operation::AskForHelp]));
    let acknowledged =
        keys(&mut of(evidence, &[Operation::AskForHelp]).filter(|attempt| attempt.success().is_some()));
    let rows = evidence.ledger.help_requests;
    let fits = (acknowledged..=asked).contains(&rows);
    if fits {
        Breaks::new()
    } else {
        vec![(Duration::ZERO, format!("{rows} rows for {acknowledged} to {asked} keys"))]
    }
}

/// Of each application that was accepted or issued its owner is told, of each end of a certificate, of each link and code.
fn mails(evidence: &Evidence) -> Breaks {
    let mut told: HashMap<&str, HashSet<&str>> = HashMap::new();
    for mail in &evidence.mails {
        told.entry(&mail.to).or_default().insert(&mail.message_id);
        for word in mail.text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            told.entry(word).or_default().insert(&mail.message_id);
        }
    }
    let mails_about = |word: &str| told.get(word).map_or(0, HashSet::len);
    let missing =
        expected_mails(evidence).into_iter().filter(|(word, (count, _))| mails_about(word) < *count);
    missing
        .map(|(word, (count, at))| (at, format!("{} of {count} mails about {word}", mails_about(&word))))
        .collect()
}

/// What mails must be about, how many at least, and since when.
fn expected_mails(evidence: &Evidence) -> HashMap<String, (usize, Duration)> {
    let mut expected = HashMap::new();
    for attempt in of(evidence, &[Operation::Apply, Operation::Correct]) {
        let Some(answer) = attempt.success() else { continue };
        // An application that waits is told of twice: that it waits, and what came of it. What came of a correction names the
        // certificate that was replaced.
        let count = if answer.status == 202 && attempt.operation == Operation::Apply { 2 } else { 1 };
        expected.insert(answer.text("/id").to_owned(), (count, attempt.ended));
    }
    for attempt in of(evidence, &[Operation::Register, Operation::BeginCounter, Operation::AskForHelp]) {
        let Some(answer) = attempt.success() else { continue };
        // The address that is to be confirmed, the code that is to be shown, the reference of what was asked.
        let word = match attempt.operation {
            Operation::Register => attempt.subject.as_str(),
            Operation::BeginCounter => answer.text("/activation_code"),
            _ => answer.text("/reference"),
        };
        expected.insert(word.to_owned(), (1, attempt.ended));
    }
    let ends = ends(evidence).into_iter();
    expected.extend(ends.map(|(number, at)| (number.to_owned(), (1, at))));
    expected
}

/// Certificates by number, and since when somebody knows that each has ended.
fn ends(evidence: &Evidence) -> HashMap<&str, Duration> {
    let mut ends: HashMap<&str, Duration> = HashMap::new();
    let mut end = |number, at| {
        let known = ends.entry(number).or_insert(at);
        *known = (*known).min(at);
    };
    for attempt in of(evidence, &[Operation::Revoke]) {
        let refused =
            attempt.answer.as_ref().is_some_and(|answer| answer.text("/code") == "certificate_ended");
        if attempt.success().is_some() || refused {
            end(attempt.subject.as_str(), attempt.ended);
        }
    }
    let corrected: HashMap<&str, &str> = of(evidence, &[Operation::Correct])
        .filter_map(|attempt| Some((attempt.success()?.text("/id"), attempt.subject.as_str())))
        .collect();
    for attempt in of(evidence, &[Operation::Decide]) {
        let issued = attempt.success().is_some_and(|answer| answer.text("/status") == "issued");
        if let (true, Some(number)) = (issued, corrected.get(attempt.subject.as_str())) {
            end(number, attempt.ended);
        }
    }
    ends
}

/// In real time: a verification that began after somebody was told that the certificate had ended.
fn valid_after_end(evidence: &Evidence) -> Breaks {
    let ends = ends(evidence);
    let late = |attempt: &Attempt| {
        let end = ends.get(attempt.subject.as_str())?;
        let valid = attempt.success()?.body.get("outcome").and_then(Value::as_str) == Some("valid");
        (valid && attempt.begun > *end).then(|| (attempt.ended, attempt.subject.clone()))
    };
    of(evidence, &[Operation::Verify]).filter_map(late).collect()
}

fn orphans(evidence: &Evidence) -> Breaks {
    evidence.ledger.orphans.iter().map(|sentence| (Duration::ZERO, sentence.clone())).collect()
}

fn errors(evidence: &Evidence) -> Breaks {
    let dishonest = |attempt: &&Attempt| {
        let answer = attempt.answer.as_ref();
        answer.is_some_and(|answer| answer.status >= 500 && !(answer.status == 503 && answer.retry_after))
    };
    let told = |attempt: &Attempt| {
        (attempt.ended, format!("{:?}: {}", attempt.operation, attempt.answer.as_ref().unwrap().body))
    };
    evidence.attempts.iter().filter(dishonest).map(told).collect()
}
