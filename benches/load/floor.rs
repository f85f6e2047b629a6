//! What a day of passwords costs at the least: Argon2id alone, on all cores.

use std::num::NonZeroUsize;
use std::thread;
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::Result;

/// How long is measured.
const RUN: Duration = Duration::from_secs(5);

/// Hashes a second that all cores do together, each in memory of its own, with the parameters of a stored hash.
pub fn hashes_a_second(stored: &str) -> Result<f64> {
    let stored = PasswordHash::new(stored).map_err(|error| error.to_string())?;
    let parameters = Params::try_from(&stored).map_err(|error| error.to_string())?;
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(|| hash(parameters.clone()))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a hash panicked")?).sum()
    })
}

/// Hashes a second of one core beside the others.
fn hash(parameters: Params) -> Result<f64> {
    let mut blocks = vec![Block::new(); parameters.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let (begin, mut count) = (Instant::now(), 0_u32);
    while begin.elapsed() < RUN {
        let mut out = [0; 32];
        let hashed = argon2.hash_password_into_with_memory(
            b"trei cai albi pe deal",
            &count.to_be_bytes().repeat(4),
            &mut out,
            &mut blocks,
        );
        hashed.map_err(|error| error.to_string())?;
        count += 1;
    }
    Ok(f64::from(count) / begin.elapsed().as_secs_f64())
}
