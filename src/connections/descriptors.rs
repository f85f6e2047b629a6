//! The file descriptors of the process: each connection takes one, as do the database, the log and the probes.

use std::num::NonZeroUsize;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that public connections never get: reserved for the database, registers, mail servers, metrics, probes
/// and files.
const RESERVED: u64 = 256;

/// More than any node needs; used if the system has no limit.
const ENOUGH: u64 = 1 << 20;

/// Raises the descriptor limit as far as the system allows, and returns it.
pub fn raise() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(ENOUGH);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(most), ..limit }) {
        log::warn!("cannot raise the number of descriptors to {most}: {error}");
    }
    getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH)
}

/// Returns the wanted number of connections, or as many as the descriptors allow.
#[must_use]
pub fn connections(wished: NonZeroUsize, descriptors: u64) -> NonZeroUsize {
    let left = descriptors.saturating_sub(RESERVED).max(descriptors / 2).max(1);
    let left = usize::try_from(left).ok().and_then(NonZeroUsize::new).unwrap_or(wished);
    wished.min(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_descriptors_that_the_system_allows_are_taken() {
        let descriptors = raise();
        assert_eq!(Some(descriptors), getrlimit(Resource::Nofile).maximum);
    }

    #[test]
    fn descriptors_are_left_for_the_database_and_the_probes() {
        let most = |wished, descriptors| connections(NonZeroUsize::new(wished).unwrap(), descriptors).get();
        assert_eq!(most(2048, 1_048_576), 2048);
        assert_eq!(most(2048, 1024), 768);
        assert_eq!(most(2048, 64), 32);
        assert_eq!(most(10, 1024), 10);
    }
}
