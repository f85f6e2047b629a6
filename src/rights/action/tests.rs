use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::*;

/// Actions that concern nobody's data: clients and their webhooks, keys, settings, schema and rights, registers and offices as
/// a whole, queues, addresses without an account.
const OF_NOBODY: [&str; 36] = [
    "client.keys_set",
    "client.registered",
    "client.removed",
    "client.secret_rotated",
    "clients.listed",
    "data_keys.rotation_begun",
    "data_keys.rotation_ended",
    "index_keys.rotation_asked",
    "index_keys.rotation_ended",
    "jobs.retried",
    "log.restore_accepted",
    "node.started",
    "office_phase.set",
    "offices.imported",
    "password_reset.requested",
    "register.imported",
    "registration.created",
    "reviews.listed",
    "roles.applied",
    "schema.migrated",
    "seal_key.activated",
    "seal_key.announced",
    "seal_key.imported",
    "seal_key.retired",
    "sessions.all_ended",
    "settings.loaded",
    "staff.listed",
    "statistics.recounted",
    "trust_list.published",
    "webhook.added",
    "webhook.disabled",
    "webhook.paused",
    "webhook.removed",
    "webhook.replayed",
    "webhook.resumed",
    "webhook.secret_rotated",
];

/// How texts end that look like an action and are files or columns.
const NO_ACTION: [&str; 5] = [".sql", ".rs", ".kind", ".role", ".actor_role"];

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "sql") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// The texts in quotes that have the form of an action, in the sources that write audit rows.
fn written() -> BTreeSet<String> {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let writes = |source: &&String| {
        ["audit::", "Event::new", "INSERT INTO audit_events", "self.record(", "fn action("]
            .iter()
            .any(|mark| source.contains(mark))
    };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let is_action =
        |text: &&str| text.split_once('.').is_some_and(|(noun, verb)| is_word(noun) && is_word(verb));
    let quoted = |source: &String| {
        let mut texts: BTreeSet<String> = BTreeSet::new();
        for quote in ['"', '\''] {
            texts.extend(source.split(quote).filter(is_action).map(str::to_owned));
        }
        texts
    };
    all.iter().filter(writes).flat_map(quoted).collect()
}

#[test]
fn every_action_of_the_audit_log_has_its_words() {
    let told: BTreeSet<&str> = AccessAction::ALL.into_iter().map(AccessAction::as_str).collect();
    let unknown: Vec<String> = written()
        .into_iter()
        .filter(|action| !told.contains(action.as_str()))
        .filter(|action| !OF_NOBODY.contains(&action.as_str()))
        .filter(|action| !NO_ACTION.iter().any(|end| action.ends_with(end)))
        .collect();
    assert_eq!(unknown, Vec::<String>::new(), "say in `actions!` what was done, in words for the person");
}

#[test]
fn every_word_is_of_an_action_that_is_written() {
    let written = written();
    let of_other_sources = ["certificate.verified", "other"];
    for action in AccessAction::ALL.into_iter().map(AccessAction::as_str) {
        assert!(of_other_sources.contains(&action) || written.contains(action), "nothing writes {action}");
    }
}

#[test]
fn what_a_newer_version_wrote_is_told_all_the_same() {
    assert_eq!(AccessAction::of("account.of a later version"), AccessAction::Other);
    assert_eq!(AccessAction::of("account.read"), AccessAction::AccountRead);
}
