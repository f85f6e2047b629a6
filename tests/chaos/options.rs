//! The command line: `cargo test --test chaos -- --seed 7 --minutes 20 --pairs`.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is asked for.
#[derive(Debug)]
pub struct Options {
    pub seed: u64,
    /// None: the short form.
    pub minutes: Option<u64>,
    /// Parts of names; none: all.
    pub faults: Vec<String>,
    /// Now and then two faults at once.
    pub pairs: bool,
    /// Prints the table of all runs so far, and does nothing else.
    pub table: bool,
    /// A build of the version before, to run beside this one.
    pub previous: Option<PathBuf>,
    /// Something else was meant: a filter of `cargo test` that does not fit.
    pub skip: bool,
}

impl Options {
    /// Those of this process. What is unknown is meant for other tests (`cargo test -- --nocapture`).
    pub fn read() -> Self {
        let mut options = Self {
            seed: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs(),
            minutes: None,
            faults: Vec::new(),
            pairs: false,
            table: false,
            previous: None,
            skip: false,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} needs a value"));
            match argument.as_str() {
                "--seed" => options.seed = value().parse().unwrap(),
                "--minutes" => options.minutes = Some(value().parse().unwrap()),
                "--faults" => options.faults = value().split(',').map(str::to_owned).collect(),
                "--previous" => options.previous = Some(PathBuf::from(value())),
                "--pairs" => options.pairs = true,
                "--table" => options.table = true,
                "--list" => options.skip = true,
                filter if !filter.starts_with('-') && !"chaos".contains(filter) => options.skip = true,
                _ => {}
            }
        }
        options
    }
}
