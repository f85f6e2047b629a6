//! Which parts are run, from the command line.

use super::{ROUNDS, Result};

/// A part, with its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Throughput { rounds: usize },
    Documents,
    Start,
    Year { certificates: u32 },
}

impl Part {
    /// Those that are named, as `name` or `name=size`; without a name, all that take minutes alone.
    pub fn named(arguments: &[String]) -> Result<Vec<Self>> {
        let names: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
        if names.is_empty() {
            return Ok(vec![Self::Throughput { rounds: ROUNDS }, Self::Documents, Self::Start]);
        }
        names.into_iter().map(|name| Self::of(name)).collect()
    }

    fn of(argument: &str) -> Result<Self> {
        let (name, size) = match argument.split_once('=') {
            Some((name, size)) => (name, Some(size)),
            None => (argument, None),
        };
        match (name, size) {
            ("throughput", None) => Ok(Self::Throughput { rounds: ROUNDS }),
            ("throughput", Some(rounds)) => Ok(Self::Throughput { rounds: rounds.parse()? }),
            ("documents", None) => Ok(Self::Documents),
            ("start", None) => Ok(Self::Start),
            ("year", None) => Ok(Self::Year { certificates: 1_000_000 }),
            ("year", Some(certificates)) => Ok(Self::Year { certificates: certificates.parse()? }),
            _ => Err(format!("{argument}: the parts are throughput, documents, start and year").into()),
        }
    }
}
