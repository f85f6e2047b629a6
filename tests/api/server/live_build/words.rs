//! What only the sandbox says, read from its sources; and a search for it in a program.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const OF_SANDBOX: &[&str] = &["src/sandbox", "src/cli/sandbox"];

/// What libraries say too: the reference has a field for a `new-password`, and the number of the card is a part of a table of
/// `harfrust`.
const OF_LIBRARIES: &[&str] = &["Basic realm=", "application/pkix-crl", "new-password", "4111111111111111"];

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The URL paths that the sandbox answers at, in any of its servers.
pub(super) fn routes() -> BTreeSet<String> {
    let is_path = |literal: &String| {
        literal.len() > 1
            && literal.starts_with('/')
            && literal.chars().all(|c| c.is_ascii_lowercase() || "/-._".contains(c))
    };
    literals(&["src/sandbox"]).into_iter().filter(is_path).collect()
}

/// Long literals, names of flaws, paths of sources, names of symbols.
pub(super) fn words() -> BTreeSet<String> {
    let others = sources(&["src", "crates/ades/src", "migrations"], OF_SANDBOX).concat() + &guides();
    // A single word can be one of a protocol, which its libraries know.
    let is_telling = |word: &String| word.chars().any(|c| !c.is_ascii_lowercase() && c != '_');
    let literals = literals(OF_SANDBOX).into_iter().filter(is_telling);
    let flaws = fs::read_to_string(root().join("src/sandbox/ghiseul/flaw.rs")).unwrap();
    let flaws = flaws.lines().filter_map(|line| line.trim().strip_suffix("\",")?.split_once(" = \""));
    let words = literals.chain(flaws.map(|(_, name)| name.to_owned()));
    let words = words.filter(|word| word.len() >= 12 && !OF_LIBRARIES.contains(&word.as_str()));
    let words = words.filter(|word| !others.contains(word.as_str()));
    words.chain(["src/sandbox/".to_owned(), "6cazier7sandbox".to_owned()]).collect()
}

/// The guides, which the program carries, and which tell of the sandbox.
fn guides() -> String {
    let pages =
        ["docs/legal-persons.md", "docs/relying-parties.md", "CHANGELOG.md"].map(|page| root().join(page));
    let pages = pages.map(|page| fs::read_to_string(page).unwrap());
    sources(&["docs/guides"], &[]).concat() + &pages.concat()
}

/// Returns those of the words that are in a file of any bytes.
pub(super) fn found(file: &Path, words: &BTreeSet<String>) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let patterns = folder.path().join("words");
    let mut list = File::create(&patterns).unwrap();
    words.iter().for_each(|word| writeln!(list, "{word}").unwrap());
    let mut grep = Command::new("grep");
    grep.args(["-a", "-o", "-F", "-f"]).arg(&patterns).arg(file).env("LC_ALL", "C");
    let output = grep.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code < 2), "{said}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Reads the sources in these folders, but not in those; no tests.
fn sources(folders: &[&str], but: &[&str]) -> Vec<String> {
    let but: Vec<PathBuf> = but.iter().map(|folder| root().join(folder)).collect();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut texts = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !but.contains(&path) && !path.ends_with("tests") {
                waiting.push(path);
            } else if path.is_file() && !path.ends_with("tests.rs") {
                // Fonts are no text.
                texts.push(String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
            }
        }
    }
    texts
}

/// The string literals in these folders, cut at escapes and placeholders.
fn literals(folders: &[&str]) -> BTreeSet<String> {
    sources(folders, &[]).iter().flat_map(|source| literals_of(source)).collect()
}

fn literals_of(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n").replace("'\"'", "").replace("\\\"", "\\");
    let quoted = code.split('"').skip(1).step_by(2);
    quoted
        .flat_map(|literal| literal.split(['\\', '{', '}', '\n']))
        .map(|part| part.trim().to_owned())
        .collect()
}
