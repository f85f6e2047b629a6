//! What of the contract the answers of a run of the tests have shown, one name a line:
//! `tests/python/contract/met.py` compares it with the contract after a whole run.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

/// A file with a line for each thing that was shown, which this run of the tests begins anew.
pub struct Met(LazyLock<Mutex<(HashSet<String>, File)>>);

/// Codes of problems.
pub static PROBLEMS: Met = Met(LazyLock::new(|| begin("problems")));
/// Codes of rules.
pub static RULES: Met = Met(LazyLock::new(|| begin("rules")));
/// Links: the operation that answered, its status, the link's name.
pub static LINKS: Met = Met(LazyLock::new(|| begin("links")));

fn begin(name: &str) -> Mutex<(HashSet<String>, File)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("met");
    fs::create_dir_all(&folder).unwrap();
    Mutex::new((HashSet::new(), File::create(folder.join(name)).unwrap()))
}

impl Met {
    /// Notes that something was shown.
    pub fn note(&self, what: &str) {
        let (known, file) = &mut *self.0.lock().unwrap();
        if known.insert(what.to_owned()) {
            writeln!(file, "{what}").unwrap();
        }
    }
}
