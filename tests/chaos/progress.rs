//! Whether the clients are served again, and since when.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::history::{Attempt, Kind, Operation};

/// So many successes in a row are a recovery.
const IN_A_ROW: usize = 3;

/// What a try says about the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Well,
    Ill,
    /// A refusal that a client can meet on a good day.
    Nothing,
}

impl Sign {
    pub fn of(attempt: &Attempt) -> Self {
        let Some(answer) = &attempt.answer else { return Self::Ill };
        let waits = answer.text("/status") == "awaiting_register";
        match (attempt.operation, answer.status) {
            (_, status) if status >= 500 => Self::Ill,
            (Operation::Apply, 202) if waits => Self::Ill,
            (Operation::Apply, 409) => Self::Well,
            (_, 303) if answer.error().is_some() => Self::Ill,
            (_, 200..400) => Self::Well,
            _ => Self::Nothing,
        }
    }
}

/// Streaks of successes begun after the last healing; cheap to clone.
#[derive(Clone, Default)]
pub struct Progress(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    healed_at: Duration,
    /// Successes in a row, and when the first ones were complete.
    streaks: HashMap<Kind, (usize, Option<Duration>)>,
}

impl Progress {
    /// From now on recoveries are counted.
    pub fn heal(&self, now: Duration) {
        *self.0.lock().unwrap() = State { healed_at: now, streaks: HashMap::new() };
    }

    pub fn note(&self, attempt: &Attempt) {
        let mut state = self.0.lock().unwrap();
        if attempt.begun < state.healed_at {
            return;
        }
        let streak = state.streaks.entry(attempt.client).or_default();
        match Sign::of(attempt) {
            Sign::Well => {
                streak.0 += 1;
                if streak.0 == IN_A_ROW {
                    streak.1 = Some(attempt.ended);
                }
            }
            Sign::Ill => *streak = (0, None),
            Sign::Nothing => {}
        }
    }

    /// How long after the healing the last kind of client was served again, and which that was; None while one is not.
    pub fn recovered(&self) -> Option<(Duration, Kind)> {
        let state = self.0.lock().unwrap();
        let at = |kind: &Kind| state.streaks.get(kind).and_then(|(_, at)| *at).map(|at| (at, *kind));
        let all = Kind::ALL.iter().map(at).collect::<Option<Vec<_>>>()?;
        let (at, last) = all.into_iter().max_by_key(|(at, _)| *at)?;
        Some((at.saturating_sub(state.healed_at), last))
    }

    /// Those that are not served yet.
    pub fn missing(&self) -> Vec<Kind> {
        let state = self.0.lock().unwrap();
        let served = |kind: &&Kind| state.streaks.get(kind).is_some_and(|(_, at)| at.is_some());
        Kind::ALL.iter().filter(|kind| !served(kind)).copied().collect()
    }
}
