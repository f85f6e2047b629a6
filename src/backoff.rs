//! Growing pauses between attempts, with jitter.

use chrono::TimeDelta;
use ring::rand::{SecureRandom, SystemRandom};

/// Exponential backoff.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// Seconds to wait after the first failure; each further failure doubles them.
    pub first: i64,
    /// The longest wait, in seconds.
    pub most: i64,
}

impl Backoff {
    /// Returns the pause after this many failures, give or take a quarter.
    #[must_use]
    pub fn after(&self, failures: i32) -> TimeDelta {
        let doublings = failures.saturating_sub(1).clamp(0, 30).unsigned_abs();
        let seconds = self.first.saturating_mul(2_i64.saturating_pow(doublings)).min(self.most);
        let mut byte = [0_u8];
        let spread = SystemRandom::new().fill(&mut byte).map_or(128, |()| i64::from(byte[0]));
        TimeDelta::milliseconds(seconds * (750 + spread * 500 / 255))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        let backoff = Backoff { first: 2, most: 7200 };
        for (failures, seconds) in
            [(1, 2), (2, 4), (3, 8), (12, 4096), (13, 7200), (20, 7200), (i32::MAX, 7200)]
        {
            let millis = backoff.after(failures).num_milliseconds();
            assert!((seconds * 750..=seconds * 1250).contains(&millis), "{failures}: {millis}");
        }
    }
}
