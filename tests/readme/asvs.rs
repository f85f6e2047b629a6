//! `docs/asvs.md` names requirements, files and tests: its counts are right, and what it names exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use super::pages::{text_of, top};

const PAGE: &str = "docs/asvs.md";

/// The cells of a table's line.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split(" | ").map(str::trim).collect()
}

/// The rows of all chapters: requirement, level, what it is about, state, where or why.
fn rows(page: &str) -> Vec<[&str; 5]> {
    let is_row =
        |line: &&str| line.starts_with("| ") && line[2..].starts_with(|first: char| first.is_ascii_digit());
    page.lines()
        .filter(is_row)
        .map(cells)
        .filter(|cells| cells[0].contains('.'))
        .map(|cells| cells.clone().try_into().unwrap_or_else(|_| panic!("a row has five cells: {cells:?}")))
        .collect()
}

#[test]
fn the_counts_of_the_security_table_are_those_of_its_rows() {
    let page = text_of(PAGE);
    let mut counted: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for [requirement, level, _, state, why] in rows(&page) {
        assert!(seen.insert(requirement), "{requirement} stands twice");
        let states = ["met", "**not met yet**", "does not apply"];
        let place = states.iter().position(|known| *known == state);
        counted.entry(level).or_default()[place.unwrap_or_else(|| panic!("{requirement}: {state}"))] += 1;
        assert!(!why.is_empty(), "{requirement} says nothing");
    }
    assert!(seen.len() > 250, "{}", seen.len());
    let said = page.lines().filter_map(|line| {
        let numbers: Option<Vec<usize>> = cells(line).iter().map(|cell| cell.parse().ok()).collect();
        let [level, met, not_yet, not_at_all] = numbers?.try_into().ok()?;
        Some((level.to_string(), [met, not_yet, not_at_all]))
    });
    let counted: BTreeMap<String, [usize; 3]> =
        counted.into_iter().map(|(level, counts)| (level.to_owned(), counts)).collect();
    assert_eq!(said.collect::<BTreeMap<_, _>>(), counted, "the counts at the top of {PAGE}");
}

/// The paths and texts of everything that is written by hand, or could be.
fn sources() -> BTreeMap<String, String> {
    let listed =
        Command::new("git").args(["ls-files", "-co", "--exclude-standard"]).current_dir(top()).output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    let paths = listed.lines().filter(|path| top().join(path).is_file());
    let text =
        |path: &str| fs::read(top().join(path)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    paths.map(|path| (path.to_owned(), text(path).unwrap())).collect()
}

/// Whether a name has the form of a test's: a sentence.
fn is_sentence(name: &str) -> bool {
    name.matches('_').count() >= 3
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

fn is_path(name: &str) -> bool {
    let (first, rest) = name.split_once('/').unwrap_or((name, ""));
    !rest.is_empty() && !name.contains(' ') && top().join(first).is_dir() && !first.is_empty()
}

#[test]
fn the_files_and_tests_that_the_security_table_names_exist() {
    let (page, sources) = (text_of(PAGE), sources());
    let code: Vec<&String> = sources
        .iter()
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|kind| kind == "rs" || kind == "mjs"))
        .map(|(_, text)| text)
        .collect();
    let (mut files, mut tests) = (0, 0);
    for [requirement, _, _, _, why] in rows(&page) {
        for name in why.split('`').skip(1).step_by(2) {
            if is_path(name) {
                assert!(top().join(name).exists(), "{requirement}: there is no {name}");
                files += 1;
            } else if is_sentence(name) {
                let definition = format!("fn {name}(");
                assert!(code.iter().any(|text| text.contains(&definition)), "{requirement}: no test {name}");
                tests += 1;
            }
        }
    }
    assert!(files > 100 && tests > 100, "{files} {tests}");
}
