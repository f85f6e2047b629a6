//! Which parts are run, from the command line.

use super::{ROUNDS, Result};

/// A part, with its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Throughput {
        rounds: usize,
    },
    /// Of the whole day.
    LaunchDay {
        percent: u32,
    },
    Documents,
    /// Seconds of mixed load.
    Start {
        seconds: u32,
    },
    Nodes,
    Year {
        certificates: u32,
    },
    /// Alone: it says nothing about time.
    Instructions,
}

/// Ten minutes.
const MIXED: u32 = 600;

/// The command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    pub parts: Vec<Part>,
    /// Whether the findings are kept.
    pub keeps: bool,
}

impl Order {
    /// Those that are named, as `name` or `name=size`: their findings are kept if `keep` is named too. Without a name, all
    /// that take minutes alone, and they are kept.
    pub fn of(arguments: &[String]) -> Result<Self> {
        let names = arguments.iter().filter(|argument| !argument.starts_with('-'));
        let (keep, names): (Vec<_>, Vec<_>) = names.partition(|name| *name == "keep");
        if names.is_empty() {
            let parts = vec![
                Part::Throughput { rounds: ROUNDS },
                Part::LaunchDay { percent: 100 },
                Part::Documents,
                Part::Start { seconds: MIXED },
            ];
            return Ok(Self { parts, keeps: true });
        }
        let parts = names.into_iter().map(|name| Part::of(name)).collect::<Result<_>>()?;
        Ok(Self { parts, keeps: !keep.is_empty() })
    }
}

impl Part {
    fn of(argument: &str) -> Result<Self> {
        let (name, size) = match argument.split_once('=') {
            Some((name, size)) => (name, Some(size.parse::<u32>()?)),
            None => (argument, None),
        };
        match (name, size) {
            ("throughput", rounds) => {
                Ok(Self::Throughput { rounds: rounds.map_or(Ok(ROUNDS), usize::try_from)? })
            }
            ("launch-day", percent) => Ok(Self::LaunchDay { percent: percent.unwrap_or(100) }),
            ("documents", None) => Ok(Self::Documents),
            ("start", seconds) => Ok(Self::Start { seconds: seconds.unwrap_or(MIXED) }),
            ("nodes", None) => Ok(Self::Nodes),
            ("year", certificates) => Ok(Self::Year { certificates: certificates.unwrap_or(1_000_000) }),
            ("instructions", None) => Ok(Self::Instructions),
            _ => {
                let known = "throughput, launch-day, documents, start, nodes, year and instructions";
                Err(format!("{argument}: the parts are {known}").into())
            }
        }
    }
}
