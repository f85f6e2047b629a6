//! The seeds, replayed by the checks of the targets: so the checks compile, and hold at least for what is known.
//! `make fuzz` goes on from there.

use std::fs;
use std::path::{Path, PathBuf};

use ades_fuzz::checks;

type Check = fn(&[u8]);

/// Each target with its check.
const TARGETS: [(&str, Check); 7] = [
    ("certificate", checks::certificate),
    ("cms", checks::cms),
    ("container", checks::container),
    ("jws", checks::jws),
    ("pdf", checks::pdf),
    ("revocation", checks::revocation),
    ("timestamp", checks::timestamp),
];

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn every_seed_passes_the_check_of_its_target_whole_cut_and_damaged() {
    for (target, check) in TARGETS {
        let seeds = files(&root("seeds").join(target));
        assert!(seeds.len() >= 2, "{target}");
        for seed in seeds {
            check(&seed);
            for at in (0..seed.len()).step_by(seed.len() / 20 + 1) {
                check(&seed[..at]);
                let mut damaged = seed.clone();
                damaged[at] ^= 1 << (at % 8);
                check(&damaged);
            }
        }
    }
}

#[test]
fn every_target_is_one_of_the_fuzzers_and_has_a_dictionary() {
    for (target, _) in TARGETS {
        let fuzzer = fs::read_to_string(root("fuzz_targets").join(format!("{target}.rs"))).unwrap();
        assert!(fuzzer.contains(&format!("checks::{target}(bytes)")), "{fuzzer}");
    }
    assert_eq!(files(&root("fuzz_targets")).len(), TARGETS.len());
}
